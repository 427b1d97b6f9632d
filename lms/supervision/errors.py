"""What can go wrong between a supervisor and their people."""

from lms.core.errors import N_, NotAllowed


class NotYourTeam(NotAllowed):
    """Only who leads somebody thanks them here."""

    says = N_("You can thank the people whom you lead, and nobody thanks themselves. Nothing was sent.")
