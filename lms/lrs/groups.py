"""Group commit: requests that arrive while another one commits are committed together, by the first of them.

A durable commit costs more than the rows in it, and the store has one turn at a time (`lms.lrs.turns`): eight clients at
once are two or three commits. Nobody waits for others to come; a request that is alone goes at once.
"""

import threading
from collections import deque
from collections.abc import Callable
from typing import Any
from weakref import WeakKeyDictionary

import structlog

from lms.core import db
from lms.lrs import actions
from lms.lrs.actions import Batch
from lms.lrs.errors import Busy

log = structlog.get_logger()


class Group:
    """The batches of one process that wait for the database."""

    def __init__(self) -> None:
        self.leading = threading.Lock()
        self.waiting: deque[Batch] = deque()

    def store(self, batch: Batch, alone: Callable[[Callable[[], None]], None]) -> None:
        """Store a batch, with others or by itself; `refused` says why it was not. Commits.

        `alone` does something in a transaction of its own and tries again what others disturbed.
        """
        db.let_go()  # who waits holds no connection: the leader needs one, and the pool has only so many
        self.waiting.append(batch)
        later: list[Callable[[], None]] = []
        with self.leading:
            if not batch.settled:
                self._lead(self._taken(), later)
        if batch.apart:
            alone(lambda: actions.put([batch]))
        for do in later:  # jobs that follow: nobody else waits for them
            do()

    def _taken(self) -> list[Batch]:
        """All that wait now. Taken one by one: who comes meanwhile is either among them or waits for the next."""
        found = []
        while self.waiting:
            found.append(self.waiting.popleft())
        return found

    def _lead(self, together: list[Batch], later: list[Callable[[], None]]) -> None:
        try:
            if not actions.put_at_once(together):
                with db.transaction(later):
                    actions.put(together)
        except Exception as error:  # of one of them, or of another process: each finds out for itself
            log.warning("group disturbed", batches=len(together), error=type(error).__name__)
            for batch in together:
                batch.apart = True
        except BaseException:  # the process is told to end
            for batch in together:
                batch.refused = Busy()
            raise
        finally:
            for batch in together:
                batch.apart = batch.apart or batch.late
                batch.settled = True


_groups: WeakKeyDictionary[Any, Group] = WeakKeyDictionary()
_making = threading.Lock()


def group() -> Group:
    """The group of the database that is spoken to."""
    engine = db.engine()
    found = _groups.get(engine)
    if found is None:
        with _making:
            found = _groups.setdefault(engine, Group())
    return found
