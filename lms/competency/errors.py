"""What can go wrong with competencies and standards."""

from lms.core.errors import N_, Conflict, Invalid, NotAllowed


class CodeIsTaken(Conflict):
    """The agency or the shared dictionary has a competency of this code."""

    says = N_("There is already a competency with the code %(code)s. Nothing was changed. Choose another code.")


class NotYourCompetency(NotAllowed):
    """It belongs to another agency, or to the shared dictionary."""

    says = N_(
        "This competency is not your agency's own, so its name stays as it is. You can change how its levels "
        "are worded."
    )


class NotALevel(Invalid):
    """Levels are 1 to 5."""

    says = N_("A level is a number from 1 to 5. Nothing was changed. Choose one of them.")
