"""Versions, headers, keys, CORS: what holds for every resource (xAPI 1.0.3 Communication 1, 2.1.3, 2.8, 3, 4)."""

import gzip
import json

import pytest
from click.testing import CliRunner

from lms.core import clock, db
from lms.lrs import cli, queries, rules

from .conftest import VERSION
from .samples import ANA, FULL, LESSON, statement

NONE = {"X-Experience-API-Version": None}


@pytest.mark.parametrize(
    ("base", "header", "status", "answered"),
    [
        ("/xapi", "1.0.3", 200, "1.0.3"),
        ("/xapi", "1.0.2", 200, "1.0.3"),
        ("/xapi", "1.0", 200, "1.0.3"),
        ("/xapi", "2.0.0", 200, "2.0.0"),
        ("/xapi", "2.0", 200, "2.0.0"),
        ("/xapi/2.0", "2.0.0", 200, "2.0.0"),
        ("/xapi/1.0.3", "1.0.3", 200, "1.0.3"),
        ("/xapi", None, 400, "2.0.0"),
        ("/xapi/1.0.3", None, 400, "1.0.3"),
        ("/xapi/2.0", None, 400, "2.0.0"),
        ("/xapi", "0.95", 400, "2.0.0"),
        ("/xapi", "9", 400, "2.0.0"),
        ("/xapi/2.0", "1.1.0", 400, "2.0.0"),
        ("/xapi", "1.0.x", 400, "2.0.0"),
        ("/xapi", "1.0.\u0663", 400, "2.0.0"),
        ("/xapi", "", 400, "2.0.0"),
    ],
)
def test_versions(store, base, header, status, answered):
    answer = store.ask("GET", "/statements", base=base, headers={"X-Experience-API-Version": header})
    assert (answer.status_code, answer.headers["X-Experience-API-Version"]) == (status, answered)
    assert answer.headers["X-Experience-API-Consistent-Through"].endswith("Z")


def test_about_needs_neither_key_nor_version(app):
    """2.8: the latest patch of each major version, and nothing outside of extensions."""
    answer = app.test_client().get("/xapi/about")
    assert answer.json == {"version": ["1.0.3", "2.0.0"], "extensions": {}}
    assert answer.headers["X-Experience-API-Version"] == "2.0.0"


@pytest.mark.parametrize(
    "header",
    [
        None,
        "",
        "Basic",
        "Basic !!!",
        "Basic YQ==",
        "Basic /w==",
        "Bearer x",
        "Basic Og==",
        "Basic " + "A" * 9000,
        "Basic YTpi",
        "Basic AGE6Yg==",
    ],
)
def test_wrong_credentials(store, header):
    answer = store.post(FULL, headers={"Authorization": header})
    assert answer.status_code == 401
    assert "error" in answer.json
    assert answer.headers["WWW-Authenticate"].startswith("Basic")
    assert (
        "WWW-Authenticate"
        not in store.post(FULL, headers={"Authorization": header, "Origin": "https://p1.example"}).headers
    )


def test_the_secret_is_the_keys_own_and_is_not_kept(store, a_key):
    other = a_key("all")
    other.key = store.key
    assert other.post(FULL).status_code == 401
    row = next(one for one in queries.all_keys() if one.key == store.key)
    assert store.secret not in str(vars(row))


def test_scopes(a_key):
    """3.2: what a key may not do is 403; 4.2 names the scopes."""
    agent = json.dumps(FULL["actor"])
    state = {"activityId": "x:a", "agent": agent, "stateId": "s"}
    table = {
        "all": (200, 200, 204),
        "statements/write": (200, 403, 403),
        "statements/read": (403, 200, 403),
        "statements/read/mine": (403, 200, 403),
        "state": (403, 403, 204),
        "define": (403, 403, 403),
        "profile": (403, 403, 403),
    }
    for scope, expected in table.items():
        key = a_key(scope)
        got = (
            key.post(statement()).status_code,
            key.ask("GET", "/statements").status_code,
            key.ask("PUT", "/activities/state", b"{}", **state).status_code,
        )
        assert got == expected, scope


def test_mine_is_what_came_by_this_key(a_key):
    mine, other = a_key("statements/write", "statements/read/mine"), a_key("all")
    [own], [theirs] = mine.post([statement()]).json, other.post([statement()]).json
    assert [one["id"] for one in mine.find()] == [own]
    assert mine.ask("GET", "/statements", statementId=theirs).status_code == 404
    other.post([statement() for _ in range(3)])
    more = other.ask("GET", "/statements", limit=1).json["more"]
    seen = mine.ask("GET", "/statements", raw=more.split("?")[1]).json["statements"]
    assert [one["id"] for one in seen] == [own]


def test_any_origin_may_ask_and_a_preflight_needs_no_key(app, store):
    for resource in (
        "/statements",
        "//statements",
        "/activities/state",
        "/about",
        "/1.0.3/statements",
        "/2.0//activities//state",
    ):
        answer = app.test_client().options(f"/xapi{resource}", headers={"Origin": "https://p1.example"})
        assert answer.status_code == 204, resource
        assert answer.headers["Access-Control-Allow-Origin"] == "*"
        for word in ("PUT", "DELETE"):
            assert word in answer.headers["Access-Control-Allow-Methods"]
        for word in ("Authorization", "X-Experience-API-Version", "Content-Type", "If-Match"):
            assert word in answer.headers["Access-Control-Allow-Headers"]
        assert "Access-Control-Allow-Credentials" not in answer.headers
    assert store.post("nonsense").headers["Access-Control-Allow-Origin"] == "*"


def test_slashes_that_content_doubles_are_read_as_one(store):
    assert store.ask("POST", "//statements", FULL).status_code == 200
    assert store.ask("GET", "///statements", base="/xapi//1.0.3").status_code == 200


def test_errors_are_json_everywhere(store):
    """3.2: the cause of the error is said; 405 names the methods that go (RFC 9110, 15.5.6)."""
    document = "DELETE, GET, HEAD, OPTIONS, POST, PUT"
    for method, resource, status, allow in (
        ("GET", "/nowhere", 404, None),
        ("GET", "", 404, None),
        ("GET", "/", 404, None),
        ("GET", "/statements/", 404, None),
        ("PATCH", "/nowhere", 404, None),
        ("PATCH", "/statements", 405, "GET, HEAD, OPTIONS, POST, PUT"),
        ("DELETE", "/statements", 405, "GET, HEAD, OPTIONS, POST, PUT"),
        ("BREW", "/statements", 405, "GET, HEAD, OPTIONS, POST, PUT"),
        ("PATCH", "/activities/state", 405, document),
        ("PATCH", "/activities/profile", 405, document),
        ("PATCH", "/agents/profile", 405, document),
        ("POST", "/about", 405, "GET, HEAD, OPTIONS"),
        ("POST", "/agents", 405, "GET, HEAD, OPTIONS"),
        ("GET", "/2.0/nowhere", 404, None),
        ("PATCH", "/2.0/about", 405, "GET, HEAD, OPTIONS"),
    ):
        answer = store.ask(method, resource)
        assert (answer.status_code, answer.mimetype) == (status, "application/json"), resource
        assert answer.json["error"]
        assert answer.headers["X-Experience-API-Version"]
        assert answer.headers.get("Allow") == allow
        assert answer.headers["Access-Control-Allow-Origin"] == "*"


def test_options_names_the_methods(store):
    for resource, allow in (("/statements", "GET, HEAD, OPTIONS, POST, PUT"), ("/2.0/about", "GET, HEAD, OPTIONS")):
        assert store.client.options(f"/xapi{resource}").headers["Allow"] == allow


def test_head_says_what_get_says_without_a_body(store):
    """1.1: HEAD is answered as GET, its body omitted; also where there is nothing, and where it is refused."""
    store.post(FULL)
    agent, state = json.dumps(ANA), {"activityId": "x:a", "agent": json.dumps(ANA)}
    for resource, named in (("/activities/state", state), ("/agents/profile", {"agent": agent})):
        name = "stateId" if "state" in resource else "profileId"
        assert store.ask("POST", resource, "{}", **named, **{name: "n"}).status_code == 204
    assert store.ask("POST", "/activities/profile", "{}", activityId="x:a", profileId="n").status_code == 204
    for resource, params, status in (
        ("/statements", {}, 200),
        ("/statements", {"statementId": FULL["id"]}, 200),
        ("/statements", {"statementId": FULL["id"][:-1] + "9"}, 404),
        ("/statements", {"limit": "-1"}, 400),
        ("/activities/state", state, 200),
        ("/activities/state", state | {"stateId": "n"}, 200),
        ("/activities/state", state | {"stateId": "none"}, 404),
        ("/agents/profile", {"agent": agent}, 200),
        ("/agents/profile", {"agent": agent, "profileId": "n"}, 200),
        ("/activities/profile", {"activityId": "x:a"}, 200),
        ("/activities/profile", {"activityId": "x:a", "profileId": "n"}, 200),
        ("/agents", {"agent": agent}, 200),
        ("/activities", {"activityId": "x:a"}, 200),
        ("/about", {}, 200),
        ("/nowhere", {}, 404),
    ):
        head, get = store.ask("HEAD", resource, **params), store.ask("GET", resource, **params)
        assert (head.status_code, get.status_code, head.data) == (status, status, b""), resource
        for header in ("Content-Type", "Last-Modified", "ETag", "Content-Length"):
            assert head.headers.get(header) == get.headers.get(header), (resource, header)


def test_every_statements_answer_says_through_when_it_is_consistent(store, a_key):
    """2.1.3: the header is on all responses to Statements Resource requests, errors too, as an ISO 8601 time."""
    one = store.post(FULL)
    answers = [
        (one, 200),
        (store.ask("PUT", "/statements", FULL, statementId=FULL["id"]), 204),
        (store.ask("GET", "/statements"), 200),
        (store.ask("GET", "/statements", attachments="true"), 200),
        (store.ask("HEAD", "/statements"), 200),
        (store.ask("GET", "/statements", limit="x"), 400),
        (store.ask("GET", "/statements", headers=NONE), 400),
        (store.ask("GET", "/statements", headers={"Authorization": None}), 401),
        (a_key("state").ask("GET", "/statements"), 403),
        (store.ask("GET", "/statements", statementId=FULL["id"][:-1] + "9"), 404),
        (store.ask("PATCH", "/statements"), 405),
        (store.post(FULL | {"result": {}}), 409),
        (store.post(b"[" + b" " * 26_000_000 + b"]"), 413),
    ]
    now = clock.now()
    for answer, status in answers:
        assert answer.status_code == status
        through = answer.headers["X-Experience-API-Consistent-Through"]
        assert rules.moment(through, zone_needed=True) <= now
    assert "X-Experience-API-Consistent-Through" not in store.ask("GET", "/about").headers


def test_the_two_ids_stand_alone(store):
    """2.1.3: statementId and voidedStatementId go neither together nor with anything but attachments and format."""
    one = FULL["id"]
    store.post(FULL)
    assert store.ask("GET", "/statements", statementId=one, voidedStatementId=one).status_code == 400
    for other in ("agent", "verb", "activity", "registration", "related_activities", "related_agents", "since"):
        for name in ("statementId", "voidedStatementId"):
            assert store.ask("GET", "/statements", **{name: one, other: "x"}).status_code == 400, other
    for other in ("until", "limit", "ascending"):
        assert store.ask("GET", "/statements", **{"statementId": one, other: "true"}).status_code == 400, other
    assert store.ask("GET", "/statements", statementId=one, format="ids", attachments="false").status_code == 200


def test_nothing_found_is_an_empty_list(store):
    """2.1.3: 200 and a StatementResult whose statements are an empty array."""
    assert store.ask("GET", "/statements", verb="x:none").json == {"statements": [], "more": ""}


def test_each_language_map_is_reduced_by_itself(store):
    """2.1.3: one language in each map, chosen for each by Accept-Language."""
    definition = {
        "name": {"id": "Satu", "en": "One"},
        "description": {"de": "Eins"},
        "interactionType": "choice",
        "choices": [{"id": "a", "description": {"fr": "Un", "en": "One"}}, {"id": "b", "description": {"id": "Dua"}}],
    }
    store.post(statement(object=LESSON | {"definition": definition}, verb={"id": "x:v", "display": {"fr": "v"}}))
    answer = store.ask("GET", "/statements", format="canonical", headers={"Accept-Language": "fr, id;q=0.5"})
    [got] = answer.json["statements"]
    said = got["object"]["definition"]
    assert (said["name"], said["description"], got["verb"]["display"]) == ({"id": "Satu"}, {"de": "Eins"}, {"fr": "v"})
    assert [one["description"] for one in said["choices"]] == [{"fr": "Un"}, {"id": "Dua"}]


def test_json_is_taken_without_attachments_and_with_those_that_stand_elsewhere(store):
    """1.5.1: application/json takes batches with no attachments, and with attachments that all have a fileUrl."""
    assert store.post([statement(), statement()]).status_code == 200
    assert store.post([FULL, statement()]).status_code == 200


def test_the_content_type_says_what_the_content_is(store, kept):
    """1.4: UTF-8; 3.2: a content that does not match its Content-Type is 400."""
    for kind in ("text/plain", "application/xml", "application/x-www-form-urlencoded", "", "application/jsonx"):
        assert store.post(FULL, headers={"Content-Type": kind}).status_code == 400, kind
    assert store.post(FULL, headers={"Content-Type": "application/json; charset=latin-1"}).status_code == 400
    assert store.post(json.dumps(FULL).encode("utf-16")).status_code == 400
    assert kept() == 0
    assert store.post(FULL, headers={"Content-Type": "application/json; charset=UTF-8"}).status_code == 200


def test_parameters_that_stand_nowhere_or_in_another_case_are_refused(store, kept):
    """3.2: 400 for any parameter that is not recognised, and for one that differs in case only."""
    document = {"activityId": "x:a", "agent": json.dumps(ANA), "stateId": "s", "profileId": "p"}
    needs = {
        "/statements": {},
        "/activities/state": {key: document[key] for key in ("activityId", "agent", "stateId")},
        "/activities/profile": {key: document[key] for key in ("activityId", "profileId")},
        "/agents/profile": {key: document[key] for key in ("agent", "profileId")},
        "/agents": {"agent": document["agent"]},
        "/activities": {"activityId": "x:a"},
    }
    for resource, good in needs.items():
        assert store.ask("GET", resource, **good).status_code in (200, 404), resource
        assert store.ask("GET", resource, **good, color="red").status_code == 400, resource
        for key, value in good.items():
            others = {name: one for name, one in good.items() if name != key}
            assert store.ask("GET", resource, **others, **{key.upper(): value}).status_code == 400, (resource, key)
    assert store.ask("GET", "/statements", Limit="1").status_code == 400
    assert store.ask("POST", "/statements", FULL, color="red").status_code == 400
    assert store.ask("PUT", "/statements", FULL, StatementId=FULL["id"]).status_code == 400
    assert kept() == 0


def test_every_answer_names_the_version(store, app):
    """3.3: the header is in every response, the latest patch version."""
    for method, resource, how in (
        ("GET", "/statements", {}),
        ("GET", "/statements", {"headers": {"Authorization": "no"}}),
        ("POST", "/statements", {"body": "{"}),
        ("GET", "/nowhere", {}),
        ("OPTIONS", "/statements", {}),
        ("GET", "/about", {}),
    ):
        answer = store.ask(method, resource, **how)
        assert answer.headers["X-Experience-API-Version"] == "1.0.3", (method, resource)


@pytest.mark.parametrize("header", [None, "0.9", "1.0.3", "2.0.0", "9.9", "nonsense"])
def test_about_is_never_refused_for_its_version(store, header):
    """2.8: MUST NOT reject requests based on their version header."""
    answer = store.ask("GET", "/about", headers={"X-Experience-API-Version": header, "Authorization": None})
    assert (answer.status_code, answer.json["version"]) == (200, ["1.0.3", "2.0.0"])


@pytest.mark.parametrize(
    ("version", "status"),
    [("1.0.0", 200), ("1.0", 200), ("1.0.9", 200), ("1.1.0", 400), ("0.9.9", 400), ("2.0.0", 400), ("1", 400)],
)
def test_the_version_of_a_statement(store, version, status):
    """Data 2.4.10: formatted as the header is; one that does not start with 1.0 is refused, others are retained."""
    answer = store.post(statement(version=version))
    assert answer.status_code == status
    if status == 200:
        assert store.find()[0]["version"] == version


def test_pages_of_statements_travel_compressed_and_documents_do_not(store):
    """3.1: an ETag is the SHA-1 of the content only while nothing is compressed."""
    accepts = {"Accept-Encoding": "gzip, br"}
    small = store.ask("GET", "/statements", headers=accepts)
    assert ("Content-Encoding" in small.headers, small.headers["Vary"]) == (False, "Accept-Encoding")
    store.post([FULL, *(statement() for _ in range(20))])
    plain, packed = store.ask("GET", "/statements"), store.ask("GET", "/statements", headers=accepts)
    assert packed.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(packed.data) == plain.data
    assert len(packed.data) * 3 < len(plain.data)
    assert int(packed.headers["Content-Length"]) == len(packed.data)
    assert "Content-Encoding" not in plain.headers
    for refused in ("gzip;q=0", "br", "identity"):
        assert "Content-Encoding" not in store.ask("GET", "/statements", headers={"Accept-Encoding": refused}).headers
    place = {"activityId": "x:a", "agent": json.dumps(ANA), "stateId": "s"}
    store.ask("PUT", "/activities/state", b'"' + b"a" * 9000 + b'"', **place)
    assert "Content-Encoding" not in store.ask("GET", "/activities/state", headers=accepts, **place).headers


def test_keys_are_made_listed_and_revoked_by_command(app, kept):
    made = json.loads(CliRunner().invoke(cli.lrs, ["key", "add", "--scope", "all", "--name", "Uji", "--json"]).output)
    assert made.keys() == {"key", "secret"}
    auth = (made["key"], made["secret"])
    assert app.test_client().get("/xapi/statements", headers=VERSION, auth=auth).status_code == 200
    assert "Uji" in CliRunner().invoke(cli.lrs, ["key", "list"]).output
    assert CliRunner().invoke(cli.lrs, ["key", "revoke", made["key"]]).exit_code == 0
    assert app.test_client().get("/xapi/statements", headers=VERSION, auth=auth).status_code == 401
    assert CliRunner().invoke(cli.lrs, ["key", "revoke", "none"]).exit_code == 1
    assert CliRunner().invoke(cli.lrs, ["key", "add", "--scope", "everything", "--name", "Uji"]).exit_code == 2


def test_the_last_use_of_a_key_is_known_to_the_hour(store):
    store.find()
    db.session.rollback()
    used = next(one for one in queries.all_keys() if one.key == store.key).last_used_at
    assert abs((used - clock.now()).total_seconds()) < 60


def test_a_fault_of_ours_is_json_too_and_tells_nothing(store, monkeypatch):
    def fault(*_):
        raise ZeroDivisionError("inner words")

    monkeypatch.setattr("lms.lrs.search.page", fault)
    answer = store.ask("GET", "/statements")
    assert (answer.status_code, answer.mimetype) == (500, "application/json")
    assert "inner words" not in answer.text
