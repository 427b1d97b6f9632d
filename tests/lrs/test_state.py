"""State documents: octets, ETags, merging, lists."""

import hashlib
import json
from datetime import timedelta

import pytest

from lms.core import clock

from .samples import ANA, BUDI, REGISTRATION

PLACE = {"activityId": "https://asah.example/a", "agent": json.dumps(ANA), "stateId": "tempat"}
TWO = {"X-Experience-API-Version": "2.0.0"}
ETAG = '"' + hashlib.sha1(b"satu").hexdigest() + '"'


def put(store, body=b"satu", headers=None, **place):
    return store.ask(
        "PUT", "/activities/state", body, {"Content-Type": "text/plain"} | (headers or {}), **PLACE | place
    )


def get(store, headers=None, **place):
    return store.ask("GET", "/activities/state", headers=headers, **PLACE | place)


def test_octets_come_back_as_they_were(store):
    octets = bytes(range(256)) * 3
    assert put(store, octets, {"Content-Type": "application/x-thing; a=b"}).status_code == 204
    answer = get(store)
    assert (answer.data, answer.headers["Content-Type"]) == (octets, "application/x-thing; a=b")
    assert answer.headers["ETag"] == '"' + hashlib.sha1(octets).hexdigest() + '"'
    assert answer.headers["Last-Modified"]
    assert store.ask("HEAD", "/activities/state", **PLACE).headers["ETag"] == answer.headers["ETag"]
    assert store.ask("DELETE", "/activities/state", **PLACE).status_code == 204
    assert get(store).status_code == 404


def test_a_place_is_activity_agent_registration_and_id(store):
    put(store)
    for other in (
        {"activityId": "x:b"},
        {"agent": json.dumps(BUDI)},
        {"registration": REGISTRATION},
        {"stateId": "Tempat"},
    ):
        assert get(store, **other).status_code == 404, other
    assert get(store, agent=json.dumps(ANA | {"name": "Ana"})).data == b"satu"


@pytest.mark.parametrize(
    ("headers", "there", "status"),
    [
        ({"If-Match": ETAG}, True, 204),
        ({"If-Match": '"other"'}, True, 412),
        ({"If-Match": ETAG}, False, 412),
        ({"If-Match": "*"}, True, 204),
        ({"If-Match": "*"}, False, 412),
        ({"If-Match": f'"other", {ETAG}'}, True, 204),
        ({"If-Match": "W/" + ETAG}, True, 412),
        ({"If-Match": ETAG.strip('"')}, True, 204),
        ({"If-Match": '"'}, True, 400),
        ({"If-Match": ETAG[:-1] + ':gzip"'}, True, 412),
        ({"If-None-Match": "*"}, True, 412),
        ({"If-None-Match": "*"}, False, 204),
        ({"If-None-Match": ETAG}, True, 412),
        ({}, True, 204),
        ({}, False, 204),
        (TWO, True, 409),
        (TWO, False, 204),
        (TWO | {"If-Match": ETAG}, True, 204),
    ],
)
def test_conditions(store, headers, there, status):
    if there:
        put(store)
    assert put(store, b"dua", headers).status_code == status
    expected = b"dua" if status == 204 else b"satu"
    assert get(store).data == expected if there or status == 204 else get(store).status_code == 404


def test_get_of_what_is_known_sends_nothing(store):
    put(store)
    answer = get(store, {"If-None-Match": ETAG})
    assert (answer.status_code, answer.data) == (304, b"")


def test_merging_replaces_top_level_properties_and_keeps_digits(store):
    def post(body, kind="application/json"):
        return store.ask("POST", "/activities/state", body, {"Content-Type": kind}, **PLACE).status_code

    assert post('{"x": 0.10, "y": {"a": 1}}') == 204
    assert get(store).data == b'{"x": 0.10, "y": {"a": 1}}'
    assert post('{"y": {"b": 12345678901234567890123}, "z": null}') == 204
    assert get(store).data == b'{"x":0.10,"y":{"b":12345678901234567890123},"z":null}'
    for body, kind in (
        ("[1]", "application/json"),
        ("{", "application/json"),
        ('{"a":1,"a":2}', "application/json"),
        ("{}", "text/plain"),
    ):
        assert post(body, kind) == 400
    assert get(store).data == b'{"x":0.10,"y":{"b":12345678901234567890123},"z":null}'
    put(store, b"text")
    assert post("{}") == 400
    assert get(store).data == b"text"


def test_lists(store):
    moment = clock.now()
    with clock.at(moment):
        put(store)
        put(store, stateId="dua", registration=REGISTRATION)
    with clock.at(moment + timedelta(seconds=1)):
        put(store, stateId="tiga", registration=REGISTRATION)
        put(store, agent=json.dumps(BUDI))
    where = {key: PLACE[key] for key in ("activityId", "agent")}

    def ids(**more):
        answer = store.ask("GET", "/activities/state", **where, **more)
        assert answer.status_code == 200
        return answer.json

    assert ids() == ["tempat", "dua", "tiga"]
    assert ids(registration=REGISTRATION) == ["dua", "tiga"]
    assert ids(since=moment.isoformat()) == ["tiga"]
    assert store.ask("DELETE", "/activities/state", **where, registration=REGISTRATION).status_code == 204
    assert ids() == ["tempat"]
    assert store.ask("DELETE", "/activities/state", **where).status_code == 204
    assert ids() == []
    assert get(store, agent=json.dumps(BUDI)).status_code == 200


@pytest.mark.parametrize(
    "change",
    [
        {"agent": None},
        {"activityId": None},
        {"stateId": None},
        {"agent": "{"},
        {"agent": '"x"'},
        {"agent": "{}"},
        {"agent": '{"objectType":"Group","mbox":"mailto:a@b.id"}'},
        {"activityId": "no"},
        {"registration": "no"},
        {"since": "2026-01-01T00:00:00Z"},
        {"stateid": "x"},
        {"stateId": "\0"},
    ],
    ids=str,
)
def test_bad_places_are_refused(store, kept, change):
    place = {key: value for key, value in (PLACE | change).items() if value is not None}
    answer = store.ask("PUT", "/activities/state", b"x", **place)
    assert answer.status_code == 400
    assert kept() == 0


def test_a_document_that_is_too_large_is_refused(store, kept):
    assert put(store, b"x" * 1_048_577).status_code == 413
    assert kept() == 0
    assert put(store, b"x" * 1_048_576).status_code == 204


def test_a_document_that_says_it_is_json_is_json(store):
    assert put(store, b"not json", {"Content-Type": "application/json"}).status_code == 400
    assert put(store, b"[1, 2]", {"Content-Type": "application/json; charset=utf-8"}).status_code == 204
