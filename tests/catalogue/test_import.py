"""Course folders come in, and go out again, byte for byte; versions keep what learners rely on."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select

from lms.assessment.models import Question
from lms.catalogue import actions, iris, queries
from lms.catalogue.models import Course, CourseVersion, Lesson
from lms.competency import queries as competencies
from lms.content.errors import CourseHasErrors
from lms.core import db, storage
from lms.core.audit import AuditEntry
from lms.people.roles import Role
from tests.content.samples import LESSON, SVG, course, question

FIRST = "lessons/01-satu-gagasan.md"


def brought_in(files: dict[str, bytes] | None = None, by=None, agency=None) -> CourseVersion:
    with db.transaction():
        return actions.import_course(files or course(), by, agency)


def test_a_folder_becomes_a_draft(a):
    version = brought_in()
    assert (version.number, version.state, version.course.slug, version.course.state) == (
        1,
        "draft",
        "surat-singkat",
        "draft",
    )
    assert (version.minutes, version.minutes_computed, version.minutes_approved, version.jp) == (8, 8, None, 0)
    [module] = version.modules
    assert (module.title, module.pretest, [lesson.key for lesson in module.lessons]) == (
        "Menulis",
        "pretest-1",
        ["01-satu-gagasan", "02-kalimat-pendek"],
    )
    first = version.lessons[0]
    assert f'src="/media/{version.uuid}/surat.svg"' in first.html and "<h2>Mengapa</h2>" in first.html
    assert first.octets == len(first.html.encode()) + len(SVG)
    assert (first.competency.code, first.level, first.tomorrow) == ("M.3", 1, "Baca ulang satu surat Anda.")
    assert [(o.competency.code, o.level, o.can) for o in version.outcomes] == [("M.3", 1, "menulis surat satu halaman")]
    assert version.octets == sum(lesson.octets for lesson in version.lessons)
    assert db.session.scalar(select(func.count()).where(Question.version_id == version.id)) == 10
    assert db.session.scalar(select(AuditEntry.action)) == "course.imported"


def test_what_goes_out_is_what_came_in():
    assert actions.export(brought_in()) == course()


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    words=st.lists(
        st.text(
            st.characters(codec="utf-8", exclude_characters="<>\r\0`[]\\+#|&", exclude_categories=["Cc", "Cs"]),
            min_size=1,
            max_size=20,
        ),
        min_size=1,
        max_size=6,
    )
)
def test_any_words_go_out_as_they_came_in(words):
    files = course(**{FIRST: LESSON + "\n" + "\n\n".join("Kata " + word for word in words) + "\n"})
    version = brought_in(files)
    assert actions.export(version) == files
    assert "".join(words).split()[:1] == [] or version.lessons[0].html


def test_the_same_folder_twice_changes_nothing(a):
    first, second = brought_in(), brought_in()
    assert first.id == second.id
    assert db.session.scalar(select(func.count()).select_from(CourseVersion)) == 1


def test_a_corrected_slip_keeps_the_names_of_lessons():
    first = brought_in()
    second = brought_in(
        course(
            **{
                FIRST: LESSON.replace("menulis surat", "menulis sepucuk surat"),
                "lessons/03-baru.md": LESSON,
                "questions/03-baru.toml": question("baru-a", "03-baru"),
                "course.toml": course()["course.toml"]
                .decode()
                .replace('"02-kalimat-pendek"]', '"02-kalimat-pendek", "03-baru"]'),
            }
        )
    )
    assert (second.course_id, second.number) == (first.course_id, 2)
    before, after = ({lesson.key: lesson.uuid for lesson in v.lessons} for v in (first, second))
    assert {key: after[key] for key in before} == before and len(set(after.values())) == 3
    name = iris.lesson_iri(first.course.uuid, "01-satu-gagasan")
    assert iris.parse(name) == iris.Named(first.course.uuid, "lesson", "01-satu-gagasan")
    assert "sepucuk" not in first.lessons[0].html and "sepucuk" in second.lessons[0].html
    assert actions.export(first) == course()


def test_differences_are_readable():
    first = brought_in()
    second = brought_in(
        course(
            **{FIRST: LESSON.replace("Rina menulis surat.", "Rina menulis dua surat."), "media/surat.svg": SVG + " "}
        )
    )
    text, picture = queries.differences(first, second)
    assert (text.path, text.kind) == (FIRST, "changed")
    assert ("-", "**Senin, 08.00.** Rina menulis surat.") in text.lines
    assert ("+", "**Senin, 08.00.** Rina menulis dua surat.") in text.lines
    assert ("@", "") in text.lines and len(text.lines) < 8
    assert (picture.path, picture.kind, picture.lines) == ("media/surat.svg", "changed", ())


def test_a_competency_that_nobody_knows_is_said_at_each_place(a):
    files = {path: data.replace(b'"M.3"', b'"T.NASKAH"') for path, data in course().items()}
    with pytest.raises(CourseHasErrors) as refusal:
        brought_in(files)
    assert {(c.file, c.where) for c in refusal.value.complaints} >= {
        ("course.toml", "[[outcome]]"),
        (FIRST, ""),
        ("questions/posttest.toml", "pos-0"),
    }
    assert db.session.scalar(select(Course)) is None


def test_a_bad_folder_leaves_nothing_behind(tmp_path):
    with pytest.raises(CourseHasErrors):
        brought_in(course(**{FIRST: "tanpa kepala"}))
    assert db.session.scalar(select(func.count()).select_from(Course)) == 0
    assert db.session.scalar(select(func.count()).select_from(AuditEntry)) == 0


def test_the_agencys_own_competency_comes_first(a):
    from_shared = competencies.by_code("M.3")
    version = brought_in(agency=a.agency())
    assert version.outcomes[0].competency_id == from_shared.id
    assert version.course.agency_id == a.agency().id


def test_an_agency_has_its_own_copy_of_a_shared_course(a):
    shared = brought_in()
    trainer = a.person(roles=[Role.TRAINER])
    own = brought_in(by=trainer, agency=a.agency())
    assert own.course_id != shared.course_id
    assert (own.author_id, own.course.owner_id) == (trainer.id, trainer.id)


def test_pictures_are_kept_once(tmp_path):
    version = brought_in(course(**{"media/kalimat.svg": SVG}))
    assert version.files["media/surat.svg"] == version.files["media/kalimat.svg"]
    assert storage.read(version.files["media/surat.svg"]) == SVG.encode()
    assert db.session.scalar(select(func.count()).select_from(Lesson)) == 2


@pytest.mark.parametrize(
    "iri, kind",
    [
        ("https://lama.example/activities/courses/0190a8b2-0000-7000-8000-000000000001", "course"),
        (
            "http://asah.localhost:8000/activities/courses/0190a8b2-0000-7000-8000-000000000001/lessons/01-lima-tanda",
            "lesson",
        ),
        ("http://x/activities/courses/0190a8b2-0000-7000-8000-000000000001/tests/posttest", "test"),
        ("http://x/activities/courses/0190a8b2-0000-7000-8000-000000000001/questions/upg-30", "question"),
        ("http://x/activities/courses/0190a8b2-0000-7000-8000-000000000001/lessons/../x", None),
        ("http://x/activities/courses/0190a8b2-0000-7000-8000-000000000001/lessons/", None),
        ("http://x/activities/courses/0190A8B2-0000-7000-8000-000000000001", None),
        ("http://x/activities/courses/not-a-uuid", None),
        ("http://[", None),
        ("", None),
        ("mailto:a@b.c", None),
    ],
)
def test_names_in_statements_are_read_back_wherever_the_site_is(iri, kind):
    found = iris.parse(iri)
    assert (found.kind if found else None) == kind
