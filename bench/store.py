"""The record store against the bare path (`bench.limit`) on the same machine in the same run, as ratios.

`python -m bench.store --engine sqlite|postgresql [--stored 1000000] [--quick]`. Each ratio is the median of pairs: ours,
bare, ours, bare ... so that a machine that drifts does not matter.
"""

import argparse
import json
import random
import signal
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from bench import client, limit, mix, seed, serving, volume
from bench.client import Load
from bench.measure import Figure
from lms.core import db

BATCH = 50


@dataclass
class Pair:
    """Our store and the bare path, both serving databases with the same statements."""

    engine: str
    ours: serving.Server
    bare: serving.Server
    ids: list[str]
    """Of some statements that our store holds."""
    bare_ids: list[str]
    urls: tuple[str, str]
    own_bytes: volume.Size | None = None

    def stop(self) -> None:
        """End both servers."""
        self.ours.stop()
        self.bare.stop()


@dataclass(frozen=True)
class Work:
    """Something that both are asked to do."""

    name: str
    connections: int
    ours: Callable[[Pair], Iterator[bytes]]
    bare: Callable[[Pair], Iterator[bytes]]
    goal: float
    """The share of the bare path's rate that ours is to reach."""
    each: int = 1
    """Statements a request."""
    most_p95: float | None = None
    """Milliseconds."""
    most_spread: float | None = None
    """p99 as a multiple of p50."""


def _posts(server: serving.Server, bodies: Iterator[bytes]) -> Iterator[bytes]:
    return client.posts(server.path, server.headers, bodies)


def _any_of(requests: list[bytes]) -> Iterator[bytes]:
    """Endlessly one of these, in an order that is the same every time."""
    rng = random.Random(3)  # noqa: S311 - only spreads
    while True:
        yield requests[rng.randrange(len(requests))]


def _ours_by_id(p: Pair) -> Iterator[bytes]:
    return _any_of([client.get(p.ours.path, p.ours.headers, statementId=one) for one in p.ids])


def _bare_by_id(p: Pair) -> Iterator[bytes]:
    return _any_of([client.get("/statement", {}, id=one) for one in p.bare_ids])


def _ours_by_agent(p: Pair) -> Iterator[bytes]:
    return _any_of(
        [
            client.get(p.ours.path, p.ours.headers, agent=json.dumps(mix.agent(who)), verb=mix.verb(verb), limit="50")
            for who in range(mix.AGENTS)
            for verb in mix.VERBS
        ]
    )


def _bare_by_agent(p: Pair) -> Iterator[bytes]:
    return _any_of(
        [
            client.get(
                "/statements",
                {},
                actor=str(limit.number(mix.agent(who)["account"]["name"])),
                verb=str(limit.number(mix.verb(verb))),
            )
            for who in range(mix.AGENTS)
            for verb in mix.VERBS
        ]
    )


WORKS = (
    Work(
        "single POST",
        8,
        lambda p: _posts(p.ours, mix.statements()),
        lambda p: _posts(p.bare, mix.statements()),
        0.6,
        most_spread=10,
    ),
    Work(
        f"batches of {BATCH}",
        8,
        lambda p: _posts(p.ours, mix.batches(BATCH)),
        lambda p: _posts(p.bare, mix.batches(BATCH)),
        0.5,
        each=BATCH,
    ),
    Work("GET by id", 4, _ours_by_id, _bare_by_id, 0.5, most_p95=10),
    Work("GET agent+verb, limit 50", 4, _ours_by_agent, _bare_by_agent, 0.5, most_p95=10),
)


def make(engine: str, folder: Path, fresh: Callable[[str], str], stored: int) -> Pair:
    """Both, serving `stored` statements."""
    ours, bare = fresh("ours"), fresh("bare")
    seed.ready(ours, folder / "var")
    empty = volume.size(db.engine())
    first = seed.first_of(stored)
    ids = seed.fill(stored, first)
    grown = volume.size(db.engine()).less(empty)
    db.session.remove()
    db.engine().dispose()
    bare_engine = limit.make_engine(bare)
    limit.BARE.metadata.create_all(bare_engine)
    bare_ids = seed.fill_bare(bare_engine, stored, first)
    bare_engine.dispose()
    servers = serving.ours(ours, folder), serving.bare(bare, folder)
    return Pair(engine, servers[0].wait(), servers[1].wait(), ids, bare_ids, (ours, bare), grown)


def compare(p: Pair, work: Work, pairs: int, seconds: float, times: bool = True) -> Iterator[Figure]:
    """The ratio of the rates, and with `times` what the goal says of the milliseconds."""
    ours: list[Load] = []
    bare: list[Load] = []
    used = {"ours": 0.0, "bare": 0.0}
    sides = (("ours", p.ours, work.ours, ours), ("bare", p.bare, work.bare, bare))
    for _, server, requests, _ in sides:
        client.load(server.port, requests(p), work.connections, 0.3)  # warms up
    for _ in range(pairs):
        for name, server, requests, loads in sides:
            before = server.cpu()
            loads.append(client.load(server.port, requests(p), work.connections, seconds))
            used[name] += server.cpu() - before
    rate, limit_rate = (statistics.median(one.rate for one in some) * work.each for some in (ours, bare))
    ratio = statistics.median(a.rate / b.rate for a, b in zip(ours, bare, strict=True))
    cpu = [used[name] / sum(len(one.times) for one in some) * 1e6 for name, some in (("ours", ours), ("bare", bare))]
    p50, p95, p99 = (statistics.median(one.percentile(share) for one in ours) for share in (0.5, 0.95, 0.99))
    note = f"{rate:.0f}/s against {limit_rate:.0f}/s; CPU {cpu[0]:.0f} against {cpu[1]:.0f} us a request"
    called = f"{p.engine}: {work.name}"
    yield Figure(f"{called}, share of the bare path", ratio, "", work.goal, less_is_better=False, note=note)
    if not times:
        return
    if work.most_p95 is not None:
        yield Figure(f"{called}, p95", p95, "ms", work.most_p95, note=f"{work.connections} connections")
    if work.most_spread is not None:
        of_bare = statistics.median(one.percentile(0.99) / one.percentile(0.5) for one in bare)
        note = f"p50 {p50:.1f} ms, p99 {p99:.1f} ms; bare path {of_bare:.1f}x"
        spread = statistics.median(one.percentile(0.99) / one.percentile(0.5) for one in ours)
        yield Figure(f"{called}, p99 / p50", spread, "x", work.most_spread, note=note)


def raw(p: Pair, seconds: float) -> Iterator[str]:
    """What the driver alone inserts, to know how far the bare path is from it. No goal."""
    for size in (1, BATCH):
        rate = limit.raw(p.urls[1], size, seconds)
        yield f"{f'{p.engine}: raw driver, {size} to a commit':<58} {rate:>10.0f} /s"


def quick(engine: str, folder: Path) -> Iterator[Figure]:
    """The ratios alone, with few statements stored: under half a minute an engine."""
    with serving.databases(engine, folder) as fresh:
        p = make(engine, folder, fresh, 20_000)
        try:
            for work in WORKS:
                yield from compare(p, work, pairs=3, seconds=0.4, times=False)
        finally:
            p.stop()


def whole(engine: str, folder: Path, stored: int, minutes: float) -> Iterator[Figure | str]:
    """All figures but growth."""
    with serving.databases(engine, folder) as fresh:
        p = make(engine, folder, fresh, stored)
        try:
            yield from volume.bytes_of(p.ours, engine, p.own_bytes, stored, p.ids)
            for work in WORKS[2:] + WORKS[:2]:  # reads first: what is written would be read too
                yield from compare(p, work, pairs=7, seconds=2)
            yield from raw(p, 2)
            yield from volume.paging(p.ours, engine)
            yield from volume.memory(p.ours, engine, minutes)
        finally:
            p.stop()


def main() -> int:
    """Print the figures; 1 if one is worse than twice its goal."""
    parser = argparse.ArgumentParser(prog="python -m bench.store", description=__doc__)
    parser.add_argument("--engine", choices=serving.ENGINES, required=True)
    parser.add_argument("--stored", type=int, default=1_000_000, help="statements in the store before measuring")
    parser.add_argument("--quick", action="store_true", help="the ratios alone, 20,000 stored")
    parser.add_argument("--growth", nargs="+", type=int, metavar="N", help="the same queries at these numbers stored")
    parser.add_argument("--minutes", type=float, default=2, help="how long memory is watched under load")
    given = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that the servers end with us
    began, failed = time.perf_counter(), []
    with tempfile.TemporaryDirectory(prefix="asah-bench-") as place:
        folder = Path(place)
        if given.growth:
            figures: Iterator[Figure | str] = volume.growth(given.engine, folder, sorted(given.growth))
        elif given.quick:
            figures = quick(given.engine, folder)
        else:
            figures = whole(given.engine, folder, given.stored, given.minutes)
        for figure in figures:
            print(figure, flush=True)
            if isinstance(figure, Figure) and figure.fails:
                failed.append(figure.what)
    print(f"{time.perf_counter() - began:.0f} s" + (f"; FAIL: {', '.join(failed)}" if failed else ""))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
