"""Whom and what a statement names: the entries by which it is found. Pure; the statement is valid."""

from dataclasses import dataclass, field
from typing import Any

from lms.lrs import rules
from lms.lrs.actors import identities, identity
from lms.lrs.models import micros
from lms.lrs.validation import VOIDED

Key = tuple[str, str]
"""A kind (verb, activity, agent) and a text."""


@dataclass(slots=True)
class Mentions:
    """The entries of one statement."""

    sid: str
    """Its id in lower case."""
    timestamp: int | None
    """In microseconds; None where the statement has none: it happened when it is stored."""
    registration: str | None
    """In lower case."""
    verb: Key
    actor: Key | None
    """None for an anonymous Group."""
    activity: Key | None
    """The object, where it is an Activity."""
    ref: str | None
    """The id, in lower case, of the statement that the object refers to."""
    voiding: bool
    """Whether it voids that statement (Data 2.3.2)."""
    links: dict[Key, bool] = field(default_factory=dict)
    """Further agents and activities that it names; True where the plain `agent` finds it so: members, and an Agent as
    its object (Communication 2.1.3), False where only related_agents or related_activities does."""
    described: dict[Key, dict[str, Any]] = field(default_factory=dict)
    """Displays of verbs and definitions of activities that came along."""

    def names(self) -> list[Key]:
        """Everything that needs a number."""
        return [one for one in (self.verb, self.actor, self.activity) if one] + [*self.links, *self.described]


def of(statement: dict[str, Any]) -> Mentions:
    """The entries of a valid statement that has an id."""
    thing, context, actor = statement["object"], statement.get("context"), statement["actor"]
    kind, verb = thing.get("objectType", "Activity"), statement["verb"]["id"]
    who = identity(actor)
    found = Mentions(
        statement["id"].lower(),
        _micros(statement.get("timestamp")),
        context["registration"].lower() if context and "registration" in context else None,
        ("verb", verb),
        ("agent", who) if who else None,
        ("activity", thing["id"]) if kind == "Activity" else None,
        thing["id"].lower() if kind == "StatementRef" else None,
        verb == VOIDED,
    )
    if context:
        _take_context(context, found)
    if kind == "SubStatement":
        _take_substatement(thing, found)
    elif kind in ("Agent", "Group"):
        _near(thing, found)
    if "member" in actor:
        _near(actor, found)
    _describe(statement, found)
    for direct in (found.actor, found.activity):
        if direct:
            found.links.pop(direct, None)
    return found


def _micros(timestamp: str | None) -> int | None:
    moment = rules.moment(timestamp) if timestamp else None
    return micros(moment) if moment else None


def _near(actor: dict[str, Any], found: Mentions) -> None:
    for one in identities(actor):
        found.links["agent", one] = True


def _far(actor: dict[str, Any], found: Mentions) -> None:
    for one in identities(actor):
        found.links.setdefault(("agent", one), False)


def _take_substatement(inside: dict[str, Any], found: Mentions) -> None:
    thing = inside["object"]
    _far(inside["actor"], found)
    if thing.get("objectType", "Activity") == "Activity":
        found.links["activity", thing["id"]] = False
    elif thing["objectType"] in ("Agent", "Group"):
        _far(thing, found)
    _take_context(inside.get("context", {}), found)
    _describe(inside, found)


def _take_context(context: dict[str, Any], found: Mentions) -> None:
    for key in ("instructor", "team"):
        if key in context:
            _far(context[key], found)
    for key, member in (("contextAgents", "agent"), ("contextGroups", "group")):
        for one in context.get(key, ()):
            _far(one[member], found)
    for given in context.get("contextActivities", {}).values():
        for activity in given if isinstance(given, list) else (given,):
            mark = ("activity", activity["id"])
            found.links[mark] = False
            if activity.get("definition"):
                found.described[mark] = activity["definition"]


def _describe(statement: dict[str, Any], found: Mentions) -> None:
    verb, thing = statement["verb"], statement["object"]
    if verb.get("display"):
        found.described["verb", verb["id"]] = verb["display"]
    if thing.get("objectType", "Activity") == "Activity" and thing.get("definition"):
        found.described["activity", thing["id"]] = thing["definition"]
