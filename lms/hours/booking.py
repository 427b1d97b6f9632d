"""The arithmetic of hours, without a database: how a course's minutes fall on days, and how many of them count."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True)
class Part:
    """A lesson, or the post-test: something that carries a share of the course's minutes."""

    weight: int
    """Its computed minutes."""
    day: date
    """The day on which it was settled, in the learner's zone."""
    skipped: bool = False
    """Passed over by a pre-test: its share is not learned here."""


def shares(total: int, weights: Sequence[int]) -> list[int]:
    """`total` minutes in whole shares by `weights`; they add up to it (largest remainder, of equals the earlier)."""
    if not weights:
        return []
    if not sum(weights):
        weights = [1] * len(weights)
    whole = sum(weights)
    given = [total * weight // whole for weight in weights]
    left = total - sum(given)
    by_remainder = sorted(range(len(weights)), key=lambda i: (-(total * weights[i] % whole), i))
    for i in by_remainder[:left]:
        given[i] += 1
    return given


def learned(total: int, parts: Sequence[Part]) -> dict[date, int]:
    """Minutes learned on each day, of a course with `total` approved minutes; days without any are left out."""
    days: Counter[date] = Counter()
    for part, minutes in zip(parts, shares(total, [part.weight for part in parts]), strict=True):
        if not part.skipped:
            days[part.day] += minutes
    return {day: minutes for day, minutes in sorted(days.items()) if minutes}


def counted(minutes: int, already: int, cap: int | None) -> int:
    """How many of a day's `minutes` count beside those that count `already`; `cap` None: all."""
    return minutes if cap is None else min(minutes, max(0, cap - already))


def too_little_time(active_seconds: int, minutes: int, share: int) -> bool:
    """Whether active time is under `share` per cent of the minutes, so that a person must look."""
    return active_seconds * 100 < minutes * 60 * share


def whole_hours(minutes: int, jp_minutes: int = 45) -> int:
    """Learning hours (JP): only whole ones are ever told to anyone outside."""
    return max(0, minutes) // jp_minutes
