"""The pictures of lessons; the catalogue's pages belong to `home` and `authoring`."""

from uuid import UUID

from flask import Blueprint, Response, g, request

from lms.catalogue import queries
from lms.catalogue.media import TYPES, kind_of
from lms.core import storage
from lms.core.access import signed_in

bp = Blueprint("catalogue", __name__)
NOTHING_RUNS = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; sandbox"


@bp.get("/media/<uuid:version>/<name>")
@signed_in
def media(version: UUID, name: str):
    """A picture of a version. Its bytes never change; opened by itself it is a picture and nothing else."""
    digest = queries.picture(version, name, g.person)
    response = Response(storage.read(digest), content_type=TYPES[kind_of(name)])
    response.headers["Content-Security-Policy"] = NOTHING_RUNS
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Content-Disposition"] = f'inline; filename="{name}"'
    response.headers["Cache-Control"] = "private, max-age=31536000, immutable"
    response.set_etag(digest)
    return response.make_conditional(request)
