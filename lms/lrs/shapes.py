"""The shapes that all parts of a statement share: an object with known keys, a text of a kind, a map.

Each function returns when the value is good, and otherwise raises InvalidStatement with the path of the property.
"""

from collections.abc import Callable, Collection
from typing import Any, NoReturn

from lms.lrs import rules, strictjson
from lms.lrs.errors import InvalidStatement

FORMAT = "xAPI 1.0.3 Data 2.2"


def refuse(path: str, problem: str, clause: str) -> NoReturn:
    """Say what is wrong, where, and by which clause."""
    raise InvalidStatement(path[:500], problem, clause)


def shown(value: Any) -> str:
    """A value as it may stand in a message: short, and without what could disturb it."""
    text = strictjson.dumps(value)
    return text if len(text) <= 60 else text[:57] + "..."


def join(path: str, key: str) -> str:
    """The path of the property `key` of the object at `path`."""
    return f"{path}.{key}" if path else key


def check_object(value: Any, path: str, keys: Collection[str], required: Collection[str], clause: str) -> None:
    """An object that has no other keys than `keys`, and all of `required` (Data 2.2: case counts)."""
    if not isinstance(value, dict):
        refuse(path, f"must be an object, not {shown(value)}", clause)
    for key in value:
        if key not in keys:
            refuse(join(path, key), "is not a property that the standard knows here", f"{FORMAT}; {clause}")
    for key in required:
        if key not in value:
            refuse(join(path, key), "is missing", clause)


def check_text(value: Any, path: str, clause: str) -> None:
    """Any text."""
    if not isinstance(value, str):
        refuse(path, f"must be a text, not {shown(value)}", clause)


def check_kind(value: Any, path: str, is_kind: Callable[[str], bool], kind: str, clause: str) -> None:
    """A text for which `is_kind` holds; `kind` names it, such as "an IRI with a scheme"."""
    if not isinstance(value, str) or not is_kind(value):
        refuse(path, f"must be {kind}, not {shown(value)}", clause)


def check_iri(value: Any, path: str, clause: str) -> None:
    """An IRI with a scheme (Data 2.2)."""
    if not isinstance(value, str) or not rules.is_iri(value):
        refuse(path, f"must be an IRI with a scheme, not {shown(value)}", f"{clause}; Data 4.3")


def check_uuid(value: Any, path: str, clause: str) -> None:
    """A UUID in standard form (Data 4.4)."""
    if not isinstance(value, str) or not rules.is_uuid(value):
        refuse(path, f"must be a UUID in its standard form, not {shown(value)}", f"{clause}; Data 4.4")


def check_boolean(value: Any, path: str, clause: str) -> None:
    """true or false, and no text that says so (Data 2.2)."""
    if not isinstance(value, bool):
        refuse(path, f"must be true or false, not {shown(value)}", clause)


def check_moment(value: Any, path: str, zone_needed: bool, clause: str) -> None:
    """A timestamp of a moment that exists (Data 4.5)."""
    if not isinstance(value, str) or rules.moment(value, zone_needed) is None:
        refuse(
            path,
            f"must be an ISO 8601 timestamp such as 2026-11-22T08:30:00.123Z, not {shown(value)}",
            f"{clause}; Data 4.5",
        )


def check_language_map(value: Any, path: str, clause: str) -> None:
    """Texts by language tag (Data 4.2)."""
    if not isinstance(value, dict):
        refuse(path, f"must be a map of texts by language, not {shown(value)}", f"{clause}; Data 4.2")
    for tag, text in value.items():
        if not rules.is_language(tag):
            refuse(join(path, tag), "is not a language tag of RFC 5646", f"{clause}; Data 4.2")
        check_text(text, join(path, tag), f"{clause}; Data 4.2")


def check_extensions(value: Any, path: str) -> None:
    """Anything, under keys that are IRIs (Data 4.1); values are never a reason to refuse."""
    clause = "xAPI 1.0.3 Data 4.1"
    if not isinstance(value, dict):
        refuse(path, f"must be an object, not {shown(value)}", clause)
    for key in value:
        if not rules.is_iri(key):
            refuse(join(path, key), "must have an IRI with a scheme as its key", clause)
