"""The process that does what is due: what the queue brings at once, and by a sweep what no queue remembered."""

import os
import signal
import threading

import structlog

from lms.core import db, jobs, queue
from lms.core.heartbeat import beat
from lms.lrs import months
from lms.people import actions as people

SWEEP_SECONDS = 3.0
TIDY_EVERY = 1200
"""Sweeps between two tidyings: about an hour."""


def run(settings, parent: int | None = None) -> None:
    """Work until SIGTERM or SIGINT, or until the process `parent` is gone; what is under way is finished first.

    The process must be booted.
    """
    stop = threading.Event()
    queue.open_at(settings.data_dir)
    consumer = queue.huey().create_consumer(
        workers=1, periodic=False, check_worker_health=True, initial_delay=0.05, max_delay=0.5
    )
    consumer._set_signal_handlers = lambda: None  # the two below stop both, the consumer and the sweep
    consumer.start()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    sweeps = 0
    while not stop.is_set() and parent in (None, os.getppid()):
        sweep()
        if sweeps % TIDY_EVERY == 0:
            tidy()
        sweeps += 1
        stop.wait(SWEEP_SECONDS)
    consumer.stop(graceful=True)


def sweep() -> None:
    """Do what is due, and say that the worker is alive; a database that is away is waited for."""
    try:
        with db.scope(), db.transaction():
            beat("worker")
        jobs.work()
    except Exception:
        structlog.get_logger().exception("sweep failed")


def tidy() -> None:
    """Delete what sign-in no longer needs, and make the months of the record store that come next."""
    for do in (_forget, months.make):
        try:
            with db.scope():
                do()
        except Exception:
            structlog.get_logger().exception("tidying failed")


def _forget() -> None:
    with db.transaction():
        people.tidy()
