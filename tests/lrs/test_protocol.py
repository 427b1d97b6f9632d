"""Versions, headers, keys, CORS: what holds for every resource."""

import json

import pytest
from click.testing import CliRunner

from lms.core import clock, db
from lms.lrs import cli, queries

from .conftest import VERSION
from .samples import FULL, statement

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
    for method, resource, status in (
        ("GET", "/nowhere", 404),
        ("GET", "", 404),
        ("PATCH", "/statements", 405),
        ("DELETE", "/statements", 405),
        ("POST", "/about", 405),
        ("GET", "/2.0/nowhere", 404),
    ):
        answer = store.ask(method, resource)
        assert (answer.status_code, answer.mimetype) == (status, "application/json"), resource
        assert answer.json["error"]
        assert answer.headers["X-Experience-API-Version"]


def test_head_says_what_get_says_without_a_body(store):
    store.post(FULL)
    for resource, params in (("/statements", {}), ("/statements", {"statementId": FULL["id"]}), ("/about", {})):
        head, get = store.ask("HEAD", resource, **params), store.ask("GET", resource, **params)
        assert (head.status_code, head.data) == (200, b"")
        assert head.headers.get("Last-Modified") == get.headers.get("Last-Modified")


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
