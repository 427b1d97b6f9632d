"""What happened to people."""

from dataclasses import dataclass

from lms.core.events import Event


@dataclass(frozen=True)
class SignedOut(Event):
    """Somebody signed out, here or everywhere."""

    person_id: int
