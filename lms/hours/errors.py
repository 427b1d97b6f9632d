"""What can go wrong with hours."""

from lms.core.errors import N_, Conflict, Invalid, NotAllowed, Problem


class HoursAreNeverChanged(Problem):
    """Code tried to change or delete a row of the ledger or a rule."""

    says = N_("Hours and their rules are never changed or deleted: a new row follows the old one. Nothing was changed.")


class NoRule(Problem):
    """A rule that the ledger needs is not there."""

    says = N_("The rule %(name)s is missing for %(day)s. Nothing was booked. Load the rules that ship, or add one.")


class NotYoursToDecide(NotAllowed):
    """Not a reviewer for this person, or the person themselves."""

    says = N_(
        "Hours are decided by the agency's personnel officers, and nobody decides about their own. Nothing was changed."
    )


class AlreadyDecided(Conflict):
    """Somebody else was first."""

    says = N_(
        "Someone has already decided about these hours. Nothing was changed. Reload the page to see how it stands."
    )


class MinutesNotApproved(Conflict):
    """The course version has no approved minutes."""

    says = N_(
        "The minutes of this course are not approved yet, so nothing can be booked. Approve them first, then decide."
    )


class NoteIsMissing(Invalid):
    """A decision needs its reason."""

    says = N_("Please write in a sentence why. Nothing was changed.")


class RuleBeginsInThePast(Invalid):
    """A rule cannot reach back."""

    says = N_(
        "A new figure holds from today at the earliest: what is already booked stays as it is. Choose a later day."
    )
