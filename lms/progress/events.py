"""What happened with completion."""

from dataclasses import dataclass

from lms.core.events import Event


@dataclass(frozen=True)
class CourseCompleted(Event):
    """Everything that a course asks for was done in this place."""

    registration: str
    enrolment_id: int


@dataclass(frozen=True)
class CompletionWithdrawn(Event):
    """What completion rested on does not hold any more: a statement was voided."""

    registration: str
    enrolment_id: int
