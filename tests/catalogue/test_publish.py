"""From draft to published: a second person, approved minutes, and nobody's learning breaks."""

import pytest
from sqlalchemy import select

from lms.catalogue import actions, errors, queries
from lms.catalogue.models import CourseVersion
from lms.competency import queries as competencies
from lms.core import audit, db, paths
from lms.core.audit import AuditEntry
from lms.people import actions as people
from lms.people.roles import Role
from tests.content.samples import COURSE, LESSON, course

LONG = course(
    **{
        "lessons/01-satu-gagasan.md": LESSON + "kata " * 130 * 40,
        "course.toml": COURSE.replace("minutes = 8", "minutes = 47").replace("jp = 0", "jp = 1"),
    }
)


@pytest.fixture
def trainer(a):
    return a.person("Rahma", roles=[Role.TRAINER])


@pytest.fixture
def colleague(a):
    return a.person("Joko", roles=[Role.TRAINER])


@pytest.fixture
def officer(a):
    return a.person("Sari", roles=[Role.AGENCY_HR], scope=a.agency())


@pytest.fixture
def draft(a, trainer):
    with db.transaction():
        return actions.import_course(LONG, trainer, a.agency())


def do(action, *args, **kwargs):
    with db.transaction():
        return action(*args, **kwargs)


def published(draft, trainer, colleague, officer) -> CourseVersion:
    do(actions.ask_review, draft, trainer)
    do(actions.approve, draft, colleague, "Sudah dibaca.")
    do(actions.approve_minutes, draft, queries.proposed_minutes(draft), officer)
    do(actions.publish, draft, trainer)
    return draft


def test_from_draft_to_published(a, draft, trainer, colleague, officer):
    learner = a.person()
    assert queries.open_courses(learner) == []
    published(draft, trainer, colleague, officer)
    assert queries.open_courses(learner) == [draft.course]
    assert (draft.course.open, draft.course.title, draft.state) == (True, "Surat Singkat", "published")
    assert (draft.minutes_approved, draft.jp) == (min(draft.minutes, draft.minutes_computed), 1)
    assert list(db.session.scalars(select(AuditEntry.action).where(AuditEntry.action.startswith("course.")))) == [
        "course.imported",
        "course.review_asked",
        "course.approved",
        "course.minutes_approved",
        "course.published",
    ]
    assert audit.first_break() is None


def test_nobody_is_their_own_second_person(draft, trainer, colleague, officer):
    do(actions.ask_review, draft, trainer)
    for action, args in ((actions.approve, ()), (actions.send_back, ("x",))):
        with pytest.raises(errors.OwnWork):
            do(action, draft, trainer, *args)
    with pytest.raises(errors.OwnWork):
        do(actions.approve_minutes, draft, 45, trainer)
    assert draft.reviewed_at is None and draft.minutes_approved is None


def test_publishing_needs_a_yes_and_minutes(draft, trainer, colleague, officer):
    with pytest.raises(errors.NotReadYet):
        do(actions.publish, draft, trainer)
    with pytest.raises(errors.NotInReview):
        do(actions.approve, draft, colleague)
    do(actions.ask_review, draft, trainer)
    with pytest.raises(errors.NotADraft):
        do(actions.ask_review, draft, trainer)
    with pytest.raises(errors.NotReadYet):
        do(actions.publish, draft, trainer)
    do(actions.approve, draft, colleague)
    with pytest.raises(errors.NotInReview):
        do(actions.approve, draft, colleague)
    with pytest.raises(errors.MinutesNotApproved):
        do(actions.publish, draft, trainer)
    assert not draft.course.open


def test_minutes_are_at_most_what_the_material_gives(draft, officer):
    for minutes in (0, -45, draft.minutes_computed + 1):
        with pytest.raises(errors.TooManyMinutes):
            do(actions.approve_minutes, draft, minutes, officer)
    do(actions.approve_minutes, draft, 44, officer)
    assert (draft.minutes_approved, draft.jp) == (44, 0)
    do(actions.approve_minutes, draft, draft.minutes_computed, officer)
    assert draft.jp == draft.minutes_computed // 45 == 1


def test_minutes_of_a_published_version_stay(draft, trainer, colleague, officer):
    published(draft, trainer, colleague, officer)
    with pytest.raises(errors.MinutesAreFixed):
        do(actions.approve_minutes, draft, 1, officer)


def test_a_version_that_is_sent_back_is_a_draft_again(draft, trainer, colleague, officer):
    do(actions.ask_review, draft, trainer)
    do(actions.approve, draft, colleague)
    do(actions.send_back, draft, officer, " Batas rupiahnya sudah berubah. ")
    assert (draft.state, draft.reviewed_at, draft.review_note) == ("draft", None, "Batas rupiahnya sudah berubah.")
    do(actions.ask_review, draft, trainer)
    with pytest.raises(errors.NotReadYet):
        do(actions.publish, draft, trainer)


def test_the_next_version_takes_over_and_the_old_one_stays_whole(a, draft, trainer, colleague, officer):
    published(draft, trainer, colleague, officer)
    with db.transaction():
        second = actions.import_course(
            {
                **LONG,
                "lessons/02-kalimat-pendek.md": LONG["lessons/01-satu-gagasan.md"].replace(
                    b"surat.svg", b"kalimat.svg"
                ),
            },
            trainer,
            a.agency(),
        )
    assert draft.course.version_id == draft.id
    published(second, trainer, colleague, officer)
    assert (draft.state, second.state, draft.course.version_id) == ("retired", "published", second.id)
    assert actions.export(draft) == LONG and len(draft.lessons) == 2
    do(actions.publish, draft, trainer)
    assert (draft.state, second.state, draft.course.version_id) == ("published", "retired", draft.id)


def test_an_unpublished_course_takes_nobody_and_keeps_everything(a, draft, trainer, colleague, officer):
    published(draft, trainer, colleague, officer)
    learner = a.person()
    do(actions.unpublish, draft.course, trainer)
    assert queries.open_courses(learner) == [] and not draft.course.open
    assert queries.course("surat-singkat", a.agency()) == draft.course
    assert draft.course.version == draft and actions.export(draft) == LONG
    with pytest.raises(errors.NotOpen):
        do(actions.unpublish, draft.course, trainer)
    do(actions.publish, draft, trainer)
    assert queries.open_courses(learner) == [draft.course]


def test_another_agency_neither_sees_nor_handles_it(a, draft, trainer, colleague, officer):
    published(draft, trainer, colleague, officer)
    with db.transaction():
        other = people.add_unit(name="Pemerintah Kabupaten Lain", kind="agency", zone="Asia/Jakarta", code="KAB")
    stranger = a.person("Dewi", unit=other, roles=[Role.TRAINER, Role.AGENCY_HR])
    assert queries.open_courses(stranger) == []
    assert queries.find_course("surat-singkat", other) is None
    for find in (queries.course_by_uuid, queries.version):
        with pytest.raises(Exception, match="nothing at this address"):
            find(draft.course.uuid if find is queries.course_by_uuid else draft.uuid, stranger)
    for action, args in (
        (actions.ask_review, (draft,)),
        (actions.approve, (draft,)),
        (actions.publish, (draft,)),
        (actions.approve_minutes, (draft, 10)),
        (actions.unpublish, (draft.course,)),
    ):
        with pytest.raises(errors.NotYourCourse):
            do(action, *args, by=stranger)


def test_a_shared_course_is_for_operators_to_change(a, trainer):
    shared = a.course()
    with pytest.raises(errors.NotYourCourse):
        do(actions.unpublish, shared, trainer)
    do(actions.unpublish, shared, a.person(roles=[Role.OPERATOR]))
    assert not shared.open


def test_the_agencys_copy_takes_the_place_of_the_shared_course(a, trainer, colleague, officer):
    with db.transaction():
        shared = actions.publish_shipped(LONG).course
        own = actions.import_course(LONG, trainer, a.agency())
    learner = a.person()
    assert queries.open_courses(learner) == [shared] and queries.course("surat-singkat", a.agency()) == shared
    published(own, trainer, colleague, officer)
    assert queries.open_courses(learner) == [own.course] and queries.course("surat-singkat", a.agency()) == own.course
    assert queries.course("surat-singkat") == shared


def test_search_reads_titles_summaries_and_lessons(a):
    learner = a.person()
    with db.transaction():
        actions.publish_shipped(LONG)
    assert [c.slug for c in queries.open_courses(learner, q="  SINGKAT ")] == ["surat-singkat"]
    assert queries.open_courses(learner, q="satu halaman") and queries.open_courses(learner, q="satu gagasan")
    assert queries.open_courses(learner, q="100%") == queries.open_courses(learner, q="_") == []
    assert queries.open_courses(learner, q="") == queries.open_courses(learner)
    [version] = db.session.scalars(select(CourseVersion))
    supported = version.outcomes[0].competency
    assert len(queries.open_courses(learner, competency=supported)) == 1
    assert queries.open_courses(learner, competency=competencies.by_code("M.1")) == []


def test_what_ships_is_published_once_and_honestly(a):
    folders = [p.parent.name for p in paths.shipped("courses").glob("*/course.toml")]
    assert sorted(v.course.slug for v in do(actions.ship)) == sorted(folders)
    assert do(actions.ship) == []
    versions = list(db.session.scalars(select(CourseVersion)))
    assert {v.state for v in versions} == {"published"}
    for version in versions:
        assert version.reviewed_by_id is None and version.reviewed_at and "Shipped" in version.review_note
        assert version.minutes_approved == min(version.minutes, version.minutes_computed)
        assert version.jp == version.minutes_approved // 45 >= 1
    assert len(queries.open_courses(a.person())) == len(folders)


def test_what_an_operator_closed_or_replaced_stays_so(a, monkeypatch, tmp_path):
    do(actions.ship)
    operator = a.person(roles=[Role.OPERATOR])
    closed, replaced = queries.course("antikorupsi"), queries.course("berakhlak")
    do(actions.unpublish, closed, operator)
    files = actions.export(replaced.version)
    files["course.toml"] = files["course.toml"].replace(b'audience = "', b'audience = "Khusus: ')
    newer = do(actions.publish_shipped, files)
    assert do(actions.ship) == []
    assert not closed.open and replaced.version_id == newer.id
