"""What happened to courses."""

from dataclasses import dataclass

from lms.core.events import Event


@dataclass(frozen=True)
class VersionImported(Event):
    """A version of a course is in the catalogue, as a draft. Its questions must be taken in the same transaction."""

    version_id: int
