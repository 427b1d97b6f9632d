"""Statements, queries and documents as hypothesis makes them: every shape that the standard allows, and changes of it."""

import copy
import json
from datetime import datetime

from hypothesis import strategies as st

from .samples import FULL

_NAMES = ("actor", "verb", "object", "result", "context", "objectType", "mbox", "member", "definition", "extensions")
_VALUES = (
    "Agent",
    "Group",
    "SubStatement",
    "StatementRef",
    "mailto:a@b.id",
    "x:y",
    "1.0.0",
    "PT1S",
    "",
    "\0",
    "\ud800",
)
TEXT = st.sampled_from(_NAMES + _VALUES) | st.text(st.characters(exclude_categories=()), max_size=6)
"""Any text, good or not, and words that matter."""
_ODD = st.sampled_from(
    [None, True, False, 0, 1, -1, 0.5, 1e300, 10**30, float("nan"), float("inf"), [], {}, [[]], [{}], [None], {"": 1}]
    + [*_NAMES, *_VALUES, {"id": "x:y"}, {"objectType": "Agent"}, {"mbox": "mailto:a@b.id"}, {"id": None}]
)
JSON = _ODD | st.recursive(
    _ODD | TEXT, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXT, inner, max_size=3), max_leaves=5
)
"""Any JSON, and a little more: NaN, half a surrogate pair."""
GOOD_TEXT = st.text(st.characters(exclude_characters="\0", exclude_categories=("Cs",)), max_size=6)
GOOD_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | GOOD_TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(GOOD_TEXT, inner, max_size=3),
    max_leaves=5,
)
UUID = st.uuids().map(str) | st.uuids().map(lambda one: str(one).upper())
IRI = st.sampled_from(["x:a", "http://a.id/v#x", "urn:x:1", "http://a.id/\u0641", "tag:a.id,2026:x", "x:%20", "x:'()"])
LANGUAGE = st.sampled_from(["id", "en-US", "zh-Hans-CN", "es-419", "x-dinas", "i-klingon"])
MAP = st.dictionaries(LANGUAGE, GOOD_TEXT, max_size=2)
EXTENSIONS = st.dictionaries(IRI, GOOD_JSON, max_size=2)
MOMENT = st.builds(
    lambda when, zone: when.isoformat() + zone,
    st.datetimes(datetime.fromisoformat("0002-01-01"), datetime.fromisoformat("9998-01-01")),
    st.sampled_from(["Z", "+08:00", "-03:30"]),
)
ALMOST_MOMENT = st.builds(
    "{:04}-{:02}-{:02}T{:02}:{:02}:{:02}{}{}".format,
    st.integers(0, 10_000),
    st.integers(0, 13),
    st.integers(0, 32),
    st.integers(0, 24),
    st.integers(0, 60),
    st.integers(0, 61),
    st.sampled_from(["", ".1", ".123456789", "."]),
    st.sampled_from(["", "Z", "+23:59", "-24:00", "-00:00", "+08", "+0800"]),
)
DURATION = st.sampled_from(["PT0S", "P1Y2M3DT4H5M6.789S", "P4W", "PT1,5H", "P0D", "PT16559.14S"])


def some(required=None, **optional):
    """An object with all that is required and some of the rest."""
    return st.fixed_dictionaries(required or {}, optional=optional)


IDENTIFIER = st.one_of(
    st.sampled_from(["a@b.id", "A+b@C.id", "\u0641@x.id"]).map(lambda address: {"mbox": "mailto:" + address}),
    st.just({"mbox_sha1sum": "Ab" * 20}),
    IRI.map(lambda iri: {"openid": iri}),
    st.builds(lambda page, name: {"account": {"homePage": page, "name": name}}, IRI, GOOD_TEXT),
)
AGENT = st.builds(lambda one, rest: rest | one, IDENTIFIER, some(objectType=st.just("Agent"), name=GOOD_TEXT))
GROUP = st.builds(
    lambda one, rest: rest | one, IDENTIFIER, some({"objectType": st.just("Group")}, member=st.lists(AGENT, max_size=2))
) | some({"objectType": st.just("Group"), "member": st.lists(AGENT, min_size=1, max_size=3)}, name=GOOD_TEXT)
COMPONENTS = st.lists(some({"id": GOOD_TEXT}, description=MAP), max_size=3, unique_by=lambda one: one["id"])
INTERACTION = some(
    {"interactionType": st.sampled_from(["choice", "true-false", "likert", "matching", "performance", "other"])},
    correctResponsesPattern=st.lists(GOOD_TEXT, max_size=2),
    choices=COMPONENTS,
    scale=COMPONENTS,
    source=COMPONENTS,
    steps=COMPONENTS,
)
DEFINITION = st.builds(
    lambda one, other: one | other,
    some(name=MAP, description=MAP, type=IRI, moreInfo=IRI, extensions=EXTENSIONS),
    st.just({}) | INTERACTION,
)
ACTIVITY = some({"id": IRI}, objectType=st.just("Activity"), definition=DEFINITION)
REF = st.fixed_dictionaries({"objectType": st.just("StatementRef"), "id": UUID})
VERB = some({"id": IRI}, display=MAP)
SCORE = some(scaled=st.floats(-1, 1), raw=st.floats(-10, 10), min=st.just(-10) | st.just(-10.50), max=st.just(1e1))
RESULT = some(
    score=SCORE,
    success=st.booleans(),
    completion=st.booleans(),
    response=GOOD_TEXT,
    duration=DURATION,
    extensions=EXTENSIONS,
)
ATTACHMENT = some(
    {
        "usageType": IRI,
        "display": MAP,
        "contentType": st.sampled_from(["text/plain", "image/png; a=b"]),
        "length": st.integers(0, 10**12),
        "sha2": st.sampled_from(["a" * 56, "A" * 64, "0" * 96, "f" * 128]),
        "fileUrl": IRI,
    },
    description=MAP,
)
GROUPED = st.dictionaries(
    st.sampled_from(["parent", "grouping", "category", "other"]), ACTIVITY | st.lists(ACTIVITY, max_size=2), max_size=2
)
RELEVANT = st.lists(IRI, min_size=1, max_size=2)


def context(two, of_activity):
    """The context of a statement of 2.0 or 1.0.3, whose object is an Activity or not."""
    parts = {
        "registration": UUID,
        "instructor": AGENT | GROUP,
        "team": GROUP,
        "contextActivities": GROUPED,
        "language": LANGUAGE,
        "statement": REF,
        "extensions": EXTENSIONS,
    }
    if of_activity:
        parts |= {"revision": GOOD_TEXT, "platform": GOOD_TEXT}
    if two:
        agent = some({"objectType": st.just("contextAgent"), "agent": AGENT}, relevantTypes=RELEVANT)
        group = some({"objectType": st.just("contextGroup"), "group": GROUP}, relevantTypes=RELEVANT)
        parts |= {"contextAgents": st.lists(agent, max_size=2), "contextGroups": st.lists(group, max_size=2)}
    return some(**parts)


def _body(two, thing, of_activity, **more):
    return some(
        {"actor": AGENT | GROUP, "verb": VERB, "object": thing},
        result=RESULT,
        context=context(two, of_activity),
        timestamp=MOMENT,
        attachments=st.lists(ATTACHMENT, max_size=2),
        **more,
    )


def statements(two):
    """Valid statements of every shape, in 2.0 or in 1.0.3."""
    actor = st.builds(lambda one: {"objectType": "Agent", **one}, AGENT) | GROUP
    sub = _body(two, ACTIVITY, True) | _body(two, actor | REF, False)
    thing = actor | REF | sub.map(lambda one: one | {"objectType": "SubStatement"})
    return _body(two, ACTIVITY, True, id=UUID) | _body(two, thing, False, id=UUID)


def _places(value, path=()):
    yield path
    if isinstance(value, dict | list):
        for key, inner in value.items() if isinstance(value, dict) else enumerate(value):
            yield from _places(inner, (*path, key))


WHOLE = {key: value for key, value in FULL.items() if key != "id"} | {
    "object": {
        **{key: value for key, value in FULL.items() if key not in ("id", "context")},
        "objectType": "SubStatement",
        "context": {"contextAgents": [{"objectType": "contextAgent", "agent": {"mbox": "mailto:a@b.id"}}]},
    }
}
_BEGUN = [{key: value for key, value in FULL.items() if key != "id"}, WHOLE]
_PLACES = [(n, place) for n, one in enumerate(_BEGUN) for place in _places(one) if place]


def _changed(where, value, key, how):
    n, place = where
    made = copy.deepcopy(_BEGUN[n])
    inside = made
    for step in place[:-1]:
        inside = inside[step]
    if how == "remove":
        del inside[place[-1]]
    elif how == "add" and isinstance(inside, dict):
        inside[key] = value
    elif how == "rename" and isinstance(inside, dict):
        inside[key] = inside.pop(place[-1])
    else:
        inside[place[-1]] = value
    return made


CHANGED = st.builds(
    _changed, st.sampled_from(_PLACES), JSON, TEXT, st.sampled_from(["replace", "add", "remove", "rename"])
)
"""A statement with everything in it, changed in one place."""
_PARAMETERS = {
    "agent": AGENT.map(json.dumps),
    "verb": IRI,
    "activity": IRI,
    "registration": UUID,
    "since": MOMENT,
    "until": MOMENT,
    "limit": st.integers(-1, 300).map(str),
    "format": st.sampled_from(["ids", "exact", "canonical", "full"]),
    "ascending": st.sampled_from(["true", "false", "1"]),
    "attachments": st.sampled_from(["true", "false"]),
    "related_agents": st.sampled_from(["true", "false", "TRUE"]),
    "related_activities": st.sampled_from(["true", "false"]),
    "statementId": UUID,
    "voidedStatementId": UUID,
    "more": TEXT,
}
_WILD = TEXT | JSON.map(json.dumps)
QUERIES = some(**_PARAMETERS) | some(**{name: good | _WILD for name, good in _PARAMETERS.items()})
"""Parameters of GET statements: all good ones, and some that are not."""
