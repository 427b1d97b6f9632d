"""Profiles of agents and activities: octets, ETags, merging, lists (xAPI 1.0.3 Communication 2.2, 2.6, 2.7, 3.1)."""

import hashlib
import json
from datetime import timedelta

import pytest

from lms.core import clock

from .samples import ANA, BUDI

ONE = {"X-Experience-API-Version": "1.0.3"}
TWO = {"X-Experience-API-Version": "2.0.0"}
NEW = {"If-None-Match": "*"}
ETAG = '"' + hashlib.sha1(b"satu").hexdigest() + '"'
AGENT = ("/agents/profile", {"agent": json.dumps(ANA)})
ACTIVITY = ("/activities/profile", {"activityId": "https://asah.example/a"})
both = pytest.mark.parametrize("place", [AGENT, ACTIVITY], ids=["agent", "activity"])


class Profile:
    """One profile document, over HTTP."""

    def __init__(self, store, place, name="p"):
        self.store, (self.resource, self.whose), self.name = store, place, name

    def ask(self, method, body=None, headers=None, content_type="text/plain", **more):
        sent = ({"Content-Type": content_type} if body is not None else {}) | (headers or {})
        return self.store.ask(method, self.resource, body, sent, **self.whose | {"profileId": self.name} | more)

    def put(self, body=b"satu", headers=None, **how):
        return self.ask("PUT", body, NEW if headers is None else headers, **how).status_code

    def post(self, body, content_type="application/json", **headers):
        return self.ask("POST", body, headers, content_type).status_code

    @property
    def now(self):
        answer = self.ask("GET")
        return answer.data if answer.status_code == 200 else None


@both
def test_a_profile_comes_back_octet_by_octet(store, place):
    """2.2: contents are arbitrary binary data; 3.1: the ETag is their SHA-1, in quotes, in lower case."""
    octets, profile = bytes(range(256)) * 3, Profile(store, place)
    assert profile.put(octets, content_type="application/x-thing; a=b") == 204
    got, head = profile.ask("GET"), profile.ask("HEAD")
    assert (got.status_code, got.data, got.headers["Content-Type"]) == (200, octets, "application/x-thing; a=b")
    assert got.headers["ETag"] == '"' + hashlib.sha1(octets).hexdigest() + '"'
    assert (head.status_code, head.data, head.headers["ETag"]) == (200, b"", got.headers["ETag"])
    assert "Content-Encoding" not in profile.ask("GET", headers={"Accept-Encoding": "gzip"}).headers
    assert profile.ask("DELETE").status_code == 204
    assert profile.ask("GET").status_code == 404
    assert profile.ask("DELETE").status_code == 204


@both
def test_a_profile_of_whom_nobody_heard_is_taken(store, place):
    """2.2: documents MUST NOT be rejected for want of knowing the Activity or Agent."""
    assert store.find() == []
    assert Profile(store, place).put() == 204


@both
@pytest.mark.parametrize(
    ("headers", "there", "status"),
    [
        (ONE, False, 400),
        (ONE, True, 409),
        (TWO, False, 204),
        (TWO, True, 409),
        (NEW, False, 204),
        (NEW, True, 412),
        (TWO | NEW, True, 412),
        ({"If-None-Match": ETAG}, True, 412),
        ({"If-None-Match": '"other"'}, True, 204),
        ({"If-None-Match": '"other"'}, False, 204),
        ({"If-Match": ETAG}, True, 204),
        ({"If-Match": ETAG}, False, 412),
        ({"If-Match": f'"other", {ETAG}'}, True, 204),
        ({"If-Match": '"other"'}, True, 412),
        ({"If-Match": "*"}, True, 204),
        ({"If-Match": "*"}, False, 412),
        ({"If-Match": "W/" + ETAG}, True, 412),
        ({"If-Match": ETAG, "If-None-Match": '"other"'}, True, 204),
        ({"If-Match": ETAG, "If-None-Match": "*"}, True, 412),
        ({"If-Match": ETAG, "If-None-Match": ETAG}, True, 412),
        ({"If-Match": '"'}, True, 400),
    ],
)
def test_what_put_asks_first(store, place, headers, there, status):
    """3.1: If-Match and If-None-Match are handled as RFC 2616 says; 412 and 409 modify nothing."""
    profile = Profile(store, place)
    if there:
        assert profile.put() == 204
    before = profile.now
    answer = profile.ask("PUT", b"dua", headers)
    assert answer.status_code == status
    assert profile.now == (b"dua" if status == 204 else before)
    if status == 409:
        assert "If-Match" in answer.json["error"]


@both
@pytest.mark.parametrize("method", ["POST", "DELETE"])
def test_what_post_and_delete_ask_first(store, place, method):
    """3.1: POST and DELETE handle the same headers, and go without them."""
    profile, body = Profile(store, place), '{"b":2}' if method == "POST" else None

    def ask(**headers):
        return profile.ask(
            method, body, {k.replace("_", "-"): v for k, v in headers.items()}, "application/json"
        ).status_code

    assert ask(If_Match="*") == 412
    assert profile.post('{"a":1}') == 204
    etag = profile.ask("GET").headers["ETag"]
    for refused in (
        {"If_Match": '"other"'},
        {"If_Match": "W/" + etag},
        {"If_None_Match": "*"},
        {"If_None_Match": etag},
    ):
        assert ask(**refused) == 412
        assert profile.now == b'{"a":1}'
    assert ask(If_Match=etag) == 204
    assert profile.now == (b'{"a":1,"b":2}' if method == "POST" else None)
    assert ask() == 204


@both
def test_posting_json_merges_top_level_properties(store, place):
    """2.2: each property of the posted object replaces the one that was there, whole; nothing else changes."""
    profile = Profile(store, place)
    assert profile.post('{"x":"foo","y":{"a":1,"b":2}}') == 204
    assert profile.post('{"y":{"c":0.10},"z":"faz"}') == 204
    got = profile.ask("GET")
    assert (got.data, got.mimetype) == (b'{"x":"foo","y":{"c":0.10},"z":"faz"}', "application/json")
    assert got.headers["ETag"] == '"' + hashlib.sha1(got.data).hexdigest() + '"'


@both
def test_what_cannot_be_merged_is_refused_and_changes_nothing(store, place):
    """2.2: both documents must be application/json and JSON objects, else 400 and no update."""
    profile = Profile(store, place)
    for body, kind in (
        ("[1]", "application/json"),
        ("{", "application/json"),
        ("1", "application/json"),
        ("{}", "text/plain"),
    ):
        assert profile.post(body, kind) == 400
        assert profile.now is None
    for there, kind in ((b"[1]", "application/json"), (b"{}", "text/plain"), (b"text", "text/plain")):
        profile.ask("DELETE")
        assert profile.put(there, content_type=kind) == 204
        assert profile.post("{}") == 400
        assert profile.now == there


@both
def test_lists(store, place):
    """2.6, 2.7: without profileId the ids of all, with since those changed after it; Last-Modified is the newest's."""
    monday = clock.now()
    with clock.at(monday):
        Profile(store, place, "satu").put()
    with clock.at(monday + timedelta(seconds=5)):
        Profile(store, place, "dua").put()

    def ids(**more):
        answer = store.ask("GET", place[0], **place[1], **more)
        assert answer.status_code == 200
        assert answer.headers["ETag"] == '"' + hashlib.sha1(answer.data).hexdigest() + '"'
        return answer.json, answer.headers.get("Last-Modified")

    def said(moment):
        return moment.strftime("%a, %d %b %Y %H:%M:%S GMT")

    second, third = monday + timedelta(seconds=5), monday + timedelta(seconds=9)
    assert ids() == (["satu", "dua"], said(second))
    assert ids(since=monday.isoformat()) == (["dua"], said(second))
    assert ids(since=second.isoformat()) == ([], None)
    with clock.at(third):
        Profile(store, place, "satu").put(b"tiga", {"If-Match": ETAG})
    assert ids(since=second.isoformat()) == (["satu"], said(third))
    assert store.ask("HEAD", place[0], **place[1]).data == b""


@both
def test_what_the_client_has_already_is_not_sent_again(store, place):
    profile = Profile(store, place)
    profile.put()
    known = profile.ask("GET", headers={"If-None-Match": ETAG})
    assert (known.status_code, known.data, known.headers["ETag"]) == (304, b"", ETAG)
    assert profile.ask("GET", headers={"If-None-Match": '"other"'}).data == b"satu"
    assert profile.ask("GET", headers={"If-Match": '"other"'}).status_code == 412


def test_the_three_resources_and_their_owners_do_not_mix(store):
    """2.2: an id is unique within the scope of the Agent or Activity."""
    places = [
        AGENT,
        ACTIVITY,
        ("/agents/profile", {"agent": json.dumps(BUDI)}),
        ("/activities/profile", {"activityId": "https://asah.example/b"}),
    ]
    for n, place in enumerate(places):
        assert Profile(store, place).put(str(n)) == 204
    state = {"activityId": "https://asah.example/a", "agent": json.dumps(ANA)}
    store.ask("PUT", "/activities/state", b"state", **state, stateId="p")
    assert [Profile(store, place).now for place in places] == [b"0", b"1", b"2", b"3"]
    assert Profile(store, ("/agents/profile", {"agent": json.dumps(ANA | {"name": "Ana"})})).now == b"0"
    assert store.ask("DELETE", "/activities/state", **state).status_code == 204
    assert [store.ask("GET", *[place[0]], **place[1]).json for place in places] == [["p"]] * 4


@both
@pytest.mark.parametrize(
    "change",
    [
        {"profileId": None},
        {"profileid": "x"},
        {"stateId": "x"},
        {"registration": "0190a1b2-0000-7000-8000-00000000000a"},
        {"since": "2026-01-01T00:00:00Z"},
        {"profileId": "\0"},
        {"agent": None, "activityId": None},
        {"agent": "{}", "activityId": "no"},
        {"agent": json.dumps({"objectType": "Group", **BUDI}), "activityId": ""},
    ],
    ids=str,
)
def test_bad_places_are_refused(store, kept, place, change):
    """3.2: a parameter that is unknown, missing, malformed or in the wrong case is 400."""
    change = {key: value for key, value in change.items() if key in place[1] or key not in ("agent", "activityId")}
    params = {key: value for key, value in (place[1] | {"profileId": "p"} | change).items() if value is not None}
    for method in ("PUT", "POST", "DELETE", "GET"):
        if method == "GET" and "profileId" not in params:
            continue
        body = b"{}" if method in ("PUT", "POST") else None
        assert store.ask(method, place[0], body, NEW if body else None, **params).status_code == 400, method
    assert kept() == 0


@both
def test_deleting_needs_a_name(store, place):
    """2.6, 2.7: only State knows a DELETE of all."""
    Profile(store, place).put()
    assert store.ask("DELETE", place[0], **place[1]).status_code == 400
    assert Profile(store, place).now == b"satu"


@both
def test_profiles_need_their_scope(a_key, place):
    """3.2: without permission 403; 4.2: profile is the scope."""
    for scope, status in (("profile", 204), ("all", 412), ("state", 403), ("statements/write", 403), ("define", 403)):
        assert Profile(a_key(scope), place).put() == status, scope


@both
def test_a_profile_that_is_too_large_is_refused(store, kept, place):
    """3.2: 413 for a document beyond the store's limit."""
    assert Profile(store, place).put(b"x" * 1_048_577) == 413
    assert kept() == 0
    assert Profile(store, place).put(b"x" * 1_048_576) == 204
