"""The words for everything that people are told. Rows and jobs carry a kind and what fills it; the words come last."""

from dataclasses import dataclass, field
from typing import Any

from lms.core import texts
from lms.core.texts import N_, _


@dataclass(frozen=True)
class Kind:
    """Something that can be told. The texts are msgids."""

    title: str
    text: str
    action: str
    """On the link to the page that it speaks of."""
    icon: str = "info"


KINDS = {
    "course_completed": Kind(
        N_("You have finished %(title)s"),
        N_("%(hours)s is now on your record. What will you do differently tomorrow?"),
        N_("See what you have earned"),
        "flag",
    ),
    "course_uncounted": Kind(
        N_("You have finished %(title)s"),
        N_("The page shows how your learning time stands. What will you do differently tomorrow?"),
        N_("See what you have earned"),
        "flag",
    ),
    "certificate_ready": Kind(
        N_("Your certificate for %(title)s is ready"),
        N_("Anyone can check it by its code, without signing in."),
        N_("Open my certificates"),
        "certificate",
    ),
    "thanks": Kind(N_("A word of thanks from %(name)s"), "", N_("Open my record"), "heart"),
    "confirmed": Kind(
        N_("%(name)s has confirmed %(competency)s level %(level)s"),
        N_("What the course supported now stands as confirmed on your record."),
        N_("See why"),
        "check",
    ),
}


@dataclass(frozen=True)
class Words:
    """What is told, in the language of the moment."""

    title: str
    text: str
    quote: str
    """Somebody's own words, never translated; empty when there are none."""
    action: str
    icon: str


@dataclass(frozen=True)
class Message:
    """Something to tell somebody, through any channel."""

    kind: str
    cause: str
    """What it follows from; the same cause is told once."""
    path: str = "/"
    """The page on this site that it leads to."""
    params: dict[str, Any] = field(default_factory=dict)

    def words(self) -> Words:
        """The words, in the language of the moment. `minutes` among the params fills %(hours)s."""
        kind, filling = KINDS[self.kind], dict(self.params)
        if "minutes" in filling:
            filling["hours"] = texts.hours(filling["minutes"])
        text = _(kind.text, **filling) if kind.text else ""
        return Words(_(kind.title, **filling), text, str(filling.get("quote", "")), _(kind.action), kind.icon)
