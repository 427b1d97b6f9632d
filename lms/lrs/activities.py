"""Activities and their definitions, interactions included (Data 2.4.4.1)."""

from typing import Any

from lms.lrs.shapes import (
    check_extensions,
    check_iri,
    check_language_map,
    check_object,
    check_text,
    join,
    refuse,
    shown,
)

CLAUSE = "xAPI 1.0.3 Data 2.4.4.1"
COMPONENTS = ("choices", "scale", "source", "target", "steps")
INTERACTIONS = frozenset(
    {
        "true-false",
        "choice",
        "fill-in",
        "long-fill-in",
        "matching",
        "performance",
        "sequencing",
        "likert",
        "numeric",
        "other",
    }
)
_INTERACTION = ("interactionType", "correctResponsesPattern", *COMPONENTS)
_DEFINITION = frozenset({"name", "description", "type", "moreInfo", "extensions", *_INTERACTION})


def check_activity(value: Any, path: str) -> None:
    """An Activity; objectType may be left out."""
    check_object(value, path, ("objectType", "id", "definition"), ("id",), CLAUSE)
    if value.get("objectType", "Activity") != "Activity":
        refuse(join(path, "objectType"), f"must be Activity, not {shown(value['objectType'])}", CLAUSE)
    check_iri(value["id"], join(path, "id"), CLAUSE)
    if "definition" in value:
        check_definition(value["definition"], join(path, "definition"))


def check_definition(value: Any, path: str) -> None:
    """An Activity Definition; one that speaks of an interaction says of which type."""
    check_object(value, path, _DEFINITION, (), CLAUSE)
    for key in ("name", "description"):
        if key in value:
            check_language_map(value[key], join(path, key), CLAUSE)
    for key in ("type", "moreInfo"):
        if key in value:
            check_iri(value[key], join(path, key), CLAUSE)
    if "extensions" in value:
        check_extensions(value["extensions"], join(path, "extensions"))
    if any(key in value for key in _INTERACTION):
        _check_interaction(value, path)


def _check_interaction(value: dict[str, Any], path: str) -> None:
    kind = value.get("interactionType")
    if not isinstance(kind, str) or kind not in INTERACTIONS:
        refuse(join(path, "interactionType"), f"must be one of {', '.join(sorted(INTERACTIONS))}", CLAUSE)
    if "correctResponsesPattern" in value:
        at, patterns = join(path, "correctResponsesPattern"), value["correctResponsesPattern"]
        if not isinstance(patterns, list):
            refuse(at, f"must be an array of texts, not {shown(patterns)}", CLAUSE)
        for n, pattern in enumerate(patterns):
            check_text(pattern, f"{at}[{n}]", CLAUSE)
    for key in COMPONENTS:
        if key in value:
            _check_components(value[key], join(path, key))


def _check_components(value: Any, path: str) -> None:
    if not isinstance(value, list):
        refuse(path, f"must be an array of interaction components, not {shown(value)}", CLAUSE)
    seen = set()
    for n, part in enumerate(value):
        at = f"{path}[{n}]"
        check_object(part, at, ("id", "description"), ("id",), CLAUSE)
        check_text(part["id"], join(at, "id"), CLAUSE)
        if part["id"] in seen:
            refuse(join(at, "id"), f"{shown(part['id'])} stands twice in this list", CLAUSE)
        seen.add(part["id"])
        if "description" in part:
            check_language_map(part["description"], join(at, "description"), CLAUSE)
