"""What can go wrong with places."""

from lms.core.errors import N_, Conflict, NotAllowed


class CourseIsClosed(NotAllowed):
    """The course is not published, or belongs to another agency."""

    says = N_(
        "This course takes no new learners. Your place in other courses is kept. "
        "Ask your unit's pendamping for the next run."
    )


class AlreadyEnrolled(Conflict):
    """There is an open place already."""

    says = N_("You already have a place on this course. Nothing was changed; you can go on learning.")


class AlreadyLeft(Conflict):
    """The place was left before."""

    says = N_("You have already left this place. What you did there is kept in your record.")
