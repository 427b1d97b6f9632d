"""What can happen to courses: imported, read by a second person, approved, published, closed.

All of it is in the audit log. `by` is a person, or None for the command line and for what ships; nobody handles another
agency's course.
"""

import hashlib
import json

from sqlalchemy import or_, select

from lms.catalogue import media, queries
from lms.catalogue.errors import (
    MinutesAreFixed,
    MinutesNotApproved,
    NotADraft,
    NotInReview,
    NotOpen,
    NotReadYet,
    NotYourCourse,
    OwnWork,
    TooManyMinutes,
)
from lms.catalogue.events import VersionImported
from lms.catalogue.models import Course, CourseVersion, Lesson, Module, Outcome
from lms.competency import queries as competencies
from lms.content import unpack
from lms.content.errors import CourseHasErrors
from lms.content.formats import native
from lms.content.source import CourseSource, LessonSource
from lms.core import audit, clock, db, events, ids, paths, storage, striking
from lms.people import erasing
from lms.people import queries as people
from lms.people.events import PersonErased
from lms.people.models import Person, Unit

SHIPPED_NOTE = "Shipped with Asah: read by its makers, minutes as computed. An agency may import its own version."


def import_course(files: dict[str, bytes], by: Person | None = None, agency: Unit | None = None) -> CourseVersion:
    """A version of the course in `files` (path -> bytes) is in the catalogue as a draft, and is returned.

    The first import makes the course; later ones, known by the slug, make a next version. A folder that equals the
    newest version changes nothing: that version is returned. Lessons of the same key keep their names in statements.
    Raises CourseHasErrors with all complaints.
    """
    source = native.read(files)
    unknown = queries.unknown_codes(source, queries.codes_of(agency))
    if unknown:
        raise CourseHasErrors(unknown)
    table = {path: hashlib.sha256(data).hexdigest() for path, data in sorted(files.items())}
    digest = _digest(table)
    course = _course_of(source, by, agency)
    newest = db.session.scalar(
        select(CourseVersion).where(CourseVersion.course_id == course.id).order_by(CourseVersion.number.desc()).limit(1)
    )
    if newest and newest.digest == digest:
        return newest
    for data in files.values():
        storage.put(data)
    version = CourseVersion(
        uuid=ids.new(),
        course=course,
        number=newest.number + 1 if newest else 1,
        title=source.title,
        summary=source.summary,
        audience=source.audience,
        language=source.language,
        files=table,
        digest=digest,
        minutes=source.minutes,
        minutes_computed=source.minutes_computed,
        jp=source.jp,
        pass_mark=source.pass_mark,
        review_by=source.review_by,
        basis=list(source.basis),
        action_plan=source.action_plan,
        author_id=by.id if by else None,
    )
    db.session.add(version)
    db.session.flush()
    _write_parts(version, source, files, agency)
    audit.note(
        "course.imported",
        by=by.id if by else None,
        subject=f"course:{course.uuid}",
        slug=course.slug,
        version=version.number,
    )
    events.publish(VersionImported(version.id))
    return version


def _digest(table: dict[str, str]) -> str:
    return hashlib.sha256(json.dumps(table, sort_keys=True).encode()).hexdigest()


def _course_of(source: CourseSource, by: Person | None, agency: Unit | None) -> Course:
    """The agency's course of this slug, locked; made when it is new."""
    agency_id = agency.id if agency else None
    course = db.session.scalar(
        select(Course)
        .where(Course.slug == source.slug, Course.agency_id.is_not_distinct_from(agency_id))
        .with_for_update()
    )
    if course is None:
        course = Course(
            slug=source.slug,
            agency_id=agency_id,
            owner_id=by.id if by else None,
            language=source.language,
            translation_group=source.translation_group,
        )
        db.session.add(course)
        db.session.flush()
    _mine(course, by)
    return course


def _write_parts(version: CourseVersion, source: CourseSource, files: dict[str, bytes], agency: Unit | None) -> None:
    """Modules, lessons and outcomes stand in their tables, the lessons ready to show."""
    in_dictionary = sorted(competencies.all_competencies(agency), key=lambda c: c.agency_id is not None)
    codes = {c.code: c.id for c in in_dictionary}  # the agency's own come last, and so stay
    earlier = db.session.execute(
        select(Lesson.key, Lesson.uuid)
        .join(Lesson.version)
        .where(CourseVersion.course_id == version.course_id)
        .order_by(CourseVersion.number)
    )
    known = dict(earlier.all())
    modules = {}
    for one in source.modules:
        modules[one.number] = Module(version=version, number=one.number, title=one.title, pretest=one.pretest)
    db.session.add_all(modules.values())
    db.session.flush()
    for lesson in source.lessons:
        html = native.html(lesson.body, lambda name: media.address(version.uuid, name), source.picture_sizes)
        db.session.add(
            Lesson(
                uuid=known.get(lesson.key) or ids.new(),
                version=version,
                module=modules[lesson.module],
                number=lesson.number,
                key=lesson.key,
                title=lesson.title,
                aim=lesson.aim,
                html=html,
                tomorrow=lesson.tomorrow,
                sources=list(lesson.sources),
                minutes=lesson.minutes_computed,
                octets=_octets(lesson, html, files),
                competency_id=codes[lesson.competency],
                level=lesson.level,
            )
        )
    for outcome in source.outcomes:
        db.session.add(
            Outcome(version=version, competency_id=codes[outcome.competency], level=outcome.level, can=outcome.can)
        )
    db.session.flush()


def _octets(lesson: LessonSource, html: str, files: dict[str, bytes]) -> int:
    return len(html.encode()) + sum(len(files[f"media/{name}"]) for name in lesson.pictures)


def _mine(course: Course, by: Person | None) -> None:
    if by is not None and not queries.may_handle(by, course):
        raise NotYourCourse


def _note(action: str, version: CourseVersion, by: Person | None, **details) -> None:
    audit.note(
        action,
        by=by.id if by else None,
        subject=f"course:{version.course.uuid}",
        slug=version.course.slug,
        version=version.number,
        **details,
    )


def ask_review(version: CourseVersion, by: Person) -> None:
    """The draft waits for a second person, and for its minutes to be approved."""
    _mine(version.course, by)
    if version.state != "draft":
        raise NotADraft
    version.state, version.asked_at = "review", clock.now()
    version.reviewed_at = version.reviewed_by_id = None
    db.session.flush()
    _note("course.review_asked", version, by)


def approve(version: CourseVersion, by: Person, note: str = "") -> None:
    """A second person has read the version and said yes."""
    _second_person(version, by)
    if version.state != "review" or version.reviewed_at:
        raise NotInReview
    version.reviewed_at, version.reviewed_by_id, version.review_note = clock.now(), by.id, note.strip()
    db.session.flush()
    _note("course.approved", version, by, note=version.review_note)


def send_back(version: CourseVersion, by: Person, note: str) -> None:
    """A second person has read the version and says what to change first; it is a draft again."""
    _second_person(version, by)
    if version.state != "review":
        raise NotInReview
    version.state, version.review_note = "draft", note.strip()
    version.reviewed_at = version.reviewed_by_id = None
    db.session.flush()
    _note("course.sent_back", version, by, note=version.review_note)


def _second_person(version: CourseVersion, by: Person) -> None:
    _mine(version.course, by)
    if version.author_id == by.id:
        raise OwnWork


def approve_minutes(version: CourseVersion, minutes: int, by: Person) -> None:
    """These minutes count as learning; JP = floor(minutes / 45). At most what the material gives; not by its author."""
    _second_person(version, by)
    if version.state not in ("draft", "review"):
        raise MinutesAreFixed
    if not 1 <= minutes <= version.minutes_computed:
        raise TooManyMinutes(computed=version.minutes_computed)
    version.minutes_approved, version.jp = minutes, queries.jp_of(minutes)
    version.minutes_approved_at, version.minutes_approved_by_id = clock.now(), by.id
    db.session.flush()
    _note(
        "course.minutes_approved",
        version,
        by,
        minutes=minutes,
        claimed=version.minutes,
        computed=version.minutes_computed,
    )


def publish(version: CourseVersion, by: Person | None = None) -> None:
    """New learners begin this version. Those who began another one finish theirs.

    Needs a second person's yes and approved minutes; a version that was published before needs nothing new.
    """
    _mine(version.course, by)
    if version.state == "published":
        return
    if version.reviewed_at is None:
        raise NotReadYet
    if version.minutes_approved_at is None:
        raise MinutesNotApproved
    course = db.session.scalars(select(Course).where(Course.id == version.course_id).with_for_update()).one()
    if course.version is not None and course.version_id != version.id:
        course.version.state = "retired"
    version.state = "published"
    version.published_at = version.published_at or clock.now()
    course.version, course.state = version, "published"
    course.language = version.language
    db.session.flush()
    _note("course.published", version, by)


def unpublish(course: Course, by: Person | None = None) -> None:
    """The course takes no new learners. Places, records and certificates stay as they are."""
    _mine(course, by)
    if not course.open or course.version is None:
        raise NotOpen
    course.state, course.version.state = "unpublished", "retired"
    db.session.flush()
    _note("course.unpublished", course.version, by)


def export(version: CourseVersion) -> dict[str, bytes]:
    """The course folder (path -> bytes), the same bytes that were imported."""
    return queries.files_of(version)


def publish_shipped(files: dict[str, bytes], agency: Unit | None = None) -> CourseVersion:
    """The course in `files` is published without a person, as at set-up, and its version is returned.

    Its makers have read it, which the row says honestly, and the lesser of claimed and computed minutes counts. For the
    command line only. Harmless when repeated.
    """
    version = import_course(files, None, agency)
    if version.state != "published":
        now = clock.now()
        version.reviewed_at, version.review_note = now, SHIPPED_NOTE
        version.minutes_approved, version.minutes_approved_at = queries.proposed_minutes(version), now
        version.jp = queries.jp_of(version.minutes_approved)
        publish(version)
    return version


def ship() -> list[CourseVersion]:
    """Every course that ships is in the shared catalogue and published; returns the versions that are new.

    Harmless when repeated: a folder that was imported before, in whichever version, changes nothing. A course that an
    operator has closed gets its new version as a draft, and stays closed.
    """
    new = []
    for folder in sorted(paths.shipped("courses").iterdir()):
        if not (folder / "course.toml").is_file():
            continue
        files = unpack.from_folder(folder)
        digest = _digest({path: hashlib.sha256(data).hexdigest() for path, data in files.items()})
        if db.session.scalar(
            select(CourseVersion.id)
            .join(CourseVersion.course)
            .where(CourseVersion.digest == digest, Course.agency_id.is_(None))
            .limit(1)
        ):
            continue
        closed = db.session.scalar(
            select(Course.id).where(
                Course.slug == native.read(files).slug, Course.agency_id.is_(None), Course.state == "unpublished"
            )
        )
        new.append(import_course(files) if closed else publish_shipped(files))
    return new


def forget(event: PersonErased) -> None:
    """No remark of a second person names them, as author or as reader. What a course itself says is its author's."""
    words = erasing.words_of(people.person_by_id(event.person_id))
    theirs = or_(CourseVersion.author_id == event.person_id, CourseVersion.reviewed_by_id == event.person_id)
    for version in db.session.scalars(select(CourseVersion).where(theirs)):
        version.review_note = striking.struck(version.review_note, words)
