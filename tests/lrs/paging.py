"""Many who store over HTTP and some who read page by page meanwhile, and what was missed, repeated or promised too early."""

import base64
import http.client
import itertools
import json
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote, urlencode, urlsplit
from uuid import uuid4

from .parts import TYPE, with_content
from .samples import statement

THROUGH = "X-Experience-API-Consistent-Through"


class Line:
    """A connection to the store, kept open where the server keeps it."""

    def __init__(self, address: str, key: str, secret: str):
        self.connection = http.client.HTTPConnection(urlsplit(address).netloc, timeout=30)
        basic = base64.b64encode(f"{key}:{secret}".encode()).decode()
        self.headers = {"Authorization": f"Basic {basic}", "X-Experience-API-Version": "1.0.3"}

    def ask(self, method: str, path: str, body: Any = None, **headers: str) -> tuple[int, str, Any]:
        """Status, Consistent-Through and JSON of an answer."""
        sent = None if body is None else body if isinstance(body, bytes) else json.dumps(body).encode()
        given = {"Content-Type": "application/json"} if body is not None else {}
        self.connection.request(method, path, sent, self.headers | given | headers)
        answer = self.connection.getresponse()
        text = answer.read()
        return answer.status, answer.headers[THROUGH], json.loads(text) if text else None

    def page(self, path: str = "", **asked: str) -> tuple[list[dict], str]:
        """A page of statements, and the address of the next one."""
        status, _, found = self.ask("GET", path or f"/xapi/statements?{urlencode(asked)}")
        assert status == 200, found
        return found["statements"], found["more"]

    def pages(self, **asked: str) -> list[tuple[str, str]]:
        """(id, stored) of all that a query finds, by `more` to the end."""
        found, more = self.page(**asked)
        while more:
            some, more = self.page(more)
            found += some
        return [(one["id"], one["stored"]) for one in found]


@dataclass
class Verdict:
    """What must be empty."""

    missed: set[str] = field(default_factory=set)
    """Ids that were acknowledged, and that some reader did not find where they had to be."""
    repeated: set[str] = field(default_factory=set)
    """Ids that a reader found twice in one pass."""
    early: list[tuple[str, str]] = field(default_factory=list)
    """(id, stored) of statements that appeared at or before a moment through which a reader had been told to know all."""
    disorder: list[str] = field(default_factory=list)
    """Ids that were stored after, but not later than, another one of the same client."""
    refused: list[Any] = field(default_factory=list)
    """Answers that are not 200 or 204."""
    counts: dict[str, int] = field(default_factory=dict)

    @property
    def good(self) -> bool:
        """Whether nothing is wrong."""
        return not (self.missed or self.repeated or self.early or self.disorder or self.refused)

    def __str__(self):
        wrong = {name: len(getattr(self, name)) for name in ("missed", "repeated", "early", "disorder", "refused")}
        return f"{self.counts} {wrong} {self.refused[:1]}"


class Crowd:
    """Writers and readers of one store."""

    def __init__(self, line: Callable[[], Line]):
        self.line = line
        self.verdict = Verdict()
        self.written: list[list[str]] = []
        """The ids of each writer, in the order in which they were acknowledged."""
        self.acknowledged: set[str] = set()
        self.seen: set[str] = set()
        """What was found by `since`."""
        self.known: set[str] = set()
        """What was found at or before the moments that were told."""
        self.latest = ""
        self.writing, self.faults = threading.Event(), []

    def run(self, writers: int, requests: int) -> Verdict:
        """Let so many writers send so many requests each; the verdict of the readers that went on meanwhile."""
        self.writing.set()
        busy = [self._thread(self._write, requests) for _ in range(writers)]
        readers = [self._thread(do) for do in (self._read_on, self._read_all, self._trust)]
        for thread in busy:
            thread.join(120)
        self.writing.clear()
        for thread in readers:
            thread.join(60)
        assert self.faults == []
        assert not any(thread.is_alive() for thread in [*busy, *readers])
        return self._judge()

    def _thread(self, do: Callable, *given: Any) -> threading.Thread:
        def guarded() -> None:
            try:
                do(*given)
            except Exception as fault:
                self.faults.append(repr(fault))
                self.writing.clear()

        thread = threading.Thread(target=guarded, daemon=True)
        thread.start()
        return thread

    def _write(self, requests: int) -> None:
        line, mine = self.line(), []
        self.written.append(mine)
        for n in range(requests):
            ids = [str(uuid4()) for _ in range((1, 1, 12, 1, 3)[n % 5])]
            some = [statement(id=sid) for sid in ids]
            path, body, headers = "/xapi/statements", some if len(some) > 1 else some[0], {}
            if n % 5 == 1:
                path += f"?statementId={ids[0]}"
            elif n % 5 == 3 and mine:
                body["object"] = {"objectType": "StatementRef", "id": mine[-1]}
            elif n % 25 == 0:
                body, headers = with_content(b"a proof", id=ids[0]), TYPE
            status, _, answer = line.ask("PUT" if "?" in path else "POST", path, body, **headers)
            if status in (200, 204):
                mine += ids
                self.acknowledged |= set(ids)  # only ever grows: readers look at it as it is
            else:
                self.verdict.refused.append((status, answer))

    def _passes(self):
        """Numbers as long as somebody writes, and one more after that."""
        for n in itertools.count():
            last = not self.writing.is_set()
            yield n
            if last:
                return

    def _read_on(self) -> None:
        """Read on after the last that was seen."""
        line, last = self.line(), ""
        for n in self._passes():
            while True:
                asked = {"ascending": "true", "limit": str(3 + n % 40), **({"since": last} if last else {})}
                found, _ = line.page(**asked)
                self.verdict.repeated |= self.seen & {one["id"] for one in found}
                self.seen |= {one["id"] for one in found}
                if not found:
                    break
                last = found[-1]["stored"]

    def _read_all(self) -> None:
        """Read all from the start, by `more`, in either direction."""
        line = self.line()
        for n in self._passes():
            before = set(self.acknowledged)
            found = [sid for sid, _ in line.pages(ascending=("true", "false")[n % 2], limit=str(20 + 30 * (n % 3)))]
            self.verdict.repeated |= {sid for sid in found if len(found) > len(set(found)) and found.count(sid) > 1}
            self.verdict.missed |= before - set(found)
            self.verdict.counts["passes"] = n + 1

    def _trust(self) -> None:
        """After each moment that was told, look for all that is stored until then, and never look back."""
        line, first = self.line(), {}
        for n in self._passes():
            if n % 3 == 0:
                _, told, _ = line.ask("GET", "/xapi/statements?limit=1")
            elif n % 3 == 1:
                sid = str(uuid4())
                status, told, answer = line.ask("POST", "/xapi/statements", statement(id=sid))
                if status == 200:
                    self.acknowledged.add(sid)
                else:
                    self.verdict.refused.append((status, answer))
            else:
                _, told, _ = line.ask("GET", f"/xapi/statements?since={quote('no moment')}")
            if told > self.latest:
                self.known |= {sid for sid, _ in line.pages(ascending="true", until=told, **first)}
                self.latest, first = told, {"since": told}
                self.verdict.counts["told"] = self.verdict.counts.get("told", 0) + 1

    def _judge(self) -> Verdict:
        at = dict(self.line().pages(ascending="true"))
        verdict = self.verdict
        verdict.missed |= self.acknowledged - self.seen | self.acknowledged - at.keys()
        verdict.early = [(sid, stored) for sid, stored in at.items() if stored <= self.latest and sid not in self.known]
        for mine in self.written:
            verdict.disorder += [b for a, b in itertools.pairwise(mine) if b in at and a in at and at[b] <= at[a]]
        verdict.counts |= {"acknowledged": len(self.acknowledged), "known": len(self.known)}
        return verdict
