"""Whether two statements of one id are the same statement (Data 2.3.1, Statement Comparison Requirements)."""

import re
from typing import Any

from lms.lrs import rules
from lms.lrs.actors import IDENTIFIERS

_BEYOND_HUNDREDTHS = re.compile(r"([.,][0-9]{2})[0-9]+S")
_SET_BY_STORE = ("id", "stored", "authority", "version", "timestamp")


def same(sent: dict[str, Any], kept: dict[str, Any]) -> bool:
    """Whether `sent` (valid) says what the stored statement `kept` says.

    What the store sets, verb displays, activity definitions, the order of a group's members, the case of
    case-insensitive parts, a zone for the same moment and a duration's thousandths of a second make no difference;
    everything else does.
    """
    if "timestamp" in sent and rules.moment(sent["timestamp"]) != rules.moment(kept["timestamp"]):
        return False
    return _equal(_normal(sent), _normal(kept))


def with_arrays(statement: dict[str, Any]) -> dict[str, Any]:
    """A valid statement with each single contextActivity in an array, as it must be returned (Data 2.4.6.2)."""
    made = statement
    activities = statement.get("context", {}).get("contextActivities")
    if activities and any(isinstance(one, dict) for one in activities.values()):
        arrays = {key: [one] if isinstance(one, dict) else one for key, one in activities.items()}
        made = {**made, "context": {**made["context"], "contextActivities": arrays}}
    if statement["object"].get("objectType") == "SubStatement":
        inside = with_arrays(statement["object"])
        if inside is not statement["object"]:
            made = {**made, "object": inside}
    return made


def _normal(statement: dict[str, Any]) -> dict[str, Any]:
    """Only what counts in a comparison."""
    made = {key: value for key, value in with_arrays(statement).items() if key not in _SET_BY_STORE}
    made["verb"] = {"id": statement["verb"]["id"]}
    made["actor"] = _actor(statement["actor"])
    made["object"] = _object(made["object"])
    if "duration" in made.get("result", ()):  # a text, but to hundredths of a second (Data 4.6)
        made["result"] = {**made["result"], "duration": _BEYOND_HUNDREDTHS.sub(r"\1S", made["result"]["duration"])}
    if "context" in made:
        made["context"] = _context(made["context"])
    return made


def _context(value: dict[str, Any]) -> dict[str, Any]:
    made = dict(value)
    if "registration" in made:
        made["registration"] = made["registration"].lower()
    for key in ("instructor", "team"):
        if key in made:
            made[key] = _actor(made[key])
    if "statement" in made:
        made["statement"] = _object(made["statement"])
    if "contextActivities" in made:
        made["contextActivities"] = {
            key: [_object(one) for one in some] for key, some in made["contextActivities"].items()
        }
    for key, member in (("contextAgents", "agent"), ("contextGroups", "group")):
        if key in made:
            made[key] = [{**one, member: _actor(one[member])} for one in made[key]]
    return made


def _actor(value: dict[str, Any]) -> dict[str, Any]:
    made = {"objectType": "Agent", **value}
    if "mbox" in made:
        local, _, domain = made["mbox"].rpartition("@")
        made["mbox"] = f"{local}@{domain.lower()}"
    if "mbox_sha1sum" in made:
        made["mbox_sha1sum"] = made["mbox_sha1sum"].lower()
    if "member" in made:
        made["member"] = sorted(
            (_actor(one) for one in made["member"]),
            key=lambda one: [str(one.get(name, "")) for name in (*IDENTIFIERS, "name")],
        )
    return made


def _object(value: dict[str, Any]) -> dict[str, Any]:
    kind = value.get("objectType", "Activity")
    if kind == "Activity":
        return {"objectType": kind, "id": value["id"]}
    if kind == "StatementRef":
        return {"objectType": kind, "id": value["id"].lower()}
    if kind == "SubStatement":
        made = _normal(value)
        if "timestamp" in value:
            made["timestamp"] = rules.moment(value["timestamp"])
        return made
    return _actor(value)


def _equal(one: Any, other: Any) -> bool:
    """Equality of JSON values: true is not 1, the order of keys does not count, that of arrays does."""
    if isinstance(one, bool) or isinstance(other, bool):
        return one is other
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(_equal(one[key], other[key]) for key in one)
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(_equal, one, other))
    return one == other
