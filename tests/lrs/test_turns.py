"""Statements appear in the order of their `stored`, whoever stores them and whatever their clocks say."""

import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import select

from lms.core import clock, db
from lms.lrs import actions, driver, search, turns
from lms.lrs.models import Statement, Tick, micros, moment
from tests.conftest import MONDAY

from .samples import statement

HOUR = timedelta(hours=1)
ANOTHER = """
import sys
from datetime import datetime
from pathlib import Path
from lms import app
from lms.core import clock, db, settings
from lms.lrs import actions
url, folder, at = sys.argv[1:]
app.boot(settings.Settings(environment="test", data_dir=Path(folder), database_url=url, secret_key="a secret of a test only"))
one = {
    "actor": {"mbox": "mailto:ana@kota.example"}, "verb": {"id": "x:v"}, "object": {"id": "x:a"},
    "timestamp": "2026-03-09T00:00:00Z",
}
print("ready", flush=True)
sys.stdin.readline()
with clock.at(datetime.fromisoformat(at)):
    for n in range(40):
        with db.transaction():
            print(*actions.store([one] * (1 + n % 3)), flush=True)
"""
"""Another process, which thinks that it is some other time."""


def put(*sent):
    """Store statements in a transaction of their own; when each was stored, in microseconds."""
    with db.transaction():
        ids = actions.store(list(sent) or [statement()])
    return [micros(at) for at in stored(ids)]


def stored(ids):
    """The moments at which these statements were stored."""
    db.session.rollback()
    found = {str(sid): at for sid, at in db.session.execute(select(Statement.sid, Statement.stored))}
    return [found[one] for one in ids]


def test_a_statement_is_stored_at_the_time_of_the_clock():
    assert put() == [micros(MONDAY)]


def test_the_statements_of_a_batch_stand_in_its_order():
    assert put(*[statement() for _ in range(5)]) == [micros(MONDAY) + n for n in range(5)]


def test_time_that_stands_still_is_no_obstacle():
    found = [at for _ in range(4) for at in put(statement(), statement())]
    assert found == [micros(MONDAY) + n for n in range(8)]


def test_a_clock_that_goes_back_an_hour_puts_nothing_before_what_is_there(store):
    first = put(statement(), statement())
    with clock.at(MONDAY - HOUR):
        assert put() == [first[-1] + 1]
        assert store.post(statement()).status_code == 200
        assert put() == [first[-1] + 3]
    with clock.at(MONDAY + HOUR):
        assert put() == [micros(MONDAY + HOUR)]
    found = [one["stored"] for one in store.find(ascending="true")]
    assert len(found) == 6 and found == sorted(set(found))


def test_a_transaction_that_fails_leaves_no_trace():
    put()
    with pytest.raises(ZeroDivisionError), db.transaction():
        actions.store([statement()])
        raise ZeroDivisionError
    assert put() == [micros(MONDAY) + 1]


def test_processes_whose_clocks_disagree_store_in_one_order(app, tmp_path):
    url = db.engine().url.render_as_string(False)
    others = [
        subprocess.Popen(
            [sys.executable, "-c", ANOTHER, url, str(tmp_path), (MONDAY + apart).isoformat()],
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        )
        for apart in (timedelta(0), HOUR, -HOUR)
    ]  # fmt: skip
    try:
        for one in others:
            assert one.stdout.readline() == "ready\n"
        for one in others:
            one.stdin.write("\n")
            one.stdin.flush()
        said = [one.communicate(timeout=60)[0].split() for one in others]
        assert [one.returncode for one in others] == [0, 0, 0]
    finally:
        for one in others:
            one.kill()
            one.wait()
    assert [len(ids) for ids in said] == [79, 79, 79]
    for ids in said:
        assert (found := stored(ids)) == sorted(set(found))
    everything = [at for (at,) in driver.rows("SELECT stored FROM statement ORDER BY stored")]
    assert len(everything) == 3 * 79
    assert moment(everything[-1]) - (MONDAY + HOUR) < HOUR
    db.session.rollback()
    assert db.session.scalar(select(Tick.last)) == everything[-1]


class Writer:
    """Somebody who has taken the turn and stored something, and commits when told."""

    def __init__(self, pool):
        self.has_stored, self.go_on = threading.Event(), threading.Event()
        self.done = pool.submit(self._write)
        assert self.has_stored.wait(20)

    def _write(self):
        with clock.at(MONDAY + HOUR), db.scope(), db.transaction():
            ids = actions.store([statement()])
            self.has_stored.set()
            assert self.go_on.wait(20)
        return ids


def test_while_somebody_stores_only_what_was_there_before_is_told():
    [before] = put()
    assert turns.through() == micros(MONDAY)
    with ThreadPoolExecutor(1) as pool:
        writer = Writer(pool)
        with clock.at(MONDAY + 2 * HOUR):
            told = turns.through()
            assert told == before
            seen = search.page(search.Query(until=moment(told))).bodies
        writer.go_on.set()
        [at] = stored(writer.done.result())
    assert micros(at) > told and len(seen) == 1
    with clock.at(MONDAY + 2 * HOUR):
        assert turns.through() == micros(MONDAY + 2 * HOUR)
    assert turns.known_through() == micros(MONDAY + 2 * HOUR)


def test_who_stores_second_waits_for_the_first_and_stands_behind_it():
    def put_at_monday():
        with clock.at(MONDAY), db.scope():
            return put()

    with ThreadPoolExecutor(2) as pool:
        first = Writer(pool)  # an hour ahead
        second = pool.submit(put_at_monday)
        assert search.page(search.Query()).bodies == []
        first.go_on.set()
        [at] = stored(first.done.result())
    assert second.result() == [micros(at) + 1]
