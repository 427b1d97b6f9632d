"""Who may see and do what in the studio: as filters on courses and people, and as checks."""

from sqlalchemy import ColumnElement, and_, exists, false, func, or_, select, true

from lms.catalogue.models import Course, CourseVersion
from lms.core import db
from lms.core.permissions import Permission
from lms.people import queries as people
from lms.people.models import Person, Placement, RoleGrant, in_force
from lms.people.roles import Role


def _units_of(viewer: Person, role: Role) -> set[int]:
    """The units (and all below) for which they wear this hat today."""
    roots = db.session.scalars(
        select(RoleGrant.unit_id).where(
            RoleGrant.person_id == viewer.id,
            RoleGrant.role == role,
            RoleGrant.unit_id.is_not(None),
            in_force(RoleGrant, people.today()),
        )
    )
    return {unit for root in roots if root for unit in people.units_under(root)}


def written_near(viewer: Person) -> ColumnElement[bool]:
    """A criterion on Course: those of their agency that a trainer may change.

    They brought it in, or somebody did who then worked in a unit (or below it) that they train for.
    """
    agency = people.agency_of(viewer)
    if agency is None or not people.may(viewer, Permission.AUTHOR):
        return false()
    day = func.date(Course.created_at)
    near = exists().where(
        Placement.person_id == Course.owner_id,
        Placement.unit_id.in_(_units_of(viewer, Role.TRAINER)),
        Placement.from_on <= day,
        or_(Placement.to_on.is_(None), Placement.to_on >= day),
    )
    return and_(Course.agency_id == agency.id, or_(Course.owner_id == viewer.id, near))


def looked_after(viewer: Person) -> ColumnElement[bool]:
    """A criterion on Course: those of an agency whose personnel officer they are."""
    return Course.agency_id.in_(_units_of(viewer, Role.AGENCY_HR))


def in_studio(viewer: Person) -> ColumnElement[bool]:
    """A criterion on Course: those that they find in the studio. Shared courses are there for all of them, to read."""
    if viewer.state != "active":
        return false()
    return or_(written_near(viewer), looked_after(viewer), Course.agency_id.is_(None))


def holds(of: Course, criterion: ColumnElement[bool]) -> bool:
    """Whether the course meets a criterion."""
    return db.session.scalar(select(Course.id).where(Course.id == of.id, criterion)) is not None


def may_change(viewer: Person, of: Course) -> bool:
    """Whether they may bring in a new version of it and ask for its review."""
    return holds(of, written_near(viewer))


def may_decide(viewer: Person, of: Course) -> bool:
    """Whether they are the personnel officer who approves its minutes."""
    return people.may(viewer, Permission.APPROVE_HOURS) and holds(of, looked_after(viewer))


def may_publish(viewer: Person, of: Course) -> bool:
    """Whether they may publish and withdraw it."""
    return may_change(viewer, of) or may_decide(viewer, of)


def may_review(viewer: Person, one: CourseVersion) -> bool:
    """Whether they may be the second person: never the one who brought it in, and never for a shared course."""
    return (
        people.may(viewer, Permission.REVIEW)
        and one.author_id != viewer.id
        and holds(one.course, or_(written_near(viewer), looked_after(viewer)))
    )


def may_approve_minutes(viewer: Person, one: CourseVersion) -> bool:
    """Whether they may say how many minutes count: never the one who brought it in."""
    return one.author_id != viewer.id and may_decide(viewer, one.course)


def whom(viewer: Person, of: Course) -> ColumnElement[bool]:
    """A criterion on Person: those whose place on the course `viewer` may see.

    Everybody on a course that is theirs to change; a personnel officer sees the people of their units; for the rest of
    the shared courses nobody.
    """
    if may_change(viewer, of):
        return true()
    if people.may(viewer, Permission.APPROVE_HOURS) and (of.agency_id is None or holds(of, looked_after(viewer))):
        return and_(people.placed_under(viewer, frozenset({Role.AGENCY_HR})), Person.id != viewer.id)
    return false()
