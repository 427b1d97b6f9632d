"""A store of schema 0007 is brought to the newest one, down, and up again: its clients see no difference."""

import hashlib
import json
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from sqlalchemy import MetaData, Table, text

from lms.core import db, migrate

from .samples import ANA, ANSWERED, LESSON, REGISTRATION, VOIDED, statement

SIDS = [str(UUID(int=n, version=4)) for n in range(1, 10)]
PLAIN, UNSAID, GONE, VOIDING, ABOUT, CHAINED, TWIN, OTHER, LOST = SIDS
BUDI = {"objectType": "Agent", "mbox": "mailto:budi@kota.example"}
ASAH = {"objectType": "Agent", "name": "Asah", "account": {"homePage": "https://asah.example", "name": "asah"}}
TOOL = {"objectType": "Agent", "name": "Alat", "account": {"homePage": "https://asah.example", "name": "alat"}}
COURSE = "https://asah.example/activities/courses/1"
STATE = {"activityId": LESSON["id"], "agent": json.dumps(ANA), "stateId": "s"}
NAMES = [
    ("agent", "account https://asah.example 8c7e"),
    ("agent", "mbox mailto:budi@kota.example"),
    ("agent", "account https://asah.example asah"),
    ("agent", "account https://asah.example alat"),
    ("verb", ANSWERED["id"]),
    ("verb", VOIDED),
    ("activity", LESSON["id"]),
    ("activity", COURSE),
]
NUMBERS = {name: n for n, (_, name) in enumerate(NAMES, 1)}


def to(sid):
    return {"objectType": "StatementRef", "id": sid}


def rows(key_id):
    """Each statement's body, and the columns beside it that differ from those of a plain one."""
    by_tool = {"authority_id": 4, "credential_id": key_id, "own": False}
    cites = {"activity_id": None, "actor_id": 2, **by_tool}
    grouping = {"registration": REGISTRATION, "contextActivities": {"grouping": [{"id": COURSE}]}}
    return [
        ({"id": PLAIN, "result": {"score": {"raw": "0.10", "max": "123456789012345678901234567890"}}}, {}),
        ({"id": UNSAID, "timestamp": None}, {}),
        ({"id": GONE}, {"voided": True}),
        ({"id": VOIDING, "actor": BUDI, "object": to(GONE), "verb": {"id": VOIDED}},
         cites | {"ref": GONE, "voiding": True, "verb_id": 6}),
        ({"id": ABOUT, "actor": BUDI, "object": to(PLAIN)}, cites | {"ref": PLAIN}),
        ({"id": CHAINED, "actor": BUDI, "object": to(ABOUT)}, cites | {"ref": ABOUT}),
        ({"id": TWIN, "context": grouping}, {"registration": REGISTRATION}),
        ({"id": OTHER, "actor": BUDI}, {"actor_id": 2, **by_tool}),
        ({"id": LOST, "actor": BUDI, "object": to(str(UUID(int=99, version=4)))},
         cites | {"ref": str(UUID(int=99, version=4))}),
    ]  # fmt: skip


def keep_as_of_0007(key_id):
    """Fill the tables of 0007 as the store did then; the bodies."""
    sqlite = db.is_sqlite()
    tables = {
        name: Table(name, MetaData(), autoload_with=db.engine()) for name in ("lrs_name", "statement", "statement_link")
    }
    as_uuid = (lambda one: one and UUID(str(one)).hex) if sqlite else (lambda one: one and UUID(str(one)))
    bodies = []
    with db.engine().begin() as connection:
        for n, (kind, name) in enumerate(NAMES, 1):
            mark = UUID(bytes=hashlib.sha256(f"{kind}\0{name}".encode()).digest()[:16])
            connection.execute(
                tables["lrs_name"].insert(), {"id": n, "kind": kind, "digest": as_uuid(mark), "text": name}
            )
        for n, (parts, columns) in enumerate(rows(key_id), 1):
            at = datetime(2026, 3, 9, 0, 0, n // 8 * 5, n - n // 8, tzinfo=None if sqlite else UTC)  # 7 and 8 at once
            written = f"{at:%Y-%m-%dT%H:%M:%S.%fZ}"
            whole = statement(**parts)
            whole = {"timestamp": written} | whole if "timestamp" not in whole else whole
            whole |= {
                "stored": written,
                "authority": TOOL if columns.get("credential_id") else ASAH,
                "version": "1.0.0",
            }
            body = json.dumps(whole, separators=(",", ":"))
            body = body.replace('"0.10"', "0.10").replace(
                '"123456789012345678901234567890"', "123456789012345678901234567890"
            )
            happened = datetime.fromisoformat(whole["timestamp"])
            row = {
                "id": n, "sid": parts["id"], "stored": at, "timestamp": happened.replace(tzinfo=at.tzinfo), "registration": None,
                "verb_id": 5, "actor_id": 1, "activity_id": 7, "authority_id": 3, "ref": None, "voiding": False,
                "voided": False, "own": True, "credential_id": None, "body": body,
            } | columns  # fmt: skip
            row |= {name: as_uuid(row[name]) for name in ("sid", "registration", "ref")}
            connection.execute(tables["statement"].insert(), row)
            bodies.append(body)
        links = [{"name_id": 8, "statement_id": 7, "near": False}]
        connection.execute(tables["statement_link"].insert(), links)
    return bodies


def go(*revisions):
    """Change the schema to these revisions, one after another."""
    for one in revisions:
        db.session.remove()
        migrate.run(db.engine(), one)


def ids(store, **asked):
    """The ids that a query finds, in the order of storing."""
    return [one["id"] for one in store.find(ascending="true", **asked)]


def seen(store):
    """What clients can see: all statements, those that are voided, the document."""
    answers = [store.ask("GET", "/statements", ascending="true")]
    answers += [store.ask("GET", "/statements", voidedStatementId=GONE), store.ask("GET", "/activities/state", **STATE)]
    assert [one.status_code for one in answers] == [200, 200, 200]
    return [one.get_data() for one in answers] + [answers[-1].headers["ETag"]]


@pytest.fixture
def old(store, app):
    """The bodies of a store of 0007, which has a document and a key, at the newest schema again."""
    assert store.ask("PUT", "/activities/state", b"\x00\xff", {"Content-Type": "image/png"}, **STATE).status_code == 204
    go("0007")
    with db.engine().connect() as connection:
        key_id = connection.execute(text("SELECT id FROM lrs_credential WHERE name = 'a test'")).scalar_one()
    bodies = keep_as_of_0007(key_id)
    go("head")
    return bodies


def without_stored(one):
    return {key: value for key, value in one.items() if key != "stored"}


def test_every_statement_reads_as_it_did(store, old):
    answer = store.ask("GET", "/statements", ascending="true")
    wanted = [json.loads(body) for body in old]
    found = answer.json["statements"]
    assert [one["id"] for one in found] == [sid for sid in SIDS if sid != GONE]
    assert [without_stored(one) for one in found] == [without_stored(one) for one in wanted if one["id"] != GONE]
    assert '"raw":0.10,"max":123456789012345678901234567890}' in answer.text
    times = [one["stored"] for one in found]
    assert times == sorted(set(times)), "two of them were stored at the same time"
    moved = {one["id"]: one["stored"] for one in wanted}
    late = [datetime.fromisoformat(one["stored"]) - datetime.fromisoformat(moved[one["id"]]) for one in found]
    assert all(timedelta(0) <= apart <= timedelta(microseconds=len(SIDS)) for apart in late)


def test_what_was_voided_is_and_what_refers_is_found_with_what_it_refers_to(store, old):
    assert store.ask("GET", "/statements", statementId=GONE).status_code == 404
    assert without_stored(store.ask("GET", "/statements", voidedStatementId=GONE).json) == without_stored(
        json.loads(old[2])
    )
    ana, budi, tool = json.dumps(ANA), json.dumps(BUDI), json.dumps(TOOL)
    # VOIDING refers to a voided statement: it is found with it all the same (Communication 2.1.4)
    assert ids(store, activity=LESSON["id"]) == [PLAIN, UNSAID, VOIDING, ABOUT, CHAINED, TWIN, OTHER]
    assert ids(store, agent=ana) == [PLAIN, UNSAID, VOIDING, ABOUT, CHAINED, TWIN]
    assert ids(store, agent=budi) == [VOIDING, ABOUT, CHAINED, OTHER, LOST]
    assert ids(store, verb=VOIDED) == [VOIDING]
    assert ids(store, registration=REGISTRATION) == [TWIN]
    assert ids(store, activity=COURSE) == []
    assert ids(store, activity=COURSE, related_activities="true") == [TWIN]
    assert ids(store, agent=tool, related_agents="true") == [VOIDING, ABOUT, CHAINED, OTHER, LOST]


def test_the_store_goes_on(store, old):
    sent = statement(actor=BUDI, verb={"id": "x:new"}, object={"id": "x:a"})
    assert store.post(old[0]).status_code == 200, "the same again"
    assert store.post(json.loads(old[0]) | {"actor": BUDI}).status_code == 409
    [new] = store.post(sent).json
    assert ids(store)[-1] == new and ids(store, verb="x:new") == [new]
    [missing] = store.post(statement(id=str(UUID(int=99, version=4)))).json
    assert ids(store, activity=LESSON["id"])[-2:] == [LOST, missing], "what it refers to has come"
    sent = statement(actor=BUDI, verb={"id": VOIDED}, object=to(OTHER))
    assert store.post(sent).status_code == 200
    assert store.ask("GET", "/statements", voidedStatementId=OTHER).json["id"] == OTHER


def test_down_and_up_again_changes_nothing(store, old):
    spaced = b' { "actor" : %s ,\n"verb":{"id":"x:spaced"}, "object" : {"id":"x:a"}, "result":{"score":{"raw":1.50}} } '
    assert store.post(spaced % json.dumps(ANA).encode()).status_code == 200
    profile = {"activityId": "x:a", "profileId": "p"}
    assert store.ask("PUT", "/activities/profile", {"a": 1}, {"If-None-Match": "*"}, **profile).status_code == 204
    before = seen(store)
    go("0007")
    with db.engine().connect() as connection:
        there = [
            json.loads(body) for body in connection.execute(text("SELECT body FROM statement ORDER BY id")).scalars()
        ]
        documents = connection.execute(text("SELECT state_id, content FROM lrs_state")).all()
    assert [without_stored(one) for one in there[:-1]] == [without_stored(json.loads(body)) for body in old]
    assert [(name, bytes(content)) for name, content in documents] == [("s", b"\x00\xff")]
    go("head")
    again = seen(store)
    assert [json.loads(one) for one in again[:2]] == [json.loads(one) for one in before[:2]]
    assert again[2:] == before[2:] and b'"raw":1.50' in again[0]
    assert store.ask("GET", "/activities/profile", **profile).status_code == 404, "0007 knows no profiles"
