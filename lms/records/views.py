"""Addresses of records: what waits for somebody's yes. One's own record is a page of home."""

from flask import Blueprint, g

from lms.core import audit, db, pages
from lms.core.access import requires
from lms.core.permissions import Permission
from lms.records import queries

bp = Blueprint("records", __name__)


@bp.get("/team/unconfirmed")
@requires(Permission.CONFIRM)
def unconfirmed():
    """Competencies that courses support, of those for whom the viewer may confirm them: a team, an assessor's units."""
    with db.transaction():
        audit.note("record.list", by=g.person.id, subject="unconfirmed")
    return pages.render("records/unconfirmed.html", waiting=queries.unconfirmed(g.person))
