"""Questions about courses. A course belongs to an agency, or is shared by all; nobody sees another agency's."""

import difflib
from collections.abc import Iterator
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import ColumnElement, exists, or_, select
from sqlalchemy.orm import aliased, joinedload

from lms.catalogue.models import Course, CourseVersion, Lesson, Outcome
from lms.competency import queries as competencies
from lms.competency.models import Competency
from lms.content.formats import native
from lms.content.source import JP_MINUTES, Complaint, Complaints, CourseSource
from lms.core import db, errors, storage
from lms.core.permissions import Permission
from lms.core.texts import N_
from lms.people import queries as people
from lms.people.models import Person, Unit

UNKNOWN_CODE = N_(
    "The competency “%(code)s” is not in the dictionary. Use one that is there, or ask the personnel officer to add it."
)


def _for(agency: Unit | None) -> ColumnElement[bool]:
    """A criterion on Course: those that people of `agency` can meet."""
    return (
        Course.agency_id.is_(None) if agency is None else or_(Course.agency_id.is_(None), Course.agency_id == agency.id)
    )


def course(slug: str, agency: Unit | None = None) -> Course:
    """The course of this name for people of `agency`; raises NotFound."""
    found = find_course(slug, agency)
    if found is None:
        raise errors.NotFound
    return found


def find_course(slug: str, agency: Unit | None = None) -> Course | None:
    """The course of this name for people of `agency`: a published one before others, the agency's own before the shared
    one. It may be closed, or still a draft: see `Course.open`."""
    return db.session.scalar(
        select(Course)
        .where(Course.slug == slug, _for(agency))
        .options(joinedload(Course.version))
        .order_by(Course.state != "published", Course.agency_id.is_(None))
        .limit(1)
    )


def course_by_uuid(uuid: UUID, viewer: Person | None = None) -> Course:
    """The course with this id; with `viewer`, only if it is shared or their agency's. Raises NotFound."""
    criteria = [Course.uuid == uuid] + ([_for(people.agency_of(viewer))] if viewer else [])
    found = db.session.scalar(select(Course).where(*criteria))
    if found is None:
        raise errors.NotFound
    return found


def version(uuid: UUID, viewer: Person | None = None) -> CourseVersion:
    """The version with this id; with `viewer`, only if its course is shared or their agency's. Raises NotFound."""
    criteria = [CourseVersion.uuid == uuid] + ([_for(people.agency_of(viewer))] if viewer else [])
    found = db.session.scalar(select(CourseVersion).join(CourseVersion.course).where(*criteria))
    if found is None:
        raise errors.NotFound
    return found


def open_courses(person: Person, q: str | None = None, competency: Competency | None = None) -> list[Course]:
    """The courses that `person` can begin, by title: published, their agency's or shared.

    An agency's own copy of a shared course takes its place. `q` must be somewhere in title, summary or a lesson's
    title, capital letters or not; with `competency`, only courses that support it.
    """
    agency = people.agency_of(person)
    criteria = [Course.state == "published", _for(agency)]
    if agency is not None:
        own = aliased(Course)
        criteria.append(
            or_(
                Course.agency_id.is_not(None),
                ~exists().where(own.slug == Course.slug, own.agency_id == agency.id, own.state == "published"),
            )
        )
    if q and q.strip():
        text = q.strip()
        criteria.append(
            or_(
                CourseVersion.title.icontains(text, autoescape=True),
                CourseVersion.summary.icontains(text, autoescape=True),
                exists().where(Lesson.version_id == CourseVersion.id, Lesson.title.icontains(text, autoescape=True)),
            )
        )
    if competency is not None:
        criteria.append(exists().where(Outcome.version_id == CourseVersion.id, Outcome.competency_id == competency.id))
    return list(
        db.session.scalars(
            select(Course)
            .join(CourseVersion, CourseVersion.id == Course.version_id)
            .where(*criteria)
            .options(joinedload(Course.version))
            .order_by(CourseVersion.title, Course.id)
        )
    )


def may_handle(who: Person, course: Course) -> bool:
    """Whether changing `course` is theirs to do (with the permission for it): it is their agency's, or it is shared and
    they look after the installation."""
    if course.agency_id is None:
        return people.may(who, Permission.OPERATE)
    agency = people.agency_of(who)
    return agency is not None and agency.id == course.agency_id


def courses_of(agency: Unit | None) -> list[Course]:
    """An agency's own courses in every state (None: the shared ones), by name."""
    mine = Course.agency_id.is_(None) if agency is None else Course.agency_id == agency.id
    return list(
        db.session.scalars(select(Course).where(mine).options(joinedload(Course.version)).order_by(Course.slug))
    )


def proposed_minutes(version: CourseVersion) -> int:
    """What to approve unless there is a reason for less: the lesser of claimed and computed minutes."""
    return min(version.minutes, version.minutes_computed)


def jp_of(minutes: int) -> int:
    """Whole learning hours (JP) of 45 minutes."""
    return minutes // JP_MINUTES


def files_of(version: CourseVersion) -> dict[str, bytes]:
    """The course folder of a version, the same bytes that were imported."""
    return {path: storage.read(digest) for path, digest in sorted(version.files.items())}


def picture(version_uuid: UUID, name: str, viewer: Person) -> str:
    """The SHA-256 of a picture of a version; raises NotFound.

    The course is shared, or of an agency where `viewer` works or has worked: what they began there they can finish.
    """
    found = db.session.scalar(select(CourseVersion).where(CourseVersion.uuid == version_uuid))
    if found is None or f"media/{name}" not in found.files:
        raise errors.NotFound
    agencies = {people.root_of(held.unit).id for held in viewer.placements}
    if found.course.agency_id is not None and found.course.agency_id not in agencies:
        raise errors.NotFound
    return found.files[f"media/{name}"]


def complaints(files: dict[str, bytes], codes: set[str]) -> list[Complaint]:
    """Everything that an author should look at in a course folder; `codes` are the competencies of the dictionary."""
    found = native.complaints(files)
    if any(not c.warning for c in found):
        return found
    return [*unknown_codes(native.read(files), codes), *found]


def unknown_codes(source: CourseSource, codes: set[str]) -> list[Complaint]:
    """A complaint for each place that names a competency which is not in the dictionary."""
    found = Complaints()
    for outcome in source.outcomes:
        if outcome.competency not in codes:
            found.error("course.toml", UNKNOWN_CODE, "[[outcome]]", code=outcome.competency)
    for lesson in source.lessons:
        if lesson.competency not in codes:
            found.error(f"lessons/{lesson.key}.md", UNKNOWN_CODE, code=lesson.competency)
    for question in source.questions:
        if question.competency not in codes:
            found.error(f"questions/{question.name}.toml", UNKNOWN_CODE, question.id, code=question.competency)
    return found


def codes_of(agency: Unit | None) -> set[str]:
    """The codes of the competencies that a course of `agency` can name."""
    return {c.code for c in competencies.all_competencies(agency)}


@dataclass(frozen=True)
class FileChange:
    """How one file differs between two versions."""

    path: str
    kind: str
    """added, removed or changed."""
    lines: tuple[tuple[str, str], ...]
    """For texts: ("+", "-", " " or "@", the line); "@" stands where unchanged lines are left out. None for pictures."""


def differences(old: CourseVersion, new: CourseVersion) -> list[FileChange]:
    """What differs between two versions, file by file, readable."""
    return [
        FileChange(
            path,
            "added" if path not in old.files else "removed" if path not in new.files else "changed",
            tuple(_lines(path, old.files.get(path), new.files.get(path))),
        )
        for path in sorted(old.files.keys() | new.files.keys())
        if old.files.get(path) != new.files.get(path)
    ]


def _lines(path: str, old: str | None, new: str | None) -> Iterator[tuple[str, str]]:
    if path.startswith("media/"):
        return
    before, after = (storage.read(digest).decode().split("\n") if digest else [] for digest in (old, new))
    for number, line in enumerate(difflib.unified_diff(before, after, lineterm="", n=1)):
        if number < 2:
            continue  # the two lines that name the files
        yield ("@", "") if line.startswith("@@") else (line[0], line[1:])


def stored_files() -> set[str]:
    """The SHA-256 of every file that some version has."""
    return {digest for files in db.session.scalars(select(CourseVersion.files)) for digest in files.values()}
