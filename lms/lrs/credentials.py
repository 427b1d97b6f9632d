"""Who speaks to the store: keys, what their scopes allow, and the authority that the store writes for them."""

import hashlib
import hmac
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from lms.core import settings
from lms.lrs import rules
from lms.lrs.actors import identity
from lms.lrs.errors import OutsideLaunch

SCOPES = ("all", "statements/write", "statements/read", "statements/read/mine", "state", "define", "profile")
"""What a key may do (1.0.3 Communication 4.2). Voiding needs `all`."""
LAUNCH_SCOPES = ("statements/write", "statements/read", "state", "profile")
"""What the key of a launch may do, within its limits: no voiding, and no rewording of activities, which all share."""
READABLE = frozenset({"agents", "agents/profile", "activities", "activities/profile"})
"""Resources that the key of a launch reads and never writes: a profile outlives the launch, and others read it too."""
_BELOW = ("/", "#", "?")


@dataclass(frozen=True)
class Limits:
    """What the key of one launch may touch: one learner, one registration, one activity and what lies below it."""

    agent: str
    """The learner's identity (`lms.lrs.actors.identity`)."""
    registration: UUID
    activity: str
    """The IRI of the launched activity."""

    def covers(self, activity: str | None) -> bool:
        """Whether `activity` is the launched one, or an IRI that goes on after it with a slash, # or ?."""
        if activity is None:
            return False
        below = tuple(self.activity + mark for mark in _BELOW)
        if self.activity.endswith(_BELOW):
            below = (*below, self.activity)
        return activity == self.activity or activity.startswith(below)

    def refuse_statement(self, statement: dict[str, Any]) -> None:
        """Raise OutsideLaunch for a valid statement of another actor, registration or activity.

        It is about the launched activity where its object is within the tree, or its contextActivities name the tree.
        """
        if identity(statement["actor"]) != self.agent:
            raise OutsideLaunch("actor")
        context = statement.get("context", {})
        if "registration" not in context or rules.uuid(context["registration"]) != self.registration:
            raise OutsideLaunch("context.registration")
        thing = statement["object"]
        about = [thing["id"]] if thing.get("objectType", "Activity") == "Activity" else []
        for some in context.get("contextActivities", {}).values():
            about += [one["id"] for one in (some if isinstance(some, list) else [some])]
        if not any(self.covers(one) for one in about):
            raise OutsideLaunch("object.id")

    def refuse_document(
        self,
        resource: str,
        writes: bool,
        activity: str | None = None,
        agent: str | None = None,
        registration: UUID | None = None,
    ) -> None:
        """Raise OutsideLaunch for a document that is not this launch's.

        `resource` is `activities/state` or one of READABLE; the rest is what the request names, the agent as its
        identity. State needs all three, so that nothing reaches over into another registration.
        """
        if writes and resource in READABLE:
            raise OutsideLaunch(resource)
        if resource.startswith("agents") and agent != self.agent:
            raise OutsideLaunch("agent")
        if resource.startswith("activities") and not self.covers(activity):
            raise OutsideLaunch("activityId")
        if resource == "activities/state":
            if agent != self.agent:
                raise OutsideLaunch("agent")
            if registration != self.registration:
                raise OutsideLaunch("registration")

    def readable(self, asked: UUID | None) -> UUID:
        """The one registration whose statements may be read; raises OutsideLaunch where another one is `asked` for."""
        if asked not in (None, self.registration):
            raise OutsideLaunch("registration")
        return self.registration


@dataclass(frozen=True)
class Credential:
    """One who may use the store."""

    id: int | None
    """The row of the key; None for the store's own."""
    key: str
    name: str
    scopes: frozenset[str]
    own: bool = False
    """Whether what it stores is our own word, on which progress and credit may rest."""
    limits: Limits | None = None
    """What it may touch; None is everything that its scopes allow."""

    def may(self, *scopes: str) -> bool:
        """Whether it holds one of `scopes`; `all` holds every one."""
        return "all" in self.scopes or not self.scopes.isdisjoint(scopes)


OWN = Credential(None, "asah", "Asah", frozenset({"all"}), own=True)
"""The product itself."""


def hashed(secret: str) -> str:
    """What is kept of a secret: fast, since a secret has 256 bits, and keyed, since a stolen table must not help."""
    return hmac.new(
        settings.current().secret_key.encode(), b"lrs credential\0" + secret.encode(), hashlib.sha256
    ).hexdigest()


def matches(kept: str, secret: str) -> bool:
    """Whether `secret` is the one that was hashed to `kept`, in a time that tells nothing."""
    return hmac.compare_digest(kept, hashed(secret))


def signed(text: str) -> str:
    """A mark that only this store can put on `text` (for the `more` links), 128 bits in hex."""
    return hmac.new(settings.current().secret_key.encode(), b"lrs more\0" + text.encode(), hashlib.sha256).hexdigest()[
        :32
    ]


def authority(credential: Credential) -> dict[str, Any]:
    """The Agent that vouches for what `credential` stores; the server always sets it (1.0.3 Data 2.4.9).

    All launches share one: which it was is told by the registration.
    """
    return {
        "objectType": "Agent",
        "name": credential.name,
        "account": {
            "homePage": settings.current().address,
            "name": "launch" if credential.limits else credential.key,
        },
    }
