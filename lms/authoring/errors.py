"""What can go wrong in the studio."""

from lms.core.errors import N_, Conflict, Invalid, NotAllowed


class NothingSent(Invalid):
    """Neither a zip nor a folder came."""

    says = N_("No file came with this. Choose the zip of a course folder, or the folder itself, and send it again.")


class BelongsToSomebodyElse(Conflict):
    """The agency has a course of this name, and it is not theirs to change."""

    says = N_(
        "Your agency already has a course named “%(slug)s”, and it belongs to %(owner)s; nothing was stored. Ask them "
        "to bring in the new version, or give your course another slug in course.toml."
    )


class NowhereToPutIt(NotAllowed):
    """The trainer works for no agency."""

    says = N_(
        "You are not placed in any unit, so the course would belong to nobody. Nothing was stored. Ask the personnel "
        "officer to enter your placement."
    )


class NotInTheFuture(Invalid):
    """A completion cannot lie ahead."""

    says = N_("The day lies ahead. Nothing was stored. Give the day on which the class took place.")
