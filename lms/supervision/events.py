"""What happened between a supervisor and their people."""

from dataclasses import dataclass

from lms.core.events import Event


@dataclass(frozen=True)
class Thanked(Event):
    """A supervisor wrote a word of thanks."""

    recognition_id: int


@dataclass(frozen=True)
class Confirmed(Event):
    """A supervisor or assessor confirmed what a course supports."""

    record_id: int
    by_id: int
