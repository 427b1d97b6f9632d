"""What happened with places on courses."""

from dataclasses import dataclass

from lms.core.events import Event


@dataclass(frozen=True)
class Enrolled(Event):
    """Somebody has a place on a course."""

    enrolment_id: int
