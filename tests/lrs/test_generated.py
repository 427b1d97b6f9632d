"""Whatever is sent: an answer below 500; refused leaves nothing, accepted reads back as it was."""

import copy
import json

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from lms.lrs import strictjson

from .samples import FULL

CALM = settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
TEXT = st.text(st.characters(exclude_categories=()), max_size=20) | st.sampled_from(
    [
        "id",
        "actor",
        "objectType",
        "Agent",
        "Group",
        "StatementRef",
        "SubStatement",
        "mbox",
        "mailto:a@b.id",
        "x:y",
        "\0",
        "\ud800",
    ]
)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | TEXT,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXT, inner, max_size=4),
    max_leaves=12,
)


def places(value, path=()):
    """Every place in a JSON value."""
    yield path
    if isinstance(value, dict | list):
        for key, inner in value.items() if isinstance(value, dict) else enumerate(value):
            yield from places(inner, (*path, key))


PLACES = [place for place in places({key: FULL[key] for key in FULL if key != "id"}) if place]


def check(store, kept, body, resource="/statements", **how):
    before = kept()
    answer = store.ask("POST", resource, body, **how)
    assert answer.status_code < 500
    if answer.status_code >= 400:
        assert answer.json["error"] and kept() == before
    return answer


@CALM
@given(value=JSON)
def test_any_json_is_answered(store, kept, value):
    check(store, kept, json.dumps(value))


@CALM
@given(octets=st.binary(max_size=200))
@example(octets=b"\xff\xfe")
def test_any_octets_are_answered(store, kept, octets):
    check(store, kept, octets)


@settings(CALM, max_examples=400)
@given(place=st.sampled_from(PLACES), value=JSON, key=TEXT, how=st.sampled_from(["replace", "add", "remove"]))
def test_a_statement_with_anything_anywhere_is_refused_or_reads_back(store, kept, place, value, key, how):
    sent = copy.deepcopy({name: FULL[name] for name in FULL if name != "id"})
    inside = sent
    for step in place[:-1]:
        inside = inside[step]
    if how == "remove":
        del inside[place[-1]]
    elif how == "add" and isinstance(inside, dict):
        inside[key] = value
    else:
        inside[place[-1]] = value
    answer = check(store, kept, json.dumps(sent))
    if answer.status_code == 200:
        back = store.ask("GET", "/statements", statementId=answer.json[0]).json
        sent.pop("stored", None)
        expected = {
            name: [one] if isinstance(one, dict) else one
            for name, one in sent.get("context", {}).get("contextActivities", {}).items()
        }
        if expected:
            sent["context"]["contextActivities"] = expected
        assert {name: back[name] for name in sent if name != "authority"} == {
            name: sent[name] for name in sent if name != "authority"
        }
        for wanted in ("ids", "canonical"):
            assert store.ask("GET", "/statements", statementId=answer.json[0], format=wanted).status_code == 200


@CALM
@given(
    name=st.sampled_from(
        [
            "agent",
            "verb",
            "activity",
            "registration",
            "since",
            "until",
            "limit",
            "format",
            "ascending",
            "more",
            "statementId",
            "attachments",
            "related_agents",
        ]
    ),
    value=TEXT | JSON.map(json.dumps),
)
def test_any_query_is_answered(store, name, value):
    value = value.encode("utf-8", "surrogatepass").decode("latin-1")
    assert store.ask("GET", "/statements", **{name: value}).status_code < 500


@CALM
@given(
    headers=st.dictionaries(
        st.sampled_from(["If-Match", "If-None-Match", "X-Experience-API-Version", "Accept-Language", "Authorization"]),
        st.text(st.characters(max_codepoint=255, exclude_categories=("Cc",)), max_size=40),
    ),
    body=st.binary(max_size=50),
)
def test_any_header_is_answered(store, headers, body):
    place = {"activityId": "x:y", "agent": '{"mbox":"mailto:a@b.id"}', "stateId": "s"}
    for method in ("PUT", "POST", "GET", "DELETE"):
        assert store.ask(method, "/activities/state", body, headers, **place).status_code < 500


@pytest.mark.pure
@given(
    value=st.recursive(
        st.none()
        | st.booleans()
        | st.integers()
        | st.floats(allow_nan=False, allow_infinity=False)
        | st.text(st.characters(exclude_characters="\0", exclude_categories=("Cs",))),
        lambda inner: (
            st.lists(inner, max_size=4)
            | st.dictionaries(
                st.text(st.characters(exclude_characters="\0", exclude_categories=("Cs",))), inner, max_size=4
            )
        ),
        max_leaves=20,
    )
)
def test_what_is_read_is_written_the_same(value):
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    assert strictjson.dumps(strictjson.parse(text)) == text
