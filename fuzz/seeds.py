"""Inputs to begin from, most of them good, so that a change away from them reaches deep; and the first few changes."""

import json
import random
from collections.abc import Iterator
from urllib.parse import urlencode

ANA = {"objectType": "Agent", "account": {"homePage": "https://a.id", "name": "1"}}
GROUP = {"objectType": "Group", "member": [ANA, {"mbox": "mailto:a@b.id"}]}
PLAIN = {"actor": ANA, "verb": {"id": "x:v"}, "object": {"id": "x:o"}}
REF = {"objectType": "StatementRef", "id": "0190a1b2-1111-7000-8000-000000000009"}
FULL = {
    "id": "0190a1b2-1111-7000-8000-000000000001",
    "actor": GROUP,
    "verb": {"id": "http://adlnet.gov/expapi/verbs/answered", "display": {"en-US": "answered", "id": "menjawab"}},
    "object": {
        "objectType": "Activity",
        "id": "https://a.id/1",
        "definition": {
            "name": {"id": "Satu"},
            "type": "http://adlnet.gov/expapi/activities/cmi.interaction",
            "interactionType": "choice",
            "correctResponsesPattern": ["a[,]b"],
            "choices": [{"id": "a", "description": {"id": "Satu"}}, {"id": "b"}],
            "extensions": {"x:e": [None, 1e-7, -0.0]},
        },
    },
    "result": {"score": {"scaled": 0.5, "raw": 5, "min": 0, "max": 10}, "success": True, "duration": "PT1M30.5S"},
    "context": {
        "registration": "0190a1b2-0000-7000-8000-00000000000a",
        "instructor": ANA,
        "team": GROUP,
        "language": "id-ID",
        "statement": REF,
        "contextActivities": {"parent": {"id": "x:p"}, "category": [{"id": "x:c"}]},
        "contextAgents": [{"objectType": "contextAgent", "agent": ANA, "relevantTypes": ["x:t"]}],
    },
    "timestamp": "2026-11-22T08:30:00.120Z",
    "attachments": [
        {
            "usageType": "x:u",
            "display": {"id": "a"},
            "contentType": "text/plain; charset=utf-8",
            "length": 3,
            "sha2": "a" * 64,
            "fileUrl": "https://a.id/f",
        }
    ],
}
STATEMENTS = [
    PLAIN,
    FULL,
    {key: value for key, value in FULL.items() if key != "context"},
    PLAIN | {"object": PLAIN | {"objectType": "SubStatement", "object": REF}},
    PLAIN | {"object": REF, "verb": {"id": "http://adlnet.gov/expapi/verbs/voided"}},
    PLAIN | {"object": GROUP, "authority": ANA, "stored": "2026-01-01T00:00:00Z", "version": "1.0.0"},
]
_JSON = [
    '"\\ud83d\\ude00\\u0000"',
    "[1E5, -0, 0.10, 1e-400, 12345678901234567890]",
    '{"a":{"b":[[[]]]},"a":1}',
    "[NaN]",
]
_TIMES = ["2026-01-01T00:00:00Z", "2024-02-29T23:59:59.123456789+08:00", "2026-01-01T00:00:00-00:00"]
_DURATIONS = ["P1Y2M3DT4H5M6.789S", "P4W", "PT1,5H", "P0D", "P"]
_IRIS = ["http://a.id/%20#x", "urn:x:1", "javascript:1", "x:\u0641", "mailto:a@b.id", "https:"]
_IDS = ["0190a1b2-1111-7000-8000-000000000001", "a" * 40, "a" * 64, "text/plain; a=b", "sl-rozaj-biske-1994", "x-a-b"]
_QUERIES = [
    {"agent": json.dumps(ANA), "verb": "x:v", "activity": "x:o", "related_agents": "true", "limit": "10"},
    {"since": _TIMES[0], "until": "2027-01-01T00:00:00Z", "ascending": "true", "format": "ids", "attachments": "true"},
    {"statementId": FULL["id"], "format": "canonical"},
    {"activityId": "x:a", "agent": json.dumps(ANA), "stateId": "s", "registration": FULL["id"]},
    {"statementId": FULL["id"], "content": json.dumps(PLAIN), "Content-Type": "application/json"},
]
_PART = b'Content-Type: application/json\r\nX-Experience-API-Hash: ab\r\n\r\n{"a":1}\r\n'
_HEADERS = ['"a", W/"b", c', "*", "id, en;q=0.5, *;q=0", "1.0.3"]

SEEDS: dict[str, list[bytes]] = {
    "json": [json.dumps(one).encode() for one in STATEMENTS] + [one.encode() for one in _JSON],
    "statement": [json.dumps(one).encode() for one in STATEMENTS],
    "multipart": [
        b"abc\n--abc\r\n" + _PART + b"--abc--\r\n",
        b"a'b c\npreamble\r\n--a'b c  \r\n" + _PART + b"--a'b c\r\n\r\nx\0\r\n-\r\n--a'b c--",
        b"\n--\r\n\r\n",
    ],
    "time": [one.encode() for one in _TIMES + _DURATIONS],
    "iri": [one.encode() for one in _IRIS + _IDS],
    "query": [urlencode(one).encode() for one in _QUERIES] + [b"a=%FF&=&;", b"verb=x:%00"],
    "headers": ["\n".join(_HEADERS).encode(), b'"x\n"\n;q=1\n2.0', b"  ,\n\xe9\n" + b"a-" * 30],
    "signature": [
        b'{"alg":"RS256"}\n' + json.dumps(PLAIN).encode() + b"\nsignature",
        b'{"alg":"RS512","x5c":["MIIB"]}\n{}\n\0',
        b'{"alg":"none"}\n{}\n',
        b"eyJhbGciOiJSUzI1NiJ9.e30.AA",
    ],
}


def variations(name: str, many: int) -> Iterator[bytes]:
    """The seeds of a target, then cuts, doublings, swaps and strange octets in them: always the same `many` inputs."""
    chance, seeds = random.Random(name), SEEDS[name]  # noqa: S311 - it only spreads
    yield from seeds
    for n in range(many - len(seeds)):
        one = bytearray(seeds[n % len(seeds)])
        for _ in range(chance.randint(1, 3)):
            at, to = sorted((chance.randint(0, len(one)), chance.randint(0, len(one))))
            one[at:to] = chance.choice(
                (b"", one[at:to] * 2, chance.randbytes(1), b"\0", b"\\ud800", b"null", b"{", b"[", b"\xff", b'"')
            )
        yield bytes(one)
