"""What can go wrong with people and signing in."""

from lms.core.errors import N_, Conflict, Invalid, NotAllowed


class UnitIsWrong(Invalid):
    """A unit whose kind, zone or code cannot be."""

    says = N_("This unit cannot be made: its code is taken, or its kind or zone is unknown. Nothing was changed.")


class KnownAlready(Conflict):
    """Somebody else has this NIP or e-mail address."""

    says = N_("Somebody with this NIP or e-mail address is here already. Nothing was changed.")


class NotOwnSupervisor(Invalid):
    """Nobody leads themselves."""

    says = N_("Nobody can be their own supervisor. Nothing was changed.")


class AboveOwnRank(NotAllowed):
    """A role that this person may not hand out, or somebody who holds one."""

    says = N_(
        "This needs a higher role than yours. Nothing was changed. "
        "Ask the personnel officer of the agency or an operator."
    )


class NotForOneself(NotAllowed):
    """Something that a second person must do."""

    says = N_("You cannot do this for yourself. Nothing was changed. Please ask a colleague with the same task.")


class NeedsLongPassword(Conflict):
    """The last passkey cannot go while a short password counts on it."""

    says = N_(
        "Your short password works only together with this passkey. "
        "Set a password of 15 characters or more first; then you can remove it."
    )


class PasskeyRefused(Invalid):
    """A passkey's answer that does not hold."""

    says = N_(
        "The fingerprint was not accepted. Nothing was changed. "
        "Please try again, or use your password or a one-time code."
    )


class NoPasskeysHere(Invalid):
    """An address at which browsers refuse passkeys."""

    says = N_("Signing in by fingerprint does not work at this address. Please use your password or a one-time code.")


class ErasedAlready(Conflict):
    """Somebody who was erased before."""

    says = N_("This person is erased already. Nothing was changed.")


class ReasonNamesThem(Invalid):
    """A reason that would keep the name that is to go."""

    says = N_(
        "The reason stays for good, so it must not hold the person's name, number or address. Nothing was changed."
    )
