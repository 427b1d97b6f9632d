"""`python -m bench [--quick]`: the table of figures. Ends with 1 where one is worse than twice its goal."""

import argparse
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from bench import inside, outside, serving, store
from bench.measure import Figure
from lms.core import db


def measured(folder: Path, quick: bool) -> Iterator[Figure]:
    """Every figure, as soon as it is taken."""
    made = inside.make(folder, places=3 if quick else 12)
    yield from inside.figures(made, quick)
    cookie, lesson = made.cookie, f"/learn/{made.place.uuid}/lessons/{made.lesson}"
    db.session.remove()
    db.session.get_bind().dispose()
    site = outside.site_in(folder)
    try:
        yield outside.second_start(site)
        yield from outside.paints(site, cookie, {"home": "/", "a lesson": lesson}, runs=2 if quick else 7)
    finally:
        site.stop()
    for engine in serving.ENGINES:
        (folder / engine).mkdir()
        yield from store.quick(engine, folder / engine)


def main() -> int:
    """Print the table; 1 if a figure fails."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="fewer repetitions, two minutes")
    quick = parser.parse_args().quick
    began, failed = time.perf_counter(), []
    with tempfile.TemporaryDirectory(prefix="asah-bench-") as folder:
        for figure in measured(Path(folder), quick):
            print(figure, flush=True)
            if figure.fails:
                failed.append(figure.what)
    print(f"{time.perf_counter() - began:.0f} s" + (f"; FAIL: {', '.join(failed)}" if failed else ""))
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
