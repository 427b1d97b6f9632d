"""Who writes to a SQLite database waits in a queue: of all processes, by a lock on a file beside it.

SQLite lets whoever finds it locked sleep and try again, up to 100 ms at a time, so that the unlucky wait a hundred times as
long as the others. Here each thread waits for its process's turn, and each process looks once a millisecond.
"""

import fcntl
import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

PATIENCE = 15.0
"""Seconds for which somebody waits; then they ask SQLite itself, which says that the database is locked."""
LOOK_EVERY = 0.001


class Queue:
    """The queue of one database file."""

    def __init__(self, path: str):
        self.path = path
        self.process = 0
        self.here = threading.Lock()
        self.writer = self.reader = -1

    @contextmanager
    def turn(self) -> Iterator[None]:
        """Inside, nobody else who queues writes; unless somebody has for longer than one waits."""
        end = time.monotonic() + PATIENCE
        mine = self._opened().here.acquire(timeout=PATIENCE)
        try:
            while mine and not self._lock(self.writer, fcntl.LOCK_EX) and time.monotonic() < end:
                time.sleep(LOOK_EVERY)
            yield
        finally:
            if mine:
                fcntl.flock(self.writer, fcntl.LOCK_UN)
                self.here.release()

    def is_free(self) -> bool:
        """Whether nobody writes now."""
        if not self._lock(self._opened().reader, fcntl.LOCK_SH):
            return False
        fcntl.flock(self.reader, fcntl.LOCK_UN)
        return True

    def _opened(self) -> "Queue":
        """Open in this process: a lock belongs to who opened the file, and a fork would share it."""
        if self.process != os.getpid():
            self.here = threading.Lock()
            self.writer, self.reader = (os.open(self.path, os.O_RDWR | os.O_CREAT, 0o600) for _ in range(2))
            self.process = os.getpid()
        return self

    def _lock(self, file: int, how: int) -> bool:
        try:
            fcntl.flock(file, how | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True


_queues: dict[str, Queue] = {}


def queue_of(database: str | None) -> Queue | None:
    """The queue of a SQLite file; None for a database in memory, which nobody else sees."""
    if not database or database == ":memory:":
        return None
    return _queues.setdefault(database, Queue(f"{database}.queue"))
