"""What can go wrong while learning."""

from lms.core.errors import N_, NotAllowed


class PlaceIsClosed(NotAllowed):
    """They left this place."""

    says = N_("You have left this place. What you did there is kept in your record. Enrol again to go on learning.")


class LessonsFirst(NotAllowed):
    """The post-test opens when all lessons are settled or skipped."""

    says = N_(
        "The post-test opens when every lesson is settled. What you have done is kept; "
        "the lessons that are still open are on the course page."
    )


class PretestIsOver(NotAllowed):
    """There is nothing left for this pre-test to skip."""

    says = N_("The lessons of this module are already settled, so there is nothing left to skip. Nothing was changed.")


class NotThatPerson(NotAllowed):
    """A statement about somebody's place by a client, with another actor."""

    says = N_(
        "context.registration %(registration)s belongs to another learner than the actor. "
        "Nothing was stored. (cmi5 9.2, 9.6.1)"
    )


class RegistrationIsClosed(NotAllowed):
    """A statement about a place that was left."""

    says = N_("context.registration %(registration)s is closed. Nothing was stored. (cmi5 9.6.1)")


class OursToVoid(NotAllowed):
    """A client voids what the product itself recorded."""

    says = N_("Statement %(id)s was recorded by Asah itself; a key cannot void it. Nothing was stored. (cmi5 6.3)")


class AlreadyCompleted(NotAllowed):
    """Somebody states a completion that is there."""

    says = N_("This course is already completed in this place. Nothing was changed.")


class ReasonMissing(NotAllowed):
    """A completion by hand without a reason."""

    status = 400
    says = N_("Say in a sentence why this counts as completed. Nothing was changed.")
