"""What a client of the record store can do wrong. The protocol speaks English, as its standard does."""

from lms.core.errors import N_, Conflict, Invalid, NotAllowed, NotFound, NotSignedIn, Problem, TooLarge


class InvalidStatement(Invalid):
    """A statement breaks a rule: `path` is the property, `clause` where the standard says so."""

    says = N_("%(path)s: %(problem)s (%(clause)s). Nothing was stored.")

    def __init__(self, path: str, problem: str, clause: str):
        super().__init__(path=path or "the statement", problem=problem, clause=clause)


class InvalidRequest(Invalid):
    """A parameter, header or body breaks a rule."""

    says = N_("%(problem)s (%(clause)s). Nothing was stored.")

    def __init__(self, problem: str, clause: str):
        super().__init__(problem=problem, clause=clause)


class WrongCredentials(NotSignedIn):
    """No credentials, or not ones of ours."""

    says = N_("This needs the key and secret of the record store (HTTP Basic). Nothing was stored.")


class ScopeMissing(NotAllowed):
    """The key is good, but not for this."""

    says = N_("This key has no scope for that: it needs %(scope)s. Nothing was stored.")


class OutsideLaunch(NotAllowed):
    """The key belongs to one launch, and this is somebody or something else: `path` says what."""

    says = N_(
        "This key belongs to one launch: it reaches one learner, one registration and one activity, "
        "and %(path)s is outside of that. Nothing was stored."
    )

    def __init__(self, path: str):
        super().__init__(path=path)


class StatementConflict(Conflict):
    """Another statement has this id."""

    says = N_(
        "A different statement with the id %(id)s is stored already; it stays as it is. Nothing was stored. "
        "(xAPI 1.0.3 Communication 2.1.2)"
    )


class DocumentConflict(Conflict):
    """There is such a document, and the request does not say that it knows it."""

    says = N_(
        "There is a document already. Nothing was changed. Read it, then send its ETag in If-Match, "
        "or If-None-Match: * if it must be new. (xAPI 1.0.3 Communication 3.1)"
    )


class PreconditionFailed(Problem):
    """The document is not as the client thinks."""

    status = 412
    says = N_(
        "The document is not the one that If-Match or If-None-Match speaks of. Nothing was changed. Read it again."
    )


class NoSuchStatement(NotFound):
    """No such statement, or not for this key."""

    says = N_("There is no such statement for this key.")


class NoSuchDocument(NotFound):
    """No such document."""

    says = N_("There is no such document.")


class NoSuchKey(NotFound):
    """No such key."""

    says = N_("There is no key %(key)s.")


class KeyIsRevoked(Conflict):
    """A key that opens nothing any more gets no new secret."""

    says = N_("The key %(key)s was revoked, and stays so. Make a new key.")


class BodyTooLarge(TooLarge):
    """More than is taken at once."""

    says = N_("This is more than is taken at once (%(most)s). Nothing was stored. Send it in smaller parts.")


class EncodedBody(Problem):
    """A body that would have to be unpacked first."""

    status = 415
    says = N_(
        "The Content-Encoding %(coding)s is not understood here: send the body as it is (identity). Nothing was stored. "
        "(RFC 9110, 15.5.16)"
    )


class Busy(Problem):
    """The database was held too long."""

    status = 503
    says = N_(
        "The store is busy. Nothing was stored. Send the same again in a few seconds: the same id twice is harmless."
    )
