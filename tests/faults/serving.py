"""A site whose web processes can be killed, and clients that go on whatever happens."""

import base64
import http.client
import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from uuid import uuid4

HEADERS = {"Content-Type": "application/json", "X-Experience-API-Version": "1.0.3"}


def children(pid: int, *but: str) -> list[int]:
    """The processes under `pid`, the oldest first, without those whose command line ends with one of `but`."""
    found = []
    for place in Path("/proc").iterdir():
        if not place.name.isdigit():
            continue
        try:
            facts = (place / "stat").read_text().rsplit(")", 1)[1].split()
            words = (place / "cmdline").read_bytes().split(b"\0")
        except OSError:  # it has just ended
            continue
        alive = facts[0] not in "ZX"
        if (
            int(facts[1]) == pid
            and alive
            and not any(word.encode() in words or b"resource_tracker" in words for word in but)
        ):
            found.append((int(facts[19]), int(place.name)))
    return [number for _, number in sorted(found)]


def wait_for(holds: Callable[[], bool], what: str, seconds: float = 30) -> None:
    """Return once `holds()`; fails after `seconds`."""
    until = time.monotonic() + seconds
    while not holds():
        if time.monotonic() > until:
            raise AssertionError(f"not within {seconds} s: {what}")
        time.sleep(0.05)


def answers(port: int, path: str = "/healthz") -> bool:
    """Whether the server answers."""
    try:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=3)
        connection.request("GET", path)
        return connection.getresponse().status == 200
    except OSError:
        return False


@dataclass
class Process:
    """A process of ours, ended with everything under it."""

    words: list[str]
    env: dict[str, str]
    log: Path

    def __enter__(self) -> "Process":
        with self.log.open("a") as out:
            self.popen = subprocess.Popen(
                [sys.executable, *self.words],
                env=self.env,
                stdout=out,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        return self

    @property
    def pid(self) -> int:
        """Its id."""
        return self.popen.pid

    def kill(self) -> None:
        """SIGKILL: no time for anything."""
        self.popen.kill()
        self.popen.wait(10)

    def __exit__(self, *_):
        for number in (signal.SIGTERM, signal.SIGKILL):
            try:
                os.killpg(self.pid, number)
                self.popen.wait(10)
            except (ProcessLookupError, subprocess.TimeoutExpired):
                pass


@dataclass
class Clients:
    """Clients that each store one statement after another, and try again with the same id where the line breaks."""

    port: int
    key: str = "-"
    secret: str = "-"
    acknowledged: set[str] = field(default_factory=set)
    refused: list[tuple[int, str]] = field(default_factory=list)
    """(status, body) of every answer that is not 200."""
    broken: int = 0
    """How often the line broke."""

    def work(self, seconds: float, many: int, meanwhile: Callable[[], None]) -> None:
        """Let `many` clients store for so long, while `meanwhile` goes on in this thread."""
        self.stop, until = threading.Event(), time.monotonic() + seconds
        threads = [threading.Thread(target=self._store) for _ in range(many)]
        for thread in threads:
            thread.start()
        while time.monotonic() < until:
            meanwhile()
        self.stop.set()
        for thread in threads:
            thread.join(20)
        assert not any(thread.is_alive() for thread in threads)

    def _store(self) -> None:
        basic = "Basic " + base64.b64encode(f"{self.key}:{self.secret}".encode()).decode()
        line, pending = http.client.HTTPConnection("127.0.0.1", self.port, timeout=5), None
        while not self.stop.is_set():
            pending = pending or statement()
            try:
                line.request("POST", "/xapi/statements", json.dumps(pending), HEADERS | {"Authorization": basic})
                answer = line.getresponse()
                told = answer.read().decode()
            except (OSError, http.client.HTTPException):
                self.broken += 1
                line.close()
                time.sleep(0.02)
                continue
            if answer.status == 200:
                self.acknowledged.add(json.loads(told)[0])
            else:
                self.refused.append((answer.status, told[:200]))
            pending = None


def statement() -> dict:
    """An answer, with an id of its own."""
    return {
        "id": str(uuid4()),
        "actor": {"objectType": "Agent", "account": {"homePage": "https://lain.example", "name": "8c7e"}},
        "verb": {"id": "http://adlnet.gov/expapi/verbs/answered"},
        "object": {"objectType": "Activity", "id": "https://lain.example/activities/q/1"},
        "context": {"registration": "0190a1b2-0000-7000-8000-00000000000a"},
    }


def lost(acknowledged: set[str], kept: set[str]) -> set[str]:
    """What was promised and is not there."""
    return acknowledged - kept
