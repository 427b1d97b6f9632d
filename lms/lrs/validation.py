"""What makes a statement valid. Pure: a parsed JSON value in, InvalidStatement with path and clause out."""

from typing import Any

from lms.lrs import rules
from lms.lrs.activities import check_activity
from lms.lrs.actors import check_actor, check_agent, check_authority, check_group
from lms.lrs.shapes import (
    check_boolean,
    check_extensions,
    check_iri,
    check_kind,
    check_language_map,
    check_moment,
    check_object,
    check_text,
    check_uuid,
    join,
    refuse,
    shown,
)
from lms.lrs.strictjson import is_number
from lms.lrs.versions import V103, Version

VOIDED = "http://adlnet.gov/expapi/verbs/voided"
SIGNATURE = "http://adlnet.gov/expapi/attachments/signature"
_STATEMENT = frozenset(
    {"id", "actor", "verb", "object", "result", "context", "timestamp", "stored", "authority", "version", "attachments"}
)
_SUB = (_STATEMENT - {"id", "stored", "authority", "version"}) | {"objectType"}
_CONTEXT = frozenset(
    {
        "registration",
        "instructor",
        "team",
        "contextActivities",
        "revision",
        "platform",
        "language",
        "statement",
        "extensions",
    }
)
_CONTEXT_2 = _CONTEXT | {"contextAgents", "contextGroups"}
_ATTACHMENT = frozenset({"usageType", "display", "description", "contentType", "length", "sha2", "fileUrl"})
_NEEDED = ("actor", "verb", "object")
_SCORE = ("scaled", "raw", "min", "max")
_RESULT = frozenset({"score", "success", "completion", "response", "duration", "extensions"})
OBJECT, REF, RESULT, SCORE, CONTEXT, ATTACHMENT = (
    f"xAPI 1.0.3 Data {n}" for n in ("2.4.4", "2.4.4.3", "2.4.5", "2.4.5.1", "2.4.6", "2.4.11")
)


def check_statement(value: Any, path: str = "", version: Version = V103) -> None:
    """A whole statement, as it may be sent (Data 2.2, 2.4). `path` is its place in the request, empty for a single."""
    check_object(value, path, _STATEMENT, _NEEDED, "xAPI 1.0.3 Data 2.4")
    if "id" in value:
        check_uuid(value["id"], join(path, "id"), "xAPI 1.0.3 Data 2.4.1")
    _check_body(value, path, version)
    if "stored" in value:
        check_moment(value["stored"], join(path, "stored"), False, "xAPI 1.0.3 Data 2.4.8")
    if "authority" in value:
        check_authority(value["authority"], join(path, "authority"))
    if "version" in value:
        check_kind(
            value["version"],
            join(path, "version"),
            lambda t: version.statement_versions.fullmatch(t) is not None,
            "a version that is spoken here, such as " + version.stamp,
            "xAPI 1.0.3 Data 2.4.10",
        )


def _check_body(value: dict[str, Any], path: str, version: Version, inside: bool = False) -> None:
    """What a statement and a SubStatement have in common."""
    check_actor(value["actor"], join(path, "actor"))
    verb, at = value["verb"], join(path, "verb")
    check_object(verb, at, ("id", "display"), ("id",), "xAPI 1.0.3 Data 2.4.3")
    check_iri(verb["id"], join(at, "id"), "xAPI 1.0.3 Data 2.4.3")
    if "display" in verb:
        check_language_map(verb["display"], join(at, "display"), "xAPI 1.0.3 Data 2.4.3")
    _check_object(value["object"], join(path, "object"), version, inside)
    if verb["id"] == VOIDED and value["object"].get("objectType") != "StatementRef":
        refuse(
            join(path, "object.objectType"),
            "must be StatementRef in a statement that voids another",
            "xAPI 1.0.3 Data 2.3.2",
        )
    if "result" in value:
        _check_result(value["result"], join(path, "result"))
    if "context" in value:
        of_activity = value["object"].get("objectType", "Activity") == "Activity"
        _check_context(value["context"], join(path, "context"), version, of_activity)
    if "timestamp" in value:
        check_moment(value["timestamp"], join(path, "timestamp"), version.zone_needed, "xAPI 1.0.3 Data 2.4.7")
    if "attachments" in value:
        _check_attachments(value["attachments"], join(path, "attachments"))


def _check_object(value: Any, path: str, version: Version, inside: bool) -> None:
    kind = value.get("objectType", "Activity") if isinstance(value, dict) else "Activity"
    if kind == "Activity":
        check_activity(value, path)
    elif kind == "Agent":
        check_agent(value, path)
    elif kind == "Group":
        check_group(value, path)
    elif kind == "StatementRef":
        _check_reference(value, path)
    elif kind == "SubStatement" and not inside:
        check_object(value, path, _SUB, _NEEDED, REF)
        _check_body(value, path, version, inside=True)
    elif kind == "SubStatement":
        refuse(path, "a SubStatement may not stand inside another", REF)
    else:
        refuse(join(path, "objectType"), "must be Activity, Agent, Group, SubStatement or StatementRef", OBJECT)


def _check_reference(value: Any, path: str) -> None:
    check_object(value, path, ("objectType", "id"), ("objectType", "id"), REF)
    if value["objectType"] != "StatementRef":
        refuse(join(path, "objectType"), f"must be StatementRef, not {shown(value['objectType'])}", REF)
    check_uuid(value["id"], join(path, "id"), REF)


def _check_result(value: Any, path: str) -> None:
    check_object(value, path, _RESULT, (), RESULT)
    for key in ("success", "completion"):
        if key in value:
            check_boolean(value[key], join(path, key), RESULT)
    if "response" in value:
        check_text(value["response"], join(path, "response"), RESULT)
    if "duration" in value:
        check_kind(
            value["duration"],
            join(path, "duration"),
            rules.is_duration,
            "an ISO 8601 duration such as PT12M30S",
            f"{RESULT}; Data 4.6",
        )
    if "extensions" in value:
        check_extensions(value["extensions"], join(path, "extensions"))
    if "score" in value:
        _check_score(value["score"], join(path, "score"))


def _check_score(value: Any, path: str) -> None:
    check_object(value, path, _SCORE, (), SCORE)
    for key, number in value.items():
        if not is_number(number):
            refuse(join(path, key), f"must be a number, not {shown(number)}", SCORE)
    scaled, raw, low, high = (value.get(key) for key in _SCORE)
    if scaled is not None and not -1 <= scaled <= 1:
        refuse(join(path, "scaled"), f"must be between -1 and 1, not {shown(scaled)}", SCORE)
    if low is not None and high is not None and low >= high:
        refuse(join(path, "min"), "must be less than max", SCORE)
    if raw is not None and ((low is not None and raw < low) or (high is not None and raw > high)):
        refuse(join(path, "raw"), "must be between min and max", SCORE)


def _check_context(value: Any, path: str, version: Version, of_activity: bool) -> None:
    check_object(value, path, _CONTEXT_2 if version.context_agents else _CONTEXT, (), CONTEXT)
    if "registration" in value:
        check_uuid(value["registration"], join(path, "registration"), "xAPI 1.0.3 Data 2.4.6.1")
    if "instructor" in value:
        check_actor(value["instructor"], join(path, "instructor"), CONTEXT)
    if "team" in value:
        check_group(value["team"], join(path, "team"))
    if "contextActivities" in value:
        _check_context_activities(value["contextActivities"], join(path, "contextActivities"))
    for key in ("revision", "platform"):
        if key in value:
            check_text(value[key], join(path, key), CONTEXT)
            if not of_activity:
                refuse(join(path, key), "is only allowed where the object is an Activity", CONTEXT)
    if "language" in value:
        check_kind(value["language"], join(path, "language"), rules.is_language, "a language tag of RFC 5646", CONTEXT)
    if "statement" in value:
        _check_reference(value["statement"], join(path, "statement"))
    if "extensions" in value:
        check_extensions(value["extensions"], join(path, "extensions"))
    for key, member, check in (("contextAgents", "agent", check_agent), ("contextGroups", "group", check_group)):
        if key in value:
            _check_relevant(value[key], join(path, key), key[:-1], member, check)


def _check_context_activities(value: Any, path: str) -> None:
    clause = "xAPI 1.0.3 Data 2.4.6.2"
    check_object(value, path, ("parent", "grouping", "category", "other"), (), clause)
    for key, given in value.items():
        if isinstance(given, list):
            for n, activity in enumerate(given):
                check_activity(activity, f"{join(path, key)}[{n}]")
        else:
            check_activity(given, join(path, key))


def _check_relevant(value: Any, path: str, kind: str, member: str, check) -> None:
    """contextAgents or contextGroups: who else matters, and in which ways (xAPI 2.0)."""
    clause = "xAPI 2.0 (IEEE 9274.1.1), Context"
    if not isinstance(value, list):
        refuse(path, f"must be an array, not {shown(value)}", clause)
    for n, one in enumerate(value):
        at = f"{path}[{n}]"
        check_object(one, at, ("objectType", member, "relevantTypes"), ("objectType", member), clause)
        if one["objectType"] != kind:
            refuse(join(at, "objectType"), f"must be {kind}, not {shown(one['objectType'])}", clause)
        check(one[member], join(at, member))
        types = one.get("relevantTypes", ["urn:none"])
        if not isinstance(types, list) or not types:
            refuse(join(at, "relevantTypes"), "must be an array of at least one IRI", clause)
        for m, iri in enumerate(types):
            check_iri(iri, f"{join(at, 'relevantTypes')}[{m}]", clause)


def _check_attachments(value: Any, path: str) -> None:
    """The headers of attachments; whether their contents came is asked by `lms.lrs.attachments`."""
    if not isinstance(value, list):
        refuse(path, f"must be an array, not {shown(value)}", ATTACHMENT)
    for n, one in enumerate(value):
        at = f"{path}[{n}]"
        check_object(one, at, _ATTACHMENT, ("usageType", "display", "contentType", "length", "sha2"), ATTACHMENT)
        check_iri(one["usageType"], join(at, "usageType"), ATTACHMENT)
        for key in ("display", "description"):
            if key in one:
                check_language_map(one[key], join(at, key), ATTACHMENT)
        check_kind(one["contentType"], join(at, "contentType"), rules.is_media_type, "a media type", ATTACHMENT)
        if not isinstance(one["length"], int) or isinstance(one["length"], bool) or one["length"] < 0:
            refuse(join(at, "length"), f"must be a whole number of octets, not {shown(one['length'])}", ATTACHMENT)
        check_kind(one["sha2"], join(at, "sha2"), rules.is_sha2, "a SHA-2 in hex", ATTACHMENT)
        if "fileUrl" in one:
            check_iri(one["fileUrl"], join(at, "fileUrl"), ATTACHMENT)
        if one["usageType"] == SIGNATURE and one["contentType"].lower() != "application/octet-stream":
            refuse(join(at, "contentType"), "of a signature must be application/octet-stream", "xAPI 1.0.3 Data 2.6")
