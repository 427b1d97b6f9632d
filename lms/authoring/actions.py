"""What can happen in the studio: a course is brought in, and somebody is declared done after a class."""

from datetime import date

from lms.authoring import queries, scope
from lms.authoring.errors import BelongsToSomebodyElse, NotInTheFuture, NowhereToPutIt
from lms.catalogue import actions as catalogue
from lms.catalogue.models import CourseVersion
from lms.content.formats import native
from lms.core import clock
from lms.delivery import actions as delivery
from lms.enrolment.models import Enrolment
from lms.people import queries as people
from lms.people.models import Person


def bring_in(files: dict[str, bytes], by: Person) -> tuple[CourseVersion, bool]:
    """The folder is a draft: a new course of the trainer's agency, or the next version of one that is theirs to change.

    Returns the version, and whether it is new: a folder that equals the newest version changes nothing. Raises
    CourseHasErrors with all that is wrong in it, and then nothing is stored.
    """
    agency = people.agency_of(by)
    if agency is None:
        raise NowhereToPutIt
    slug = native.read(files).slug
    known = queries.find_by_slug(slug, agency)
    if known is not None and not scope.may_change(by, known):
        owner = people.person_by_id(known.owner_id).name if known.owner_id else agency.name
        raise BelongsToSomebodyElse(slug=slug, owner=owner)
    newest = known.versions[-1].id if known and known.versions else None
    version = catalogue.import_course(files, by=by, agency=agency)
    return version, version.id != newest


def complete_after_class(place: Enrolment, by: Person, reason: str, on: date) -> None:
    """`place` is completed by a class on the day `on`, on the word of `by`: a statement, like all that counts."""
    if on > clock.today(place.person.zone):
        raise NotInTheFuture
    delivery.complete_by_hand(place, by=by, reason=reason, on=on, method="classroom")
