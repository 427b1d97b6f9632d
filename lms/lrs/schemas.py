"""The parts of a statement as JSON Schema 2020-12, for the OpenAPI document.

They tell clients the shape; what a schema cannot say well (one identifier only, which tags are languages, which
moments exist) is checked by `lms.lrs.validation`, so that the store refuses more than these do, and never less.
"""

from typing import Any

from lms.lrs.activities import COMPONENTS, INTERACTIONS
from lms.lrs.actors import IDENTIFIERS

Schema = dict[str, Any]


def ref(name: str) -> Schema:
    """A reference to the schema `name` of the document."""
    return {"$ref": f"#/components/schemas/{name}"}


def _object(required: str = "", /, **properties: Schema) -> Schema:
    made: Schema = {"type": "object", "properties": properties, "additionalProperties": False}
    return made | ({"required": required.split()} if required else {})


def _list(items: Schema, **more: Any) -> Schema:
    return {"type": "array", "items": items} | more


def _map(values: Schema) -> Schema:
    return {"type": "object", "additionalProperties": values}


TEXT: Schema = {"type": "string"}
BOOLEAN: Schema = {"type": "boolean"}
NUMBER: Schema = {"type": "number"}
UUID: Schema = {"type": "string", "format": "uuid"}
IRI: Schema = {"type": "string", "format": "iri", "pattern": "^[A-Za-z][A-Za-z0-9+.-]*:.+$"}
MOMENT: Schema = {"type": "string", "format": "date-time"}
_IDENTIFIERS: dict[str, Schema] = {
    "mbox": {"type": "string", "pattern": "^mailto:[^@\\s]+@[^@\\s]+$"},
    "mbox_sha1sum": {"type": "string", "pattern": "^[0-9A-Fa-f]{40}$"},
    "openid": IRI,
    "account": _object("homePage name", homePage=IRI, name=TEXT),
}
_ONE_IDENTIFIER = [{"required": [name]} for name in IDENTIFIERS]
_CORE: dict[str, Schema] = {
    "actor": {"anyOf": [ref("Agent"), ref("Group")]},
    "verb": ref("Verb"),
    "result": ref("Result"),
    "context": ref("Context"),
    "timestamp": MOMENT,
    "attachments": _list(ref("Attachment")),
}
_THINGS = ("Activity", "AgentObject", "Group", "StatementRef")
_CONTEXT_ACTIVITIES = {"anyOf": [_list(ref("Activity")), ref("Activity")]}

SCHEMAS: dict[str, Schema] = {
    "LanguageMap": _map(TEXT) | {"description": "Texts by language tag (RFC 5646)."},
    "Extensions": _map({}) | {"description": "Any values, by IRI.", "propertyNames": IRI},
    "Agent": _object(objectType={"const": "Agent"}, name=TEXT, **_IDENTIFIERS)
    | {"oneOf": _ONE_IDENTIFIER, "description": "Somebody, by exactly one identifier."},
    "AgentObject": {"allOf": [ref("Agent"), {"required": ["objectType"]}]},
    "Group": _object("objectType", objectType={"const": "Group"}, name=TEXT, member=_list(ref("Agent")), **_IDENTIFIERS)
    | {"description": "Several: with one identifier, or else with members."},
    "Person": _object(
        "objectType",
        objectType={"const": "Person"},
        name=_list(TEXT),
        **{name: _list(schema) for name, schema in _IDENTIFIERS.items()},
    ),
    "Verb": _object("id", id=IRI, display=ref("LanguageMap")),
    "InteractionComponent": _object("id", id=TEXT, description=ref("LanguageMap")),
    "ActivityDefinition": _object(
        name=ref("LanguageMap"),
        description=ref("LanguageMap"),
        type=IRI,
        moreInfo=IRI,
        interactionType={"enum": sorted(INTERACTIONS)},
        correctResponsesPattern=_list(TEXT),
        extensions=ref("Extensions"),
        **{name: _list(ref("InteractionComponent")) for name in COMPONENTS},
    ),
    "Activity": _object("id", objectType={"const": "Activity"}, id=IRI, definition=ref("ActivityDefinition")),
    "StatementRef": _object("objectType id", objectType={"const": "StatementRef"}, id=UUID),
    "Score": _object(scaled=NUMBER | {"minimum": -1, "maximum": 1}, raw=NUMBER, min=NUMBER, max=NUMBER),
    "Result": _object(
        score=ref("Score"),
        success=BOOLEAN,
        completion=BOOLEAN,
        response=TEXT,
        duration={"type": "string", "pattern": "^P[0-9WYMDTHS.,]+$", "examples": ["PT12M30S"]},
        extensions=ref("Extensions"),
    ),
    "ContextAgent": _object(
        "objectType agent",
        objectType={"const": "contextAgent"},
        agent=ref("Agent"),
        relevantTypes=_list(IRI, minItems=1),
    ),
    "ContextGroup": _object(
        "objectType group",
        objectType={"const": "contextGroup"},
        group=ref("Group"),
        relevantTypes=_list(IRI, minItems=1),
    ),
    "Context": _object(
        registration=UUID,
        instructor={"anyOf": [ref("Agent"), ref("Group")]},
        team=ref("Group"),
        contextActivities=_object(**dict.fromkeys(("parent", "grouping", "category", "other"), _CONTEXT_ACTIVITIES)),
        contextAgents=_list(ref("ContextAgent")) | {"description": "New in 2.0."},
        contextGroups=_list(ref("ContextGroup")) | {"description": "New in 2.0."},
        revision=TEXT,
        platform=TEXT,
        language=TEXT,
        statement=ref("StatementRef"),
        extensions=ref("Extensions"),
    ),
    "Attachment": _object(
        "usageType display contentType length sha2",
        usageType=IRI,
        display=ref("LanguageMap"),
        description=ref("LanguageMap"),
        contentType=TEXT,
        length={"type": "integer", "minimum": 0},
        sha2={"type": "string", "pattern": "^[0-9A-Fa-f]{56,128}$"},
        fileUrl=IRI,
    ),
    "SubStatement": _object(
        "objectType actor verb object",
        objectType={"const": "SubStatement"},
        object={"anyOf": [ref(name) for name in _THINGS]},
        **_CORE,
    ),
    "Statement": _object(
        "actor verb object",
        id=UUID,
        object={"anyOf": [ref(name) for name in (*_THINGS, "SubStatement")]},
        stored=MOMENT | {"description": "Always set by the store."},
        authority={"anyOf": [ref("Agent"), ref("Group")], "description": "Always set by the store."},
        version={"type": "string", "pattern": "^(1\\.0|2\\.0)"},
        **_CORE,
    ),
    "StatementResult": _object(
        "statements more",
        statements=_list(ref("Statement")),
        more=TEXT | {"description": "The address of the next page, without scheme and host; empty on the last."},
    ),
    "About": _object("version extensions", version=_list(TEXT), extensions=_map({})),
    "Error": {
        "type": "object",
        "properties": {
            "error": TEXT | {"description": "What is wrong, and what was stored."},
            "path": TEXT | {"description": "The property that is wrong."},
            "clause": TEXT | {"description": "Where the standard says so."},
        },
        "required": ["error"],
        "additionalProperties": False,
    },
}
