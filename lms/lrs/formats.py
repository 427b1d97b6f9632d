"""The three formats in which statements are given back (xAPI 1.0.3 Communication 2.1.3). Pure."""

from collections.abc import Mapping
from typing import Any

from lms.lrs.actors import IDENTIFIERS

FORMATS = ("exact", "ids", "canonical")


def ids_only(statement: dict[str, Any]) -> dict[str, Any]:
    """The statement with no more of agents, activities, verbs and groups than what identifies them."""
    made = {
        **statement,
        "actor": _actor_id(statement["actor"]),
        "verb": {"id": statement["verb"]["id"]},
        "object": _object_id(statement["object"]),
    }
    if "authority" in made:
        made["authority"] = _actor_id(made["authority"])
    if "context" in made:
        context = dict(made["context"])
        for key in ("instructor", "team"):
            if key in context:
                context[key] = _actor_id(context[key])
        for key, member in (("contextAgents", "agent"), ("contextGroups", "group")):
            if key in context:
                context[key] = [{**one, member: _actor_id(one[member])} for one in context[key]]
        if "contextActivities" in context:
            context["contextActivities"] = {
                key: [_object_id(one) for one in some] for key, some in context["contextActivities"].items()
            }
        made["context"] = context
    return made


def _actor_id(value: dict[str, Any]) -> dict[str, Any]:
    kept = {key: value[key] for key in ("objectType", *IDENTIFIERS) if key in value}
    if "member" in value and not any(key in value for key in IDENTIFIERS):
        kept["member"] = [_actor_id(one) for one in value["member"]]
    return kept


def _object_id(value: dict[str, Any]) -> dict[str, Any]:
    kind = value.get("objectType", "Activity")
    if kind == "SubStatement":
        return ids_only(value)
    if kind in ("Agent", "Group"):
        return _actor_id(value)
    return {"objectType": kind, "id": value["id"]} if kind == "StatementRef" else {"id": value["id"]}


def named(statement: dict[str, Any]) -> tuple[set[str], set[str]]:
    """The IRIs of the verbs and of the activities for which `canonical` needs a description."""
    verbs, activities = {statement["verb"]["id"]}, {one["id"] for one in _activities(statement)}
    if statement["object"].get("objectType") == "SubStatement":
        more_verbs, more_activities = named(statement["object"])
        return verbs | more_verbs, activities | more_activities
    return verbs, activities


def canonical(
    statement: dict[str, Any],
    displays: Mapping[str, dict[str, Any]],
    definitions: Mapping[str, dict[str, Any]],
    languages: list[str],
) -> dict[str, Any]:
    """The statement with the store's own description of verbs and activities, each text in one language.

    `languages` are the tags of Accept-Language, best first; it is applied to each language map by itself.
    """

    def activity(value):
        if value.get("objectType", "Activity") != "Activity":
            return (
                canonical(value, displays, definitions, languages) if value["objectType"] == "SubStatement" else value
            )
        definition = definitions.get(value["id"])
        return {**value, "definition": one_language(definition, languages)} if definition else value

    verb = statement["verb"]
    if displays.get(verb["id"]):
        verb = {**verb, "display": _chosen(displays[verb["id"]], languages)}
    made = {**statement, "verb": verb, "object": activity(statement["object"])}
    groups = statement.get("context", {}).get("contextActivities")
    if groups:
        made["context"] = {
            **statement["context"],
            "contextActivities": {key: [activity(one) for one in some] for key, some in groups.items()},
        }
    return made


def folded(definitions: list[dict[str, Any]]) -> dict[str, Any]:
    """One definition out of those that came, oldest first: a later one adds languages and properties, rewords texts.

    What a learner's answer was judged by (interaction properties) stays as it first came (Data 2.4.4.1).
    """
    made: dict[str, Any] = {}
    for definition in definitions:
        for key, value in definition.items():
            if key in ("name", "description"):
                made[key] = {**made.get(key, {}), **value}
            else:
                made.setdefault(key, value)
    return made


def one_language(definition: dict[str, Any], languages: list[str]) -> dict[str, Any]:
    """The definition with one language in each of its language maps."""
    made = dict(definition)
    for key in ("name", "description"):
        if key in made:
            made[key] = _chosen(made[key], languages)
    for key in ("choices", "scale", "source", "target", "steps"):
        if key in made:
            made[key] = [
                {**part, "description": _chosen(part["description"], languages)} if "description" in part else part
                for part in made[key]
            ]
    return made


def _chosen(texts: dict[str, str], languages: list[str]) -> dict[str, str]:
    lower = {tag.lower(): tag for tag in texts}
    for wanted in languages:
        for tag, given in lower.items():
            if wanted == "*" or tag == wanted.lower() or tag.startswith(wanted.lower() + "-"):
                return {given: texts[given]}
    for wanted in languages:  # de-CH is content with de
        broader = lower.get(wanted.split("-")[0].lower())
        if broader:
            return {broader: texts[broader]}
    return dict(list(texts.items())[:1])


def _activities(statement: dict[str, Any]) -> list[dict[str, Any]]:
    found = [statement["object"]] if statement["object"].get("objectType", "Activity") == "Activity" else []
    for some in statement.get("context", {}).get("contextActivities", {}).values():
        found.extend(some)
    return found
