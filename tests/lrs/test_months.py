"""The table of statements is cut into months on PostgreSQL, before they begin; no reader ever notices."""

import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime
from types import SimpleNamespace
from uuid import uuid4

import pytest
from sqlalchemy import inspect

from lms import worker
from lms.core import clock, db, migrate
from lms.lrs import actions, driver, months
from tests.conftest import ENGINE, MONDAY

from .samples import ANA, VOIDED, statement

cut = pytest.mark.skipif(ENGINE != "postgresql", reason="only PostgreSQL cuts the table")
SPRING = ["statement_2026_03", "statement_2026_04", "statement_2026_05", "statement_2026_06"]
DAYS = [datetime(2026, month, day, 12, tzinfo=UTC) for month in (1, 2, 3, 4) for day in (1, 15, 28)]


@pytest.fixture(autouse=True)
def no_months(app):
    """A table that was not cut: setting up made the months of the day on which the test runs."""
    with db.engine().begin() as connection:
        for name in () if db.is_sqlite() else parts().keys() - {"statement_default"}:
            connection.exec_driver_sql(f"DROP TABLE {name}")


def parts():
    """How many statements each partition holds, by name."""
    asked = "SELECT relid::regclass::text FROM pg_partition_tree('statement') WHERE isleaf ORDER BY 1"
    names = [name for (name,) in driver.rows(asked)]
    return {name: driver.rows(f"SELECT count(*) FROM ONLY {name}")[0][0] for name in names}


def stored_at(*moments, **parts):
    """The ids of statements that are stored at these moments."""
    ids = []
    for moment in moments:
        with clock.at(moment), db.transaction():
            ids += actions.store([statement(**parts)])
    return ids


def pages(store, limit="5", **asked):
    """The ids of all pages of a query."""
    answer = store.ask("GET", "/statements", limit=limit, **asked).json
    found = [one["id"] for one in answer["statements"]]
    while answer["more"]:
        answer = store.ask("GET", "", base=answer["more"].partition("?")[0], raw=answer["more"].partition("?")[2]).json
        found += [one["id"] for one in answer["statements"]]
    return found


def test_sqlite_keeps_the_table_whole_and_postgresql_cuts_it_ahead():
    assert months.make() == (SPRING if ENGINE == "postgresql" else [])
    assert months.make() == []


@cut
def test_the_worker_makes_the_next_month_before_it_begins():
    worker.tidy()
    assert list(parts()) == [*SPRING, "statement_default"]
    with clock.at(datetime(2026, 11, 30, 23, 59, tzinfo=UTC)):
        worker.tidy()
        ahead = ["statement_2026_11", "statement_2026_12", "statement_2027_01", "statement_2027_02"]
        assert list(parts()) == [*SPRING, *ahead, "statement_default"]


@cut
def test_a_month_is_one_of_utc():
    months.make()
    stored_at(datetime(2026, 3, 31, 23, 59, 59, 999_999, tzinfo=UTC), datetime(2026, 4, 1, tzinfo=UTC))
    assert (parts()["statement_2026_03"], parts()["statement_2026_04"]) == (1, 1)
    assert parts()["statement_default"] == 0


def test_statements_that_came_before_their_month_are_moved_into_it(store):
    ids = stored_at(*DAYS)
    assert months.make() == ([*SPRING, "statement_2026_01", "statement_2026_02"] if ENGINE == "postgresql" else [])
    if ENGINE == "postgresql":
        assert parts() == {
            "statement_2026_01": 3, "statement_2026_02": 3, "statement_2026_03": 3, "statement_2026_04": 3,
            "statement_2026_05": 0, "statement_2026_06": 0, "statement_default": 0,
        }  # fmt: skip
    assert pages(store, ascending="true") == ids


def test_queries_and_pages_cross_the_months(store):
    shown = dict(zip(DAYS, stored_at(*DAYS[:6], actor=ANA), strict=False))
    months.make()
    shown |= dict(zip(DAYS[6:], stored_at(*DAYS[6:], actor=ANA), strict=True))
    agent = '{"account":{"homePage":"https://asah.example","name":"8c7e"}}'
    for asked in ({}, {"agent": agent}, {"verb": statement()["verb"]["id"]}, {"activity": statement()["object"]["id"]}):
        assert pages(store, ascending="true", **asked) == list(shown.values())
        assert pages(store, **asked) == list(shown.values())[::-1]
        some = pages(store, since="2026-01-20T00:00:00Z", until="2026-04-02T00:00:00Z", ascending="true", **asked)
        assert some == [sid for day, sid in shown.items() if datetime(2026, 1, 20, tzinfo=UTC) < day < DAYS[10]]


def test_a_statement_of_another_month_is_voided_and_is_found_by_who_refers_to_it(store):
    months.make()
    [first] = stored_at(DAYS[0])
    months.make()
    reference = {"objectType": "StatementRef", "id": first}
    [about] = stored_at(DAYS[7], object=reference, actor={"mbox": "mailto:budi@kota.example"})
    assert pages(store, activity=statement()["object"]["id"]) == [about, first]
    [voiding] = stored_at(DAYS[9], object=reference, verb={"id": VOIDED})
    assert store.ask("GET", "/statements", statementId=first).status_code == 404
    assert store.ask("GET", "/statements", voidedStatementId=first).json["id"] == first
    assert pages(store, activity=statement()["object"]["id"]) == [voiding, about]
    assert store.post(statement(id=first)).status_code == 200, "the same again is harmless"
    assert store.post(statement(id=first, result={"success": True})).status_code == 409


@cut
def test_several_make_the_same_months_at_once():
    stored_at(*DAYS)
    begin = threading.Barrier(4)

    def do():
        with clock.at(MONDAY), db.scope():
            begin.wait(10)
            return months.make()

    with ThreadPoolExecutor(4) as pool:
        made = [name for one in [pool.submit(do) for _ in range(4)] for name in one.result()]
    assert sorted(made) == ["statement_2026_01", "statement_2026_02", *SPRING]
    assert sum(parts().values()) == len(DAYS)


@cut
def test_a_busy_table_is_left_for_the_next_time(monkeypatch):
    ids = stored_at(*DAYS)
    monkeypatch.setattr(months, "_PATIENCE", "50ms")
    with db.engine().connect() as reader:
        reader.exec_driver_sql("SELECT count(*) FROM statement")
        assert months.make() == []
        assert parts() == {"statement_default": len(ids)}, "all of a month or nothing"
        assert stored_at(DAYS[-1]), "who stores goes on"
    assert months.make() == [*SPRING, "statement_2026_01", "statement_2026_02"]


class Held:
    """The driver's connection, which waits before the last statement of a month until it is told to go on."""

    def __init__(self, raw, reached, go_on):
        self.raw, self.reached, self.go_on = raw, reached, go_on

    def execute(self, asked, *given):
        if "DROP CONSTRAINT" in asked:
            self.reached.set()
            assert self.go_on.wait(20)
        return self.raw.execute(asked, *given)


@cut
def test_who_reads_while_a_month_is_moved_finds_all_of_it(monkeypatch):
    ids, reached, go_on = stored_at(*DAYS[6:9]), threading.Event(), threading.Event()

    @contextmanager
    def connection():
        with driver.connection() as raw:
            yield Held(raw, reached, go_on)

    monkeypatch.setattr(months, "driver", SimpleNamespace(rows=driver.rows, connection=connection))

    def make():
        with clock.at(MONDAY), db.scope():
            return months.make()

    def read():
        with db.scope():
            return driver.rows("SELECT count(*) FROM statement")[0][0]

    waiting = (
        "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND query LIKE 'SELECT count%statement'"
    )
    with ThreadPoolExecutor(2) as pool:
        making = pool.submit(make)
        assert reached.wait(20)
        reading = pool.submit(read)
        while not (seen := driver.rows(waiting, None)[0][0] or reading.done()):
            pass
        go_on.set()
        assert seen and making.result() == SPRING
        assert reading.result() == len(ids)
    assert parts()["statement_2026_03"] == len(ids)


@cut
def test_readers_and_writers_go_on_while_months_are_made(store):
    ids = stored_at(*DAYS)
    done, short, stored = threading.Event(), [], []

    def read():
        while not done.is_set():
            with db.scope():
                [(count,)] = driver.rows("SELECT count(*) FROM statement")
                if count < len(ids):
                    short.append(count)

    def write():
        while not done.is_set():
            with db.scope():
                stored.extend(stored_at(datetime(2026, 4, 2, tzinfo=UTC), id=str(uuid4())))

    threads = [threading.Thread(target=one) for one in (read, read, write)]
    for thread in threads:
        thread.start()
    try:
        made = months.make() + months.make()
    finally:
        done.set()
        for thread in threads:
            thread.join(30)
    assert made == [*SPRING, "statement_2026_01", "statement_2026_02"]
    assert short == [] and stored
    assert parts()["statement_default"] == 0
    assert sorted(pages(store, limit="0")) == sorted([*ids, *stored])


@cut
def test_a_month_has_every_index_of_the_table():
    months.make()
    with db.engine().connect() as connection:
        look = inspect(connection)

        def columns(table):
            return sorted(tuple(one["column_names"]) for one in look.get_indexes(table))

        assert columns("statement_2026_03") == columns("statement_default") == columns("statement") != []
        assert look.get_pk_constraint("statement_2026_03")["constrained_columns"] == ["stored"]
        assert look.get_check_constraints("statement_2026_03") == []


def test_the_schema_goes_down_and_up_with_months_in_it(store):
    stored_at(*DAYS[:6])
    months.make()
    stored_at(*DAYS[6:])
    before = store.find(ascending="true")
    db.session.remove()
    migrate.run(db.engine(), "0007")
    migrate.run(db.engine())
    months.make()
    assert store.find(ascending="true") == before
    if ENGINE == "postgresql":
        assert parts()["statement_default"] == 0
