"""What happens to statements."""

from dataclasses import dataclass
from typing import Any

from lms.core.events import Event
from lms.lrs.credentials import Credential


@dataclass(frozen=True)
class StatementsArriving(Event):
    """Valid statements, ids set, are about to be stored; a handler refuses them by raising. Asked, never a job."""

    statements: list[dict[str, Any]]
    credential: Credential


@dataclass(frozen=True)
class StatementsStored(Event):
    """Statements of our own were stored in a registration, or one of them was voided. The word of others earns nothing."""

    registration: str

    @property
    def dedupe(self) -> str:
        """One waiting job a registration is enough: it reads all its statements."""
        return self.registration
