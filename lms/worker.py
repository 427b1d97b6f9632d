"""The process that does what is due: what the queue brings at once, and by a sweep what no queue remembered."""

import signal
import threading

import structlog

from lms.core import db, jobs, queue
from lms.core.heartbeat import beat

SWEEP_SECONDS = 3.0


def run(settings) -> None:
    """Work until SIGTERM or SIGINT; what is under way is finished first. The process must be booted."""
    stop = threading.Event()
    queue.open_at(settings.data_dir)
    consumer = queue.huey().create_consumer(
        workers=1, periodic=False, check_worker_health=True, initial_delay=0.05, max_delay=0.5
    )
    consumer._set_signal_handlers = lambda: None  # the two below stop both, the consumer and the sweep
    consumer.start()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stop.set())
    while not stop.is_set():
        sweep()
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
