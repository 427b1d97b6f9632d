"""A store that answers before it commits: the control, which must be caught. `python hasty_store.py PORT FILE`."""

import json
import queue
import sqlite3
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

port, file = int(sys.argv[1]), sys.argv[2]
waiting: queue.Queue[str] = queue.Queue()


class Hasty(BaseHTTPRequestHandler):
    """Says 200 and writes later."""

    protocol_version = "HTTP/1.1"

    def _say(self, text: bytes) -> None:
        self.send_response(200)
        self.send_header("Content-Length", str(len(text)))
        self.end_headers()
        self.wfile.write(text)

    def do_GET(self):
        """Alive."""
        self._say(b"{}")

    def do_POST(self):
        """Acknowledge, and remember to store."""
        sent = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        waiting.put(sent["id"])
        self._say(json.dumps([sent["id"]]).encode())

    def log_message(self, *_):
        """Nothing is logged."""


def write() -> None:
    """A commit every now and then."""
    kept = sqlite3.connect(file)
    kept.execute("CREATE TABLE IF NOT EXISTS statement (sid TEXT)")
    while True:
        time.sleep(0.2)
        kept.executemany("INSERT INTO statement VALUES (?)", [(waiting.get(),) for _ in range(waiting.qsize())])
        kept.commit()


threading.Thread(target=write, daemon=True).start()
ThreadingHTTPServer(("127.0.0.1", port), Hasty).serve_forever()
