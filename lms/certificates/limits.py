"""How many unknown codes one address may ask for: guessing is hopeless anyway (130 bits), and this keeps it quiet."""

from collections import deque
from datetime import datetime, timedelta
from threading import Lock

from lms.core import clock

FREE = 30
"""Unknown codes in `SPAN`, for one address and process."""
SPAN = timedelta(minutes=1)
MOST = 10_000
"""Addresses that are remembered."""


class Misses:
    """Counts unknown codes by address, in this process."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._seen: dict[str, deque[datetime]] = {}

    def too_many(self, address: str) -> bool:
        """Whether this address has to wait."""
        with self._lock:
            return len(self._recent(address)) >= FREE

    def count(self, address: str) -> None:
        """One more unknown code."""
        with self._lock:
            recent = self._recent(address)
            recent.append(clock.now())
            self._seen.pop(address, None)
            self._seen[address] = recent  # the newest stand last, so the oldest is forgotten first
            if len(self._seen) > MOST:
                self._seen.pop(next(iter(self._seen)))

    def _recent(self, address: str) -> deque[datetime]:
        recent = self._seen.get(address, deque())
        while recent and clock.now() - recent[0] >= SPAN:
            recent.popleft()
        return recent
