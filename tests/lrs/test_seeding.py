"""A store that the bench has seeded is like one that was really filled: what is measured on it is true."""

import json

from sqlalchemy import inspect

from bench import mix, seed
from lms.core import clock, db
from lms.lrs import actions
from lms.lrs.models import micros

KINDS, COUNT = 12, 60
SID = "0190a1b2-7777-4000-8000-000000000007"


def seeded(quick=False):
    """Some of the ids of `COUNT` seeded statements, most of them multiplied."""
    return seed.fill(COUNT, seed.first_of(COUNT), quick=quick, templates=mix.templates()[:KINDS])


def rows(table):
    """All rows of a table as dicts of what the driver gives."""
    with db.engine().connect() as connection:
        found = connection.exec_driver_sql(f"SELECT * FROM {table} ORDER BY stored")
        return [dict(zip(found.keys(), row, strict=True)) for row in found]


def bodies_of(store):
    """The statements of all pages, oldest first."""
    answer = store.ask("GET", "/statements", ascending="true", limit="7").json
    found = answer["statements"]
    while answer["more"]:
        answer = store.client.get(answer["more"], headers={"Authorization": store.basic, **VERSION}).json
        found += answer["statements"]
    return found


VERSION = {"X-Experience-API-Version": "1.0.3"}


def test_all_that_was_seeded_is_found_page_by_page(store):
    ids = seeded()
    found = [one["id"] for one in bodies_of(store)]
    assert sorted(found) == sorted(ids) and len(set(found)) == COUNT
    assert sorted(one["stored"] for one in rows("statement_id")) == [one["stored"] for one in rows("statement")]


def test_a_seeded_row_is_the_row_that_the_store_writes(store):
    seeded()
    row = rows("statement")[-1]
    shown = bodies_of(store)[-1]
    sent = {key: value for key, value in shown.items() if key not in ("stored", "authority", "version")}

    with db.transaction():
        actions.store([{**sent, "id": SID}])

    again = rows("statement")[-1]
    differs = {key for key in row if row[key] != again[key]}
    assert differs == {"sid", "stored", "body"}
    assert type(row["sid"]) is type(again["sid"]) and type(row["stored"]) is type(again["stored"])
    copied = bodies_of(store)[-1]
    assert copied["id"] == SID
    assert {**copied, "id": shown["id"], "stored": shown["stored"]} == shown
    assert links_of(row) == links_of(again) != []


def links_of(row):
    """The links of a row of `statement`, without what names the row."""
    return sorted((one["name_id"], one["near"]) for one in rows("statement_link") if one["stored"] == row["stored"])


def test_a_seeded_statement_is_found_by_all_it_names(store):
    seeded()
    shown = bodies_of(store)[-1]
    for asked in (
        {"statementId": shown["id"]},
        {"agent": json.dumps(shown["actor"]), "verb": shown["verb"]["id"]},
        {"activity": shown["object"]["id"]},
        {"registration": shown["context"]["registration"]},
        {"activity": shown["context"]["contextActivities"]["grouping"][0]["id"], "related_activities": "true"},
        {"agent": json.dumps(shown["authority"]), "related_agents": "true"},
    ):
        answer = store.ask("GET", "/statements", **asked).json
        assert shown["id"] in [one["id"] for one in answer.get("statements", [answer])], asked


def test_the_store_goes_on_after_the_seeded_statements(store):
    seeded(quick=True)
    before = indexes()
    assert store.post(json.loads(mix.templates()[0].with_id(SID))).status_code == 200
    assert bodies_of(store)[-1]["id"] == SID
    assert seed.fill(COUNT, micros(clock.later(hours=1)), quick=True, templates=mix.templates()[:KINDS], seed=9)
    assert len(bodies_of(store)) == 2 * COUNT + 1
    assert indexes() == before


def indexes():
    """The names of all indexes of the statements' tables."""
    with db.engine().connect() as connection:
        there = inspect(connection)
        return {one["name"] for table in ("statement", "statement_link") for one in there.get_indexes(table)}
