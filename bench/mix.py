"""The statements that are sent and stored: what a course platform tells, of 200 people, 8 verbs and 300 activities."""

import json
import random
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any
from uuid import UUID

HOME = "https://belajar.kota.example"
VERBS = {
    "initialized": "memulai",
    "progressed": "melanjutkan",
    "answered": "menjawab",
    "experienced": "membuka",
    "completed": "menyelesaikan",
    "passed": "lulus",
    "failed": "belum lulus",
    "terminated": "mengakhiri",
}
AGENTS, ACTIVITIES, TEMPLATES = 200, 300, 2400
COURSES = 20
"""Registrations of an agent."""
_KEPT, _VERSION_4 = ~(0xF << 76 | 0b11 << 62), 0x4 << 76 | 0b10 << 62


@dataclass(frozen=True)
class Template:
    """A statement without its id: `text` follows the id's closing quote."""

    agent: int
    verb: str
    activity: int
    text: bytes

    def with_id(self, sid: UUID) -> bytes:
        """The whole statement as compact JSON, UTF-8."""
        return b'{"id":"' + str(sid).encode() + self.text


def agent(number: int) -> dict[str, Any]:
    """The person `number` of `AGENTS`."""
    return {"objectType": "Agent", "account": {"homePage": HOME, "name": f"p{number:06}"}}


def verb(name: str) -> str:
    """The IRI of a verb."""
    return f"http://adlnet.gov/expapi/verbs/{name}"


def activity(number: int) -> str:
    """The IRI of an activity."""
    return f"{HOME}/a/{number:04}"


@cache
def templates(seed: int = 1) -> list[Template]:
    """`TEMPLATES` different statements of about 618 bytes, the same ones every time."""
    rng, verbs = random.Random(seed), list(VERBS)  # noqa: S311 - plausible, not secret
    made = []
    for n in range(TEMPLATES):
        who, what = n % AGENTS, n * 7 % ACTIVITIES
        done = verbs[n // AGENTS % len(verbs)] if n < AGENTS * len(verbs) else rng.choice(verbs)
        score = rng.randrange(101)
        statement = {
            "actor": agent(who),
            "verb": {"id": verb(done), "display": {"id": VERBS[done]}},
            "object": {"id": activity(what), "definition": {"name": {"id": f"Pelajaran {what}"}}},
            "result": {
                "score": {"scaled": score / 100, "raw": score, "min": 0, "max": 100},
                "duration": f"PT{rng.randrange(1, 3000)}S",
            },
            "context": {
                "registration": str(UUID(int=rng.randrange(COURSES) << 64 | who, version=4)),
                "contextActivities": {
                    "parent": [{"id": f"{HOME}/m/{what % 60}"}],
                    "grouping": [{"id": f"{HOME}/k/{what % 6}"}],
                },
            },
            "timestamp": f"2026-{rng.randrange(1, 12):02}-{rng.randrange(1, 29):02}T{rng.randrange(24):02}:15:30.120Z",
        }
        text = json.dumps(statement, separators=(",", ":"), ensure_ascii=False)
        made.append(Template(who, done, what, f'",{text[1:]}'.encode()))
    return made


def fresh_ids(seed: str | None = None) -> Iterator[UUID]:
    """Random UUIDs of version 4; with a seed, the same ones every time."""
    rng = random.Random(seed)  # noqa: S311 - unique, not secret
    while True:
        yield UUID(int=rng.getrandbits(128) & _KEPT | _VERSION_4)


def statements() -> Iterator[bytes]:
    """One statement after another, each with an id of its own."""
    some, n = templates(), random.randrange(TEMPLATES)  # noqa: S311 - plausible, not secret
    for sid in fresh_ids():
        n = (n + 1) % TEMPLATES
        yield some[n].with_id(sid)


def batches(size: int) -> Iterator[bytes]:
    """Arrays of `size` statements."""
    each = statements()
    while True:
        yield b"[" + b",".join(next(each) for _ in range(size)) + b"]"
