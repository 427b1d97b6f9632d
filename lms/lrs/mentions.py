"""Whom and what a statement names: the index entries of its row. Pure; the statement is valid."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from lms.lrs import rules
from lms.lrs.actors import identities, identity
from lms.lrs.validation import VOIDED


@dataclass
class Mentions:
    """The entries of one statement."""

    sid: UUID
    timestamp: datetime | None
    """None where the statement has none: it takes that of storing."""
    registration: UUID | None
    verb: str
    actor: str | None
    """The identity of the actor; None for an anonymous Group."""
    activity: str | None
    """The id of the object, where it is an Activity."""
    ref: UUID | None
    """The statement that the object refers to."""
    voiding: bool
    """Whether it voids that statement (Data 2.3.2)."""
    near: set[str] = field(default_factory=set)
    """Further Agents by which `agent` finds it: members, and an Agent as its object (Communication 2.1.3)."""
    far: set[str] = field(default_factory=set)
    """Agents by which only `related_agents` finds it."""
    activities: set[str] = field(default_factory=set)
    """Activities by which only `related_activities` finds it."""
    described: dict[tuple[str, str], dict[str, Any]] = field(default_factory=dict)
    """Displays of verbs and definitions of activities that came along, by (kind, IRI)."""


def of(statement: dict[str, Any]) -> Mentions:
    """The entries of a valid statement that has an id."""
    thing, context = statement["object"], statement.get("context", {})
    kind = thing.get("objectType", "Activity")
    found = Mentions(
        sid=rules.uuid(statement["id"]),
        timestamp=rules.moment(statement["timestamp"]) if "timestamp" in statement else None,
        registration=rules.uuid(context["registration"]) if "registration" in context else None,
        verb=statement["verb"]["id"],
        actor=identity(statement["actor"]),
        activity=thing["id"] if kind == "Activity" else None,
        ref=rules.uuid(thing["id"]) if kind == "StatementRef" else None,
        voiding=statement["verb"]["id"] == VOIDED,
    )
    found.near |= identities(statement["actor"])
    if kind in ("Agent", "Group"):
        found.near |= identities(thing)
    if kind == "SubStatement":
        inside = thing["object"]
        found.far |= identities(thing["actor"])
        if inside.get("objectType", "Activity") == "Activity":
            found.activities.add(inside["id"])
        elif inside["objectType"] in ("Agent", "Group"):
            found.far |= identities(inside)
        _take_context(thing.get("context", {}), found)
        _describe(thing, found)
    _take_context(context, found)
    _describe(statement, found)
    found.near.discard(found.actor or "")
    found.far -= found.near | {found.actor or ""}
    found.activities.discard(found.activity or "")
    return found


def _take_context(context: dict[str, Any], found: Mentions) -> None:
    for key in ("instructor", "team"):
        if key in context:
            found.far |= identities(context[key])
    for key, member in (("contextAgents", "agent"), ("contextGroups", "group")):
        for one in context.get(key, ()):
            found.far |= identities(one[member])
    found.activities.update(activity["id"] for activity in _activities(context))


def _activities(context: dict[str, Any]) -> list[dict[str, Any]]:
    some: list[dict[str, Any]] = []
    for given in context.get("contextActivities", {}).values():
        some.extend(given if isinstance(given, list) else [given])
    return some


def _describe(statement: dict[str, Any], found: Mentions) -> None:
    verb, thing = statement["verb"], statement["object"]
    if verb.get("display"):
        found.described[("verb", verb["id"])] = verb["display"]
    own = [thing] if thing.get("objectType", "Activity") == "Activity" else []
    for activity in [*_activities(statement.get("context", {})), *own]:
        if activity.get("definition"):
            found.described[("activity", activity["id"])] = activity["definition"]
