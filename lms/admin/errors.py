"""What can go wrong when somebody looks after the installation."""

from lms.core.errors import N_, Conflict


class CannotBeVoided(Conflict):
    """An event that is voided already, or voids another one."""

    says = N_("This event is voided already, or voids another one, so it cannot be voided. Nothing was changed.")
