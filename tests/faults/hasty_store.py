"""The record store alone; with ASAH_TEST_HASTY=1 behind a layer that answers before anything is stored.

That layer is the control, which must be caught. `python -m tests.faults.hasty_store PORT WORKERS`.
"""

import json
import os
import queue
import sys
import threading
from collections.abc import Callable, Iterable
from io import BytesIO
from typing import Any

from granian import Granian
from granian.constants import Interfaces
from granian.log import LogLevels

from lms.lrs import app as lrs


class Hasty:
    """A WSGI layer that says 200 to who sends statements, and hands them on later."""

    def __init__(self, store: Callable):
        self.store = store
        self.waiting: queue.Queue[tuple[dict[str, Any], bytes]] = queue.Queue()
        threading.Thread(target=self._hand_on, daemon=True).start()

    def __call__(self, environ: dict[str, Any], start_response: Callable) -> Iterable[bytes]:
        if environ["REQUEST_METHOD"] != "POST":
            return self.store(environ, start_response)
        body = environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"]))
        self.waiting.put((dict(environ), body))
        sent = json.loads(body)
        ids = json.dumps([one["id"] for one in (sent if isinstance(sent, list) else [sent])]).encode()
        start_response("200 OK", [("Content-Type", "application/json"), ("Content-Length", str(len(ids)))])
        return [ids]

    def _hand_on(self) -> None:
        while True:
            environ, body = self.waiting.get()
            for _ in self.store(environ | {"wsgi.input": BytesIO(body)}, lambda *_: None):
                pass


def create() -> Callable:
    """The store for one process."""
    app = lrs.create()
    if os.environ.get("ASAH_TEST_HASTY") == "1":
        app.wsgi_app = Hasty(app.wsgi_app)  # type: ignore[method-assign]
    return app


if __name__ == "__main__":
    Granian(
        "tests.faults.hasty_store:create",
        factory=True,
        interface=Interfaces.WSGI,
        address="127.0.0.1",
        port=int(sys.argv[1]),
        workers=int(sys.argv[2]),
        blocking_threads=4,
        log_access=False,
        log_level=LogLevels.warning,
        respawn_failed_workers=True,
    ).serve()
