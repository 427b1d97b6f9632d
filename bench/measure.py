"""Figures and goals: how they are taken, and how they are printed."""

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass


@dataclass
class Figure:
    """One measured figure beside its goal; `most` says whether less or more is better."""

    what: str
    value: float
    unit: str
    goal: float
    less_is_better: bool = True
    note: str = ""

    @property
    def fails(self) -> bool:
        """Worse than twice the goal."""
        return self.value > 2 * self.goal if self.less_is_better else self.value < self.goal / 2

    def __str__(self) -> str:
        sign = "<=" if self.less_is_better else ">="
        verdict = (
            "FAIL"
            if self.fails
            else ("ok" if (self.value <= self.goal) == self.less_is_better or self.value == self.goal else "over")
        )
        return f"{self.what:<58} {self.value:>10.2f} {self.unit:<6} goal {sign} {self.goal:g} {verdict:<5} {self.note}"


def median_time(do: Callable[[], object], runs: int) -> float:
    """Seconds that `do` takes: the median of `runs`, after one that does not count."""
    do()
    taken = []
    for _ in range(runs):
        start = time.perf_counter()
        do()
        taken.append(time.perf_counter() - start)
    return statistics.median(taken)


def paired(a: Callable[[], object], b: Callable[[], object], runs: int) -> tuple[float, float, float]:
    """Medians of `a`, of `b`, and of a/b taken pair by pair, so that a drifting machine does not matter."""
    a(), b()
    ta, tb, ratios = [], [], []
    for _ in range(runs):
        start = time.perf_counter()
        a()
        middle = time.perf_counter()
        b()
        end = time.perf_counter()
        ta.append(middle - start)
        tb.append(end - middle)
        ratios.append((middle - start) / (end - middle))
    return statistics.median(ta), statistics.median(tb), statistics.median(ratios)
