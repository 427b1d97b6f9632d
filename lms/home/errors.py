"""What can go wrong on the learner's own pages."""

from lms.core.errors import N_, Conflict


class NotFinishedYet(Conflict):
    """The course is still going on."""

    says = N_("This course is not finished yet. What you have done is kept. Go on with the next lesson.")


class AlreadyAnswered(Conflict):
    """Each place answers the questionnaire once."""

    says = N_("You have answered this questionnaire already. Your answers are kept.")
