"""Pictures are served as pictures, to those who may meet the course."""

from datetime import date

import pytest

from lms.catalogue import actions, media
from lms.core import db
from lms.people import actions as people
from lms.people.roles import Role
from tests.content.samples import SVG, course


@pytest.fixture
def version(a):
    trainer = a.person(roles=[Role.TRAINER])
    with db.transaction():
        return actions.import_course(course(), trainer, a.agency())


def test_a_picture_runs_nothing_and_is_kept_by_the_browser(a, version):
    answer = a.client(a.person()).get(media.address(version.uuid, "surat.svg"))
    assert (answer.status_code, answer.content_type, answer.data) == (200, "image/svg+xml", SVG.encode())
    assert answer.headers["Content-Security-Policy"] == (
        "default-src 'none'; style-src 'unsafe-inline'; img-src data:; sandbox"
    )
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Cache-Control"] == "private, max-age=31536000, immutable"
    assert answer.headers["Content-Disposition"] == 'inline; filename="surat.svg"'
    again = a.client(a.person()).get(
        media.address(version.uuid, "surat.svg"), headers={"If-None-Match": answer.headers["ETag"]}
    )
    assert (again.status_code, again.data) == (304, b"")


@pytest.mark.parametrize(
    "name", ["lain.svg", "..%2fcourse.toml", "course.toml", "01-satu-gagasan.md", "surat.svg%00.html", "SURAT.SVG"]
)
def test_nothing_else_of_a_course_is_served(a, version, name):
    assert a.client(a.person()).get(f"/media/{version.uuid}/{name}").status_code == 404


def test_only_for_those_who_may_meet_the_course(a, app, version):
    address = media.address(version.uuid, "surat.svg")
    with db.transaction():
        other = people.add_unit(name="Pemerintah Kabupaten Lain", kind="agency", zone="Asia/Jakarta", code="KAB")
    assert a.client(a.person("Dewi", unit=other)).get(address).status_code == 404
    assert a.client().get(address).status_code == 303


def test_who_changed_agency_still_sees_what_they_began(a, version):
    mover = a.person("Dewi")
    with db.transaction():
        other = people.add_unit(name="Pemerintah Kabupaten Lain", kind="agency", zone="Asia/Jakarta", code="KAB")
        people.move(mover, other, people.add_position(other, "Analis"), on=date(2026, 3, 2))
    assert a.client(mover).get(media.address(version.uuid, "surat.svg")).status_code == 200
