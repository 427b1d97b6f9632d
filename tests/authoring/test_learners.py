"""Who is where on a course: name, unit and progress, never an answer; and a class that counts."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from lms.catalogue.models import Course
from lms.core import clock, db
from lms.core.audit import AuditEntry
from lms.enrolment import actions as enrolment
from lms.enrolment.models import Enrolment
from lms.people.models import Person
from lms.people.roles import Role
from lms.progress.models import Progress
from tests.authoring.conftest import Studio
from tests.factories import Factories


def place_of(person: Person, course: Course) -> Enrolment:
    """They take a place on the course."""
    with db.transaction():
        return enrolment.enrol(person, course)


@pytest.fixture
def ana(a: Factories) -> Person:
    """Somebody in another unit than the trainer."""
    return a.person(name="Ana Lestari", unit=a.unit("Dinas Kependudukan"))


def test_a_person_a_row_and_each_of_them_sees_who_looked(studio: Studio, ana: Person, page_of):
    version = studio.publishes()
    place_of(ana, version.course)
    here = f"/studio/{version.course.uuid}/learners"
    page = page_of(studio.trainer, here)
    assert "Ana Lestari" in page and "Dinas Kependudukan" in page and "belum mulai" in page
    page_of(studio.trainer, here)
    db.session.rollback()
    looks = db.session.execute(
        select(AuditEntry.person_id, AuditEntry.about_person_id).where(AuditEntry.action == "learners.read")
    ).all()
    assert looks == [(studio.trainer.id, ana.id)]  # a second look on the same day adds nothing


def test_on_a_shared_course_a_trainer_sees_how_many_and_nobody(studio: Studio, a: Factories, ana: Person, page_of):
    course = a.course("antikorupsi")
    place_of(ana, course)
    page = page_of(studio.trainer, f"/studio/{course.uuid}/learners")
    assert "Ana Lestari" not in page and "1 orang mengikuti kursus ini" in page
    assert "Ana Lestari" in page_of(studio.officer, f"/studio/{course.uuid}/learners")
    elsewhere = a.person(name="Eva Petugas", roles=[Role.AGENCY_HR], scope=a.unit("Dinas Lain"))
    assert "Ana Lestari" not in page_of(elsewhere, f"/studio/{course.uuid}/learners")


def test_who_left_is_not_listed(studio: Studio, ana: Person, page_of):
    version = studio.publishes()
    place = place_of(ana, version.course)
    with db.transaction():
        enrolment.leave(db.session.get(Enrolment, place.id))
    assert "Ana Lestari" not in page_of(studio.trainer, f"/studio/{version.course.uuid}/learners")


def test_an_earlier_version_keeps_its_learners(studio: Studio, a: Factories, ana: Person, page_of):
    first = studio.publishes()
    place_of(ana, first.course)
    studio.files["course.toml"] = studio.files["course.toml"].replace(b"pass_mark = 70", b"pass_mark = 75")
    second = studio.publishes()
    eva = a.person(name="Eva Wijaya")
    place_of(eva, second.course)
    page = page_of(studio.trainer, f"/studio/{second.course.uuid}/learners")
    rows = {name: row for row in page.split("<tr")[2:] for name in ("Ana Lestari", "Eva Wijaya") if name in row}
    assert 'data-label="Versi">1<' in rows["Ana Lestari"] and 'data-label="Versi">2<' in rows["Eva Wijaya"]


def test_a_class_completes_the_course_by_a_statement(studio: Studio, ana: Person, work, page_of):
    version = studio.publishes()
    place = place_of(ana, version.course)
    here = f"/studio/{version.course.uuid}/learners/{place.uuid}/complete"
    assert "Ana Lestari" in page_of(studio.trainer, here)
    day = clock.today(ana.zone)
    answer = studio.post(studio.trainer, here, on=day.isoformat(), reason="Daftar hadir 017/DIKLAT/2026, Sari Pengajar")
    assert answer.status_code == 303, answer.text
    work()
    db.session.rollback()
    done = db.session.scalar(select(Progress).where(Progress.enrolment_id == place.id))
    assert done.completed_at is not None and done.completed_how == "classroom" and done.completed_evidence
    said = db.session.scalar(
        select(AuditEntry).where(AuditEntry.about_person_id == ana.id, AuditEntry.person_id == studio.trainer.id)
    )
    assert said.details["reason"].startswith("Daftar hadir 017")
    page = page_of(studio.trainer, f"/studio/{version.course.uuid}/learners")
    assert "melalui kelas" in page and "100 %" in page
    again = studio.post(studio.trainer, here, on=day.isoformat(), reason="Daftar hadir 017/DIKLAT/2026")
    assert again.status_code in (403, 409)


@pytest.mark.parametrize(("days", "reason"), [(1, "Daftar hadir 017/DIKLAT/2026"), (0, ""), (0, "hadir")])
def test_a_class_needs_a_day_that_was_and_a_reason(studio: Studio, ana: Person, days: int, reason: str):
    version = studio.publishes()
    place = place_of(ana, version.course)
    day = clock.today(ana.zone) + timedelta(days=days)
    answer = studio.post(
        studio.trainer,
        f"/studio/{version.course.uuid}/learners/{place.uuid}/complete",
        on=day.isoformat(),
        reason=reason,
    )
    assert answer.status_code == 400
    assert db.session.scalar(select(Progress.completed_at).where(Progress.enrolment_id == place.id)) is None


def test_nobody_completes_themselves_or_a_strangers_learner(studio: Studio, a: Factories, ana: Person):
    version = studio.publishes()
    own, hers = place_of(studio.trainer, version.course), place_of(ana, version.course)
    here = f"/studio/{version.course.uuid}/learners"
    assert studio.client(studio.trainer).get(f"{here}/{own.uuid}/complete").status_code == 404
    stranger = a.person(name="Eva Wijaya", roles=[Role.TRAINER])
    assert studio.client(stranger).get(f"{here}/{hers.uuid}/complete").status_code == 404
