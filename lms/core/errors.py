"""What can go wrong, in words for a person: what happened, what was kept, what to do. The parent class knows the status."""


def N_(text: str) -> str:  # noqa: N802 - gettext's own name
    """Mark `text` for translation; it is translated when it is shown."""
    return text


class Problem(Exception):
    """Something that a person should read. `says` is a msgid; keyword arguments fill its %(name)s places."""

    status = 500
    says = N_("Something went wrong on our side. What you had already sent is kept. Please try again in a minute.")

    def __init__(self, **params):
        super().__init__(self.says % params if params else self.says)
        self.params = params


class Invalid(Problem):
    """What was sent cannot be used as it is."""

    status = 400
    says = N_("This could not be read. Nothing was changed. Please check it and send it again.")


class NotSignedIn(Problem):
    """Nobody is signed in."""

    status = 401
    says = N_("Please sign in first.")


class NotAllowed(Problem):
    """This person may not do this."""

    status = 403
    says = N_("This page is for someone else's work. Nothing was changed. Ask your unit's pendamping if you need it.")


class NotFound(Problem):
    """It does not exist, or not for this person."""

    status = 404
    says = N_("There is nothing at this address. It may have moved, or it belongs to somebody else.")


class Conflict(Problem):
    """It was already done, or somebody else was first."""

    status = 409
    says = N_(
        "This was already done, or someone else was quicker. Nothing was lost. Reload the page to see how it stands."
    )


class TooLarge(Problem):
    """More was sent than is taken."""

    status = 413
    says = N_("This is too large. Nothing was stored. Please send a smaller file.")


class TooMany(Problem):
    """Too often in too short a time."""

    status = 429
    says = N_("Too many tries. Please wait %(wait)s and try again.")
