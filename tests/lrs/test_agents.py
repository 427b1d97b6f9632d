"""GET agents: the Person that an Agent stands for (xAPI 1.0.3 Communication 2.4)."""

import hashlib
import json

import pytest

from .samples import ANA, BUDI, statement


def person(store, agent, **how):
    answer = store.ask("GET", "/agents", agent=json.dumps(agent), **how)
    assert answer.status_code == 200, answer.text
    return answer.json


@pytest.mark.parametrize(
    "identifier",
    [
        {"mbox": "mailto:a@b.id"},
        {"mbox_sha1sum": "a" * 40},
        {"openid": "https://a.example/b"},
        {"account": {"homePage": "https://asah.example", "name": "8c7e"}},
    ],
    ids=lambda one: next(iter(one)),
)
def test_an_agent_of_whom_nothing_is_known_is_a_person_with_what_was_asked(store, identifier):
    """2.4: a Person is returned all the same, of arrays, with what the request itself says."""
    [(key, value)] = identifier.items()
    assert person(store, identifier) == {"objectType": "Person", key: [value]}
    assert person(store, identifier | {"name": "A", "objectType": "Agent"}) == {
        "objectType": "Person",
        "name": ["A"],
        key: [value],
    }


def test_names_come_from_the_newest_statements_each_once(store):
    """2.4: the names of the Agents retrieved, newest first, wherever the agent is found."""
    store.post([statement(actor=ANA | {"name": name}) for name in ("Ana", "Ana L.", "Ana")])
    store.post(statement(actor=BUDI, object=ANA | {"name": "Bu Ana"}))
    store.post(statement(actor={"objectType": "Group", "member": [ANA | {"name": "Anna"}, BUDI | {"name": "B"}]}))
    assert person(store, ANA)["name"] == ["Anna", "Bu Ana", "Ana", "Ana L."]
    assert person(store, ANA | {"name": "Ana L."})["name"] == ["Ana L.", "Anna", "Bu Ana", "Ana"]
    assert set(person(store, BUDI | {"mbox": "mailto:budi@example.org"})["name"]) == {"Budi", "B"}


def test_no_more_than_the_newest_statements_are_read(store):
    store.post([statement(actor=ANA | {"name": f"n{n}"}) for n in range(60)])
    assert person(store, ANA)["name"] == [f"n{n}" for n in range(59, 9, -1)]


def test_names_are_for_keys_that_may_read_their_statements(store, a_key):
    """2.4, 4.2: who may not read statements learns nothing from them; without any permission it is 403."""
    mine = a_key("statements/write", "statements/read/mine")
    mine.post(statement(actor=ANA | {"name": "Mine"}))
    store.post(statement(actor=ANA | {"name": "Theirs"}))
    assert person(a_key("statements/read"), ANA)["name"] == ["Theirs", "Mine"]
    assert person(mine, ANA)["name"] == ["Mine"]
    assert "name" not in person(a_key("profile"), ANA)
    for scope in ("statements/write", "state", "define"):
        assert a_key(scope).ask("GET", "/agents", agent=json.dumps(ANA)).status_code == 403


@pytest.mark.parametrize(
    "params",
    [
        {},
        {"agent": "{"},
        {"agent": "{}"},
        {"agent": '"x"'},
        {"agent": json.dumps({"objectType": "Group", "mbox": "mailto:a@b.id"})},
        {"agent": json.dumps({"mbox": ["mailto:a@b.id"]})},
        {"agent": json.dumps(ANA | BUDI)},
        {"Agent": json.dumps(ANA)},
        {"agent": json.dumps(ANA), "since": "2026-01-01T00:00:00Z"},
    ],
    ids=str,
)
def test_what_is_no_agent_is_refused(store, params):
    """2.4: a normal Agent, neither a Person nor a Group; 3.2: unknown parameters and wrong case."""
    answer = store.ask("GET", "/agents", **params)
    assert answer.status_code == 400
    assert answer.json["clause"].startswith("xAPI 1.0.3")


def test_its_etag_head_and_methods(store):
    """1.1, 3.1."""
    asked = {"agent": json.dumps(ANA)}
    got, head = store.ask("GET", "/agents", **asked), store.ask("HEAD", "/agents", **asked)
    assert got.headers["ETag"] == head.headers["ETag"] == '"' + hashlib.sha1(got.data).hexdigest() + '"'
    assert head.data == b""
    assert store.ask("GET", "/agents", headers={"If-None-Match": got.headers["ETag"]}, **asked).status_code == 304
    refused = store.ask("PUT", "/agents", b"{}", **asked)
    assert (refused.status_code, refused.headers["Allow"]) == (405, "GET, HEAD, OPTIONS")
