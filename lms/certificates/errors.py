"""What can go wrong with certificates."""

from lms.core.errors import N_, Conflict, Invalid, NotAllowed, NotFound, Problem


class NotYoursToRevoke(NotAllowed):
    """Not a personnel officer of the holder's agency, or the holder."""

    says = N_("A certificate is revoked by the agency's personnel officers, and nobody their own. Nothing was changed.")


class AlreadyRevoked(Conflict):
    """It was revoked before."""

    says = N_("This certificate is already revoked. Nothing was changed.")


class ReasonIsMissing(Invalid):
    """A revocation needs its reason."""

    says = N_("Please write in a sentence why. Nothing was changed.")


class CertificateWasRevoked(NotFound):
    """Its PDF is not handed out any more."""

    says = N_("This certificate was revoked, so its PDF is no longer given out. Its public page says so.")


class HolderIsErased(NotFound):
    """Nothing can be printed of somebody who is no longer known."""

    says = N_(
        "The holder's personal data were erased, so there is no PDF any more. "
        "The public page still says whether the certificate stands."
    )


class KeyIsUnreadable(Problem):
    """The signing key is not what it should be."""

    says = N_("The signing key cannot be read. Nothing was changed. ASAH_SIGNING_KEY must name an Ed25519 key in PEM.")
