"""Who stops the site stops all of it: no process is left behind."""

import os
import signal
import time
from pathlib import Path

import pytest

from tests.browser.conftest import make_site

pytestmark = [pytest.mark.faults, pytest.mark.pure]


def family(pid: int) -> set[int]:
    """The ids of a process and of all that descend from it."""
    parents = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if fields[0] != "Z":
            parents[int(stat.parent.name)] = int(fields[1])
    found = {pid}
    while more := {child for child, parent in parents.items() if parent in found} - found:
        found |= more
    return found


def alive(pids: set[int]) -> set[int]:
    """Those that still run."""
    running = set()
    for pid in pids:
        try:
            if Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z":
                running.add(pid)
        except OSError:
            continue
    return running


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT])
def test_nothing_is_left_running(tmp_path: Path, how: signal.Signals):
    site = make_site(tmp_path)
    site.start("run")
    main = site.process.pid
    everybody = family(main)
    assert len(everybody) >= 3, "the site, a web process and the worker"
    os.kill(main, how)
    site.process.wait(20)
    until = time.monotonic() + 20
    while alive(everybody) and time.monotonic() < until:
        time.sleep(0.1)
    left = alive(everybody)
    for pid in left:
        os.kill(pid, signal.SIGKILL)
    assert left == set()
