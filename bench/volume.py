"""What depends on how much is stored: bytes, pages to the last one, the same queries as the store grows; and memory."""

import json
import statistics
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Engine

from bench import client, mix, seed, serving
from bench.client import Connection
from bench.measure import Figure
from lms.core import db

LONG = 30
"""Minutes from which on the growth of memory says something."""


@dataclass(frozen=True)
class Size:
    """Bytes of a database."""

    rows: int
    indexes: int

    def less(self, other: "Size") -> "Size":
        """What was added to `other`."""
        return Size(self.rows - other.rows, self.indexes - other.indexes)

    @property
    def whole(self) -> int:
        """Rows and indexes."""
        return self.rows + self.indexes


def size(engine: Engine) -> Size:
    """The bytes of all tables, and of all indexes."""
    with engine.connect() as connection:
        if engine.dialect.name != "sqlite":
            asked = (
                "SELECT sum(pg_table_size(oid)), sum(pg_indexes_size(oid)) FROM pg_class "
                "WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"
            )
            row = connection.exec_driver_sql(asked).one()
            return Size(int(row[0]), int(row[1]))
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
        free = connection.exec_driver_sql("PRAGMA freelist_count").scalar_one()
        return Size((pages - free) * connection.exec_driver_sql("PRAGMA page_size").scalar_one(), 0)


def bytes_of(server: serving.Server, engine: str, grown: Size | None, stored: int, ids: list[str]) -> Iterator[Figure]:
    """What the seeded statements take on disk, against their own bytes."""
    if grown is None:
        return
    line, given = Connection(server.port), 0
    some = ids[:: max(1, len(ids) // 500)]
    for one in some:
        given += len(line.ask(client.get(server.path, server.headers, statementId=one))[0])
    line.close()
    own, each = given / len(some), grown.whole / stored
    sent = statistics.mean(len(one.with_id(next(mix.fresh_ids()))) for one in mix.templates())
    note = f"{each:.0f} bytes a statement, indexes {grown.indexes / stored:.0f}; own {own:.0f}, sent {sent:.0f} ({each / sent:.2f}x)"
    yield Figure(f"{engine}: bytes stored / the statements' own", each / own, "x", 1.7, note=note)


def walk(server: serving.Server, **query: str) -> tuple[list[float], int]:
    """Follow `more` to the end: the milliseconds of each page, and how many statements there were, each once."""
    found: set[str] = set()
    line, times = Connection(server.port), []
    asked, count = client.get(server.path, server.headers, **query), 0
    while True:
        body, taken = line.ask(asked)
        times.append(taken)
        page = json.loads(body)
        found.update(one["id"] for one in page["statements"])
        count += len(page["statements"])
        if not page["more"]:
            break
        asked = client.get(page["more"], server.headers)
    line.close()
    if len(found) != count:
        raise SystemExit(f"{count - len(found)} statements came twice: {query}")
    return times, count


def p95(times: list[float]) -> float:
    """The 95th percentile."""
    return sorted(times)[min(len(times) - 1, int(0.95 * len(times)))]


def paging(server: serving.Server, engine: str) -> Iterator[Figure]:
    """Page by page to the end: related_agents, related_activities, since/until."""
    some = {
        "related_agents, a learner": {"agent": json.dumps(mix.agent(5)), "related_agents": "true"},
        "related_activities, a course": {"activity": f"{mix.HOME}/k/3", "related_activities": "true"},
        "since/until": {"since": "2020-01-01T00:00:00Z", "until": "2100-01-01T00:00:00Z"},
        "since/until, ascending": {
            "since": "2020-01-01T00:00:00Z",
            "until": "2100-01-01T00:00:00Z",
            "ascending": "true",
        },
    }
    for name, query in some.items():
        times, found = walk(server, **query)
        tenth = max(1, len(times) // 10)
        first, last = p95(times[:tenth]), p95(times[-tenth:])
        note = f"{found} statements on {len(times)} pages"
        yield Figure(f"{engine}: {name}, p95 a page", p95(times), "ms", 25, note=note)
        note = f"first tenth {first:.1f} ms, last tenth {last:.1f} ms (p95)"
        ratio = statistics.median(times[-tenth:]) / statistics.median(times[:tenth])
        yield Figure(f"{engine}: {name}, last pages / first pages", ratio, "x", 1.3, note=note)


def growth(engine: str, folder: Path, numbers: list[int]) -> Iterator[Figure | str]:
    """The same queries at each of these numbers stored, the last against the first."""
    with serving.databases(engine, folder) as fresh:
        url = fresh("growing")
        seed.ready(url, folder / "var")
        empty, have, first = size(db.engine()), 0, seed.first_of(numbers[-1])
        taken: dict[int, dict[str, float]] = {}
        for number in numbers:
            began = time.perf_counter()
            ids = seed.fill(number - have, first + have * seed.STEP, seed=number)
            grown, filled = size(db.engine()).less(empty), time.perf_counter() - began
            db.session.remove()
            db.engine().dispose()
            server = serving.ours(url, folder).wait()
            try:
                taken[number] = {name: _quietest(server, some) for name, some in _queries(server, ids).items()}
            finally:
                server.stop()
            have = number
            shown = ", ".join(f"{name} {one:.2f}" for name, one in taken[number].items())
            yield f"{engine}: {number} stored (filled in {filled:.0f} s, {grown.whole / number:.0f} bytes each): {shown} ms"
        for name, after in taken[numbers[-1]].items():
            before = taken[numbers[0]][name]
            called = f"{engine}: {name} at {numbers[-1]} / at {numbers[0]} stored"
            yield Figure(called, after / before, "x", 1.3, note=f"{after:.2f} ms against {before:.2f} ms")


def _queries(server: serving.Server, ids: list[str]) -> dict[str, list[bytes]]:
    """Requests by the name of what they ask."""

    def get(**query: str) -> bytes:
        return client.get(server.path, server.headers, **query)

    people = [json.dumps(mix.agent(who)) for who in range(0, mix.AGENTS, 4)]
    return {
        "by id": [get(statementId=one) for one in ids[:: max(1, len(ids) // 500)]],
        "agent+verb": [get(agent=one, verb=mix.verb(v), limit="50") for one in people for v in mix.VERBS],
        "activity": [get(activity=mix.activity(n), limit="50") for n in range(mix.ACTIVITIES)],
        "related_agents": [get(agent=one, related_agents="true", limit="50") for one in people],
        "related_activities": [
            get(activity=f"{mix.HOME}/m/{n}", related_activities="true", limit="50") for n in range(60)
        ],
        "newest": [get(limit="50")] * 50,
    }


def _quietest(server: serving.Server, requests: list[bytes]) -> float:
    """Milliseconds of a request on one connection, warm: the median of the best of five rounds, as others work here too."""
    line = Connection(server.port)
    for one in requests[:100]:
        line.ask(one)
    rounds = [statistics.median(line.ask(one)[1] for one in requests[:200]) for _ in range(5)]
    line.close()
    return min(rounds)


def memory(server: serving.Server, engine: str, minutes: float) -> Iterator[Figure]:
    """The largest worker under a load of writes and reads, and how it grows in the second half of the time."""
    seen: list[tuple[float, float]] = []
    ask = client.get(server.path, server.headers, agent=json.dumps(mix.agent(7)), limit="50")
    end = time.perf_counter() + 60 * minutes
    while (now := time.perf_counter()) < end or len(seen) < 4:
        for bodies in (mix.statements(), mix.batches(50)):
            client.load(server.port, client.posts(server.path, server.headers, bodies), 8, 1)
        client.load(server.port, iter(lambda: ask, None), 4, 0.5)
        seen.append((now, max(server.memory())))
    late = seen[len(seen) // 2 :]
    slope = statistics.linear_regression([at for at, _ in late], [mb for _, mb in late]).slope * 3600
    note = f"{minutes:g} min of writes and reads; in its second half {slope:+.0f} MB an hour"
    yield Figure(f"{engine}: memory of the largest worker", max(mb for _, mb in seen), "MB", 150, note=note)
    if minutes >= LONG:
        yield Figure(f"{engine}: memory, growth in the second half", slope, "MB/h", 5)
