"""What happened. An action publishes a fact; `lms.wiring` says what follows from it."""

from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any
from uuid import UUID

from lms.core import jobs


@dataclass(frozen=True)
class Event:
    """A fact, made of plain values (integers, texts, UUIDs) so that a job can carry it."""

    def args(self) -> dict[str, Any]:
        """The fact as JSON values."""
        return {k: str(v) if isinstance(v, UUID) else v for k, v in asdict(self).items()}

    @property
    def dedupe(self) -> str | None:
        """Two waiting jobs of one kind with the same key are one job. None: never the same."""
        return None


Handler = Callable[[Any], None]
_gate: dict[type, list[Handler]] = {}
_now: dict[type, list[Handler]] = {}
_soon: dict[type, list[Handler]] = {}
_silent: set[type] = set()


def kind_of(handler: Handler) -> str:
    """The job kind of a handler: `progress.project` for lms.progress.actions.project."""
    return f"{handler.__module__.split('.')[1]}.{handler.__name__}"


def connect(gate: dict, now: dict, soon: dict, silent: set) -> None:
    """Take over the wiring. A handler that runs SOON becomes a kind of job."""
    for table, given in ((_gate, gate), (_now, now), (_soon, soon)):
        table.clear()
        table.update(given)
    _silent.clear()
    _silent.update(silent)
    for event_type, handlers in soon.items():
        for handler in handlers:
            jobs.register(kind_of(handler), _doing(handler, event_type))


def _doing(handler: Handler, event_type: type) -> Callable[[dict[str, Any]], None]:
    return lambda args: handler(event_type(**args))


def ask(event: Event) -> None:
    """Let the gate refuse `event` before anything is stored: a handler refuses by raising."""
    for handler in _gate.get(type(event), []):
        handler(event)


def publish(event: Event) -> None:
    """Say that `event` happened: NOW handlers run in this transaction, SOON handlers become jobs of this transaction."""
    kind = type(event)
    if not (kind in _now or kind in _soon or kind in _silent):
        raise LookupError(f"{kind.__name__} is not in lms/wiring.py: wire it, or list it as SILENT")
    for handler in _now.get(kind, []):
        handler(event)
    for handler in _soon.get(kind, []):
        key = f"{kind_of(handler)}:{event.dedupe}" if event.dedupe else None
        jobs.enqueue(kind_of(handler), event.args(), dedupe=key, cause=kind.__name__)
