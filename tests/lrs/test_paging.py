"""Who reads page by page, while many others store, misses nothing and finds nothing twice (Communication 2.1.3; Data 2.5).

And X-Experience-API-Consistent-Through is true: what is stored until then is found by whoever asks after it was told.
"""

import threading
from uuid import UUID

import pytest

from lms.core import clock, db
from lms.lrs import actions, driver, groups, turns
from lms.lrs.models import micros

from .paging import Crowd, Line

WRITERS, REQUESTS = 6, 50


@pytest.fixture
def crowd(served, store):
    """Who writes and reads, each with a connection of their own."""
    return Crowd(lambda: Line(served, store.key, store.secret))


def test_pages_neither_miss_nor_repeat_and_what_is_told_is_true_while_many_write(crowd):
    verdict = crowd.run(WRITERS, REQUESTS)
    assert verdict.good, str(verdict)
    assert verdict.counts["acknowledged"] > WRITERS * REQUESTS * 3
    assert verdict.counts["passes"] > 3 and verdict.counts["told"] > 10 and len(crowd.known) > 100, str(verdict)


def test_without_turns_the_same_readers_notice(crowd, monkeypatch):
    arrived, overtaken = threading.local(), threading.Event()

    def store(_, batch, alone):
        """No group: whoever comes has a transaction of their own, and the time at which they came."""
        arrived.at = micros(clock.now())
        alone(lambda: actions.put([batch]))
        overtaken.set()

    def take(sids):
        """No lock, and no look at what was stored before."""
        uuids = [UUID(sid) for sid in sids]
        known = {str(sid): at for sid, at in driver.among(turns._KNOWN, uuids)}
        highest = driver.rows("SELECT max(id) FROM lrs_name")[0][0]
        if len(sids) > 1 and not db.is_sqlite():  # a large batch, which others overtake
            overtaken.clear()
            overtaken.wait(0.1)
        return turns.Turn(getattr(arrived, "at", micros(clock.now())), highest, known, [])

    def through():
        return micros(clock.now())

    monkeypatch.setattr(groups.Group, "store", store)
    for name, made in (("take", take), ("through", through), ("known_through", through)):
        monkeypatch.setattr(turns, name, made)
    verdict = crowd.run(WRITERS, REQUESTS)
    assert verdict.early and verdict.missed, str(verdict)
