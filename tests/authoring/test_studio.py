"""From a folder on the trainer's computer to a published course, past a second person and the personnel officer."""

import io
import zipfile
from datetime import date, timedelta

import pytest
from sqlalchemy import func, select

from lms.authoring import queries
from lms.catalogue import actions as catalogue
from lms.catalogue.models import Course, CourseVersion
from lms.content import unpack
from lms.core import clock, db
from lms.core.audit import AuditEntry
from lms.people import actions as people
from lms.people import queries as people_of
from lms.people.roles import Role
from tests.authoring.conftest import Studio
from tests.factories import FIRST_DAY, Factories


def versions() -> int:
    """How many versions there are in all agencies."""
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(CourseVersion))


def test_from_a_zip_to_the_catalogue(studio: Studio, page_of):
    version = studio.brings_in()
    here = f"/studio/{version.course.uuid}"
    assert (version.state, version.author_id, version.number) == ("draft", studio.trainer.id, 1)
    assert "Minta tinjauan" in page_of(studio.trainer, here)

    studio.post(studio.trainer, studio.at(version, "ask"))
    assert version.title in page_of(studio.colleague, "/studio/reviews")
    assert "Tinjauan Anda" in page_of(studio.colleague, here)
    assert "Tinjauan Anda" not in page_of(studio.trainer, here)
    studio.post(studio.colleague, studio.at(version, "review"), answer="yes", note="Contohnya jelas.")
    assert "Contohnya jelas." in page_of(studio.trainer, here)

    studio.post(studio.officer, studio.at(version, "minutes"), minutes=version.minutes_computed)
    ready = studio.newest()
    assert ready.minutes_approved == ready.minutes_computed and ready.jp == ready.minutes_computed // 45
    assert "siap terbit" in page_of(studio.trainer, here)
    studio.post(studio.trainer, studio.at(version, "publish"))

    assert studio.newest().state == "published"
    assert version.title in page_of(studio.a.person(name="Ana Lestari"), "/courses/")


def test_the_folder_can_come_without_a_zip(studio: Studio):
    parts = [(io.BytesIO(data), f"{'keamanan-informasi'}/{path}") for path, data in studio.files.items()]
    parts += [(io.BytesIO(b"x"), "keamanan-informasi/.DS_Store")]
    answer = studio.client(studio.trainer).post(
        "/studio/upload",
        data={"csrf_token": studio.csrf(studio.trainer), "archive": (io.BytesIO(b""), ""), "folder": parts},
    )
    assert answer.status_code == 303, answer.text
    assert catalogue.export(studio.newest()) == studio.files


def test_what_comes_out_is_what_went_in(studio: Studio):
    version = studio.brings_in()
    sent = studio.client(studio.trainer).get(f"/studio/{version.course.uuid}/versions/{version.uuid}.zip")
    assert sent.mimetype == "application/zip"
    assert "attachment" in sent.headers["Content-Disposition"]
    assert unpack.unpack(sent.data) == studio.files


def test_what_is_wrong_is_said_file_by_file_and_nothing_is_stored(studio: Studio):
    files = dict(studio.files)
    files["course.toml"] = files["course.toml"].replace(b"jp = 1", b"jp = 9")
    lesson = next(path for path in files if path.startswith("lessons/"))
    files[lesson] = files[lesson] + b"\n<script>alert(1)</script>\n"
    answer = studio.send(studio.trainer, unpack.pack(files))
    assert answer.status_code == 400
    assert "course.toml" in answer.text and lesson in answer.text
    assert "Tidak ada yang disimpan" in answer.text
    assert "<script>alert" not in answer.text
    assert versions() == 0


@pytest.mark.parametrize("data", [b"", b"GIF89a", b"PK\x03\x04 not really", b"%PDF-1.7"])
def test_what_is_no_zip_is_refused_in_words(studio: Studio, data: bytes):
    answer = studio.send(studio.trainer, data)
    assert answer.status_code == 400
    assert "Tidak ada yang" in answer.text or "Tidak ada berkas" in answer.text
    assert versions() == 0


def test_a_path_out_of_the_folder_is_refused_by_either_door(studio: Studio):
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("../../etc/passwd", "x")
    assert studio.send(studio.trainer, packed.getvalue()).status_code == 400
    answer = studio.client(studio.trainer).post(
        "/studio/upload",
        data={"csrf_token": studio.csrf(studio.trainer), "folder": [(io.BytesIO(b"x"), "../../etc/passwd")]},
    )
    assert answer.status_code == 400
    assert versions() == 0


def test_more_than_a_course_needs_is_refused(studio: Studio):
    answer = studio.send(studio.trainer, b"PK\x03\x04" + bytes(unpack.MOST_OCTETS))
    assert answer.status_code == 413
    answer = studio.send(studio.trainer, b"PK\x03\x04" + bytes(unpack.MOST_OCTETS + 2_000_000))
    assert answer.status_code == 413
    assert versions() == 0


def test_a_course_beyond_the_usual_request_still_comes_in(studio: Studio):
    answer = studio.client(studio.trainer).post(
        "/studio/upload",
        data={
            "csrf_token": studio.csrf(studio.trainer),
            "archive": (io.BytesIO(b"GIF89a" + bytes(9_000_000)), "besar.zip"),
        },
    )
    assert answer.status_code == 400, "larger than other requests, so it is read and judged as a file"


def test_the_same_folder_again_makes_no_version(studio: Studio, page_of):
    studio.brings_in()
    assert studio.brings_in().number == 1
    assert "jadi tidak ada versi baru" in page_of(studio.trainer, "/studio/")


def test_a_new_version_says_what_changed(studio: Studio, page_of):
    first = studio.brings_in()
    studio.files["course.toml"] = studio.files["course.toml"].replace(b"pass_mark = 70", b"pass_mark = 75")
    second = studio.brings_in()
    assert (first.number, second.number) == (1, 2)
    page = page_of(studio.trainer, studio.at(second, "changes"))
    assert "course.toml" in page and "pass_mark = 75</ins>" in page and "pass_mark = 70</del>" in page
    assert studio.client(studio.trainer).get(studio.at(first, "changes")).status_code == 404


def test_the_author_is_never_the_second_person(studio: Studio):
    version = studio.brings_in()
    studio.post(studio.trainer, studio.at(version, "ask"))
    assert studio.post(studio.trainer, studio.at(version, "review"), answer="yes").status_code == 403
    assert studio.newest().reviewed_at is None


def test_nothing_is_published_without_both(studio: Studio):
    version = studio.brings_in()
    assert studio.post(studio.trainer, studio.at(version, "publish")).status_code == 409
    studio.post(studio.trainer, studio.at(version, "ask"))
    studio.post(studio.colleague, studio.at(version, "review"), answer="yes")
    assert studio.post(studio.trainer, studio.at(version, "publish")).status_code == 409
    assert studio.newest().state == "review"


def test_sent_back_with_a_note_it_is_a_draft_again(studio: Studio, page_of):
    version = studio.brings_in()
    studio.post(studio.trainer, studio.at(version, "ask"))
    silent = studio.post(studio.colleague, studio.at(version, "review"), answer="back")
    assert silent.status_code == 400 and "Tulis apa yang perlu diubah" in silent.text
    studio.post(
        studio.colleague, studio.at(version, "review"), answer="back", note="Pelajaran 3 belum menyebut batas waktu."
    )
    assert studio.newest().state == "draft"
    assert "Pelajaran 3 belum menyebut batas waktu." in page_of(studio.trainer, f"/studio/{version.course.uuid}")


def test_more_minutes_than_the_material_gives_are_refused_on_the_page(studio: Studio):
    version = studio.brings_in()
    studio.post(studio.trainer, studio.at(version, "ask"))
    answer = studio.post(studio.officer, studio.at(version, "minutes"), minutes=version.minutes_computed + 1)
    assert answer.status_code == 400, answer.text
    assert studio.newest().minutes_approved is None


def test_withdrawing_is_asked_first_and_can_be_taken_back(studio: Studio, page_of):
    version = studio.publishes()
    here = f"/studio/{version.course.uuid}"
    ana = studio.a.person(name="Ana Lestari")
    assert "Catatan, jam, dan sertifikat tetap" in page_of(studio.trainer, f"{here}/withdraw")
    assert studio.newest().course.state == "published"
    studio.post(studio.trainer, f"{here}/withdraw")
    assert studio.newest().course.state == "unpublished"
    assert version.title not in page_of(ana, "/courses/")
    assert "Terbitkan lagi" in page_of(studio.trainer, here)
    studio.post(studio.trainer, studio.at(version, "publish"))
    assert studio.newest().course.state == "published"


def test_every_step_is_in_the_log(studio: Studio):
    studio.publishes()
    done = db.session.execute(
        select(AuditEntry.action, AuditEntry.person_id)
        .where(AuditEntry.action.startswith("course."))
        .order_by(AuditEntry.id)
    ).all()
    assert [tuple(row) for row in done] == [
        ("course.imported", studio.trainer.id),
        ("course.review_asked", studio.trainer.id),
        ("course.approved", studio.colleague.id),
        ("course.minutes_approved", studio.officer.id),
        ("course.published", studio.trainer.id),
    ]


def test_the_preview_shows_the_lesson_and_never_the_key(studio: Studio, page_of):
    version = studio.brings_in()
    page = page_of(studio.trainer, studio.at(version, "preview"))
    assert "<iframe" in page and version.lessons[0].title in page
    for part in [lesson.key for lesson in version.lessons] + ["posttest", "pretest-1"]:
        answer = studio.client(studio.trainer).get(studio.at(version, f"preview/{part}"))
        assert answer.status_code == 200
        assert "frame-ancestors 'self'" in answer.headers["Content-Security-Policy"]
        assert "Belum tepat" not in answer.text and 'name="correct"' not in answer.text
    lesson = version.lessons[0]
    shown = page_of(studio.trainer, studio.at(version, f"preview/{lesson.key}"))
    assert lesson.aim in shown and "<fieldset" in shown
    assert studio.client(studio.trainer).get(studio.at(version, "preview/no-such")).status_code == 404


def test_a_course_of_another_unit_is_not_there(studio: Studio):
    version = studio.brings_in()
    stranger = studio.a.person(name="Eva Wijaya", roles=[Role.TRAINER])
    here = f"/studio/{version.course.uuid}"
    for path in (
        here,
        f"{here}/learners",
        studio.at(version, "preview"),
        studio.at(version, "changes"),
        studio.at(version, f"preview/{version.lessons[0].key}"),
        f"{here}/versions/{version.uuid}.zip",
        f"{here}/withdraw",
    ):
        assert studio.client(stranger).get(path).status_code == 404, path
    for what in ("ask", "review", "publish"):
        assert studio.post(stranger, studio.at(version, what), answer="yes").status_code == 404, what
    assert version.title not in studio.client(stranger).get("/studio/").text
    assert version.title not in studio.client(stranger).get("/studio/reviews").text


def test_nobody_takes_another_units_slug(studio: Studio):
    studio.brings_in()
    stranger = studio.a.person(name="Eva Wijaya", roles=[Role.TRAINER])
    studio.files["course.toml"] = studio.files["course.toml"].replace(b"pass_mark = 70", b"pass_mark = 75")
    answer = studio.send(stranger, unpack.pack(studio.files))
    assert answer.status_code == 409 and "Sari Pengajar" in answer.text
    assert versions() == 1


def test_a_trainer_of_the_whole_agency_sees_the_units_below(studio: Studio, a: Factories):
    version = studio.brings_in()
    chief = a.person(name="Rahmat Kepala Bidang", roles=[Role.TRAINER], scope=a.agency())
    assert studio.client(chief).get(f"/studio/{version.course.uuid}").status_code == 200


def test_who_moved_to_another_agency_leaves_the_course_behind(studio: Studio, later):
    version = studio.brings_in()
    later(days=1)
    studio.clients.clear()
    with db.transaction():
        other = people.add_unit(name="Pemerintah Kabupaten Lain", kind="agency", zone="Asia/Jakarta", code="KAB")
        mover = people_of.person_by_id(studio.trainer.id)
        people.move(mover, other, mover.placement.position, clock.now().date())
        people.grant(mover, Role.TRAINER, other, by=None, on=FIRST_DAY)
    here = f"/studio/{version.course.uuid}"
    assert studio.client(studio.trainer).get("/studio/").status_code == 200
    assert studio.client(studio.trainer).get(here).status_code == 404
    assert studio.client(studio.trainer).get(f"{here}/learners").status_code == 404
    assert studio.client(studio.colleague).get(here).status_code == 200, "the unit keeps its course"
    assert studio.client(studio.officer).get(here).status_code == 200


def test_a_shared_course_is_there_to_read_only(studio: Studio, a: Factories):
    course = a.course("antikorupsi")
    page = studio.client(studio.trainer).get("/studio/").text
    assert course.title in page and "Kursus bersama" in page
    here = f"/studio/{course.uuid}"
    shown = studio.client(studio.trainer).get(here).text
    assert "Tarik kursus" not in shown and "Unggah versi baru" not in shown
    assert studio.client(studio.trainer).get(f"{here}/withdraw").status_code == 404
    assert studio.post(studio.trainer, f"{here}/versions/{course.version.uuid}/publish").status_code == 404


def test_an_agencys_copy_stands_beside_the_shared_one(studio: Studio, a: Factories):
    shared = a.course("keamanan-informasi")
    version = studio.brings_in()
    assert version.course.id != shared.id and version.course.agency_id == a.agency().id
    assert db.session.scalar(select(func.count()).select_from(Course)) == 2


@pytest.mark.parametrize(
    ("day", "number", "due"),
    [
        (date(2026, 3, 9), 3, date(2026, 3, 12)),
        (date(2026, 3, 12), 3, date(2026, 3, 17)),
        (date(2026, 3, 14), 3, date(2026, 3, 18)),
        (date(2026, 3, 13), 1, date(2026, 3, 16)),
    ],
)
def test_working_days(day: date, number: int, due: date):
    assert queries.working_days_after(day, number) == due


def test_the_queue_says_since_when_and_who_decides_by_when(studio: Studio, page_of):
    version = studio.brings_in()
    studio.post(studio.trainer, studio.at(version, "ask"))
    page = page_of(studio.officer, "/studio/reviews")
    assert "9 Mar 2026" in page and "12 Mar 2026" in page and "Wati BKPSDM" in page
    with clock.at(clock.now() + timedelta(days=8)):
        assert "tag warning" in studio.a.client(studio.officer).get("/studio/reviews").text


ROLES = [Role.LEARNER, Role.TRAINER, Role.ASSESSOR, Role.UNIT_HR, Role.AGENCY_HR, Role.AUDITOR, Role.DPO, Role.OPERATOR]
WHO = {
    "/studio/": {Role.TRAINER, Role.AGENCY_HR},
    "/studio/upload": {Role.TRAINER},
    "/studio/reviews": {Role.TRAINER, Role.AGENCY_HR},
    "{course}": {Role.TRAINER, Role.AGENCY_HR},
    "{course}/learners": {Role.TRAINER, Role.AGENCY_HR},
    "{version}/preview": {Role.TRAINER, Role.AGENCY_HR},
    "{version}/preview/posttest": {Role.TRAINER, Role.AGENCY_HR},
    "{version}.zip": {Role.TRAINER, Role.AGENCY_HR},
}


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("own", [True, False], ids=["own unit", "other unit"])
def test_route_by_role_by_unit(studio: Studio, a: Factories, role: Role, own: bool):
    version = studio.brings_in()
    scope = (a.agency() if role is Role.AGENCY_HR else studio.unit) if own else a.unit("Dinas Lain")
    person = a.person(
        name="Rudi Pemeran",
        unit=studio.unit if own else scope,
        scope=scope,
        roles=[] if role is Role.LEARNER else [role],
    )
    here = {
        "course": f"/studio/{version.course.uuid}",
        "version": f"/studio/{version.course.uuid}/versions/{version.uuid}",
    }
    for rule, roles in WHO.items():
        status = studio.client(person).get(rule.format(**here)).status_code
        bound = "{" in rule
        assert status == (403 if role not in roles else 404 if bound and not own else 200), (rule, role)
    for what, roles in {
        "ask": {Role.TRAINER},
        "review": {Role.TRAINER, Role.AGENCY_HR},
        "minutes": {Role.AGENCY_HR},
        "publish": {Role.TRAINER, Role.AGENCY_HR},
    }.items():
        if role not in roles or not own:
            token = studio.csrf(person) if role in WHO["/studio/"] else ""
            answer = studio.client(person).post(f"{here['version']}/{what}", data={"csrf_token": token, "minutes": 1})
            assert answer.status_code in (400, 403, 404), (what, role)
    assert studio.newest().state == "draft"


def test_nobody_who_is_not_signed_in(studio: Studio):
    version = studio.brings_in()
    for path in ("/studio/", "/studio/upload", "/studio/reviews", f"/studio/{version.course.uuid}"):
        answer = studio.a.client().get(path)
        assert answer.status_code == 303 and answer.headers["Location"].startswith("/sign-in")
