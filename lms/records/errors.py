"""What can go wrong with records."""

from lms.core.errors import N_, Conflict, NotAllowed, Problem


class RecordsAreNeverChanged(Problem):
    """Code tried to change or delete a line of the ledger."""

    says = N_("A record is never changed or deleted: it is taken back by a counter-entry. Nothing was changed.")


class NotYoursToConfirm(NotAllowed):
    """Neither the person's supervisor nor an assessor of their unit; or the person themselves."""

    says = N_(
        "Only the direct supervisor or an assessor can confirm a competency, and nobody their own. Nothing was changed."
    )


class AlreadyConfirmed(Conflict):
    """The line is confirmed."""

    says = N_("This competency is already confirmed. Nothing was changed.")


class NothingToConfirm(Conflict):
    """The line was taken back, or is not one that a course supports."""

    says = N_(
        "This line no longer stands, so it cannot be confirmed. Nothing was changed. Reload the page to see how it is."
    )
