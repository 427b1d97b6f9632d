"""What can go wrong with courses."""

from lms.core.errors import N_, Conflict, Invalid, NotAllowed


class NotYourCourse(NotAllowed):
    """It is shared by all agencies, or belongs to another one."""

    says = N_(
        "This course is shared with other agencies, so it is not changed here. Nothing was changed. Import your own "
        "copy of its folder: for your people it takes the place of the shared one."
    )


class OwnWork(NotAllowed):
    """Who brought a version in cannot be its second person."""

    says = N_("You imported this version yourself, so somebody else must decide. Nothing was changed. Ask a colleague.")


class NotADraft(Conflict):
    """It was sent for review, or published, already."""

    says = N_("This version is not a draft any more. Nothing was changed. Reload the page to see how it stands.")


class NotInReview(Conflict):
    """Nobody asked for a review, or it was decided."""

    says = N_("This version does not wait for review. Nothing was changed. Reload the page to see how it stands.")


class NotReadYet(Conflict):
    """A second person's yes is missing."""

    says = N_(
        "A second person must read this version before it is published. Nothing was changed. Ask for a review first."
    )


class MinutesNotApproved(Conflict):
    """Its learning minutes are not approved."""

    says = N_(
        "The learning minutes of this version are not approved yet. Nothing was changed. Your agency's "
        "personnel officer "
        "approves them."
    )


class MinutesAreFixed(Conflict):
    """People learn it already, so its minutes stay."""

    says = N_(
        "This version was published with its minutes, and people have begun it. Nothing was changed. Import "
        "a new version "
        "to change them."
    )


class TooManyMinutes(Invalid):
    """More than the material gives."""

    says = N_(
        "The material of this version gives %(computed)s minutes, so from 1 to %(computed)s can be approved. "
        "Nothing was "
        "changed. Enter a number in that range."
    )


class NotOpen(Conflict):
    """The course is not published."""

    says = N_("This course is not published, so there is nothing to close. Nothing was changed.")
