"""multipart/mixed as RFC 2046 (5.1) writes it, read in one pass and written part by part. Pure.

No general parser is asked for: parts are not nested, each is one statement text or one attachment, lines end in CRLF,
and nothing is decoded. What is out of that is refused, so that two readers can never see different parts.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

MOST_PARTS = 101
"""The statements and a hundred attachments."""
MOST_HEADER = 8_000
"""Octets of one part's headers."""
_BOUNDARY = re.compile(r"[0-9A-Za-z'()+_,\-./:=? ]{0,69}[0-9A-Za-z'()+_,\-./:=?]")
_LINE_END = re.compile(rb"[ \t]{0,80}\r\n")
_END = re.compile(rb"--[ \t]{0,80}(?:\r\n|\Z)")
_HEADER = re.compile(r"([!#$%&'*+\-.^_`|~0-9A-Za-z]{1,80}):[ \t]*+([\t\x20-\x7e\x80-\xff]*+)")


class NotMultipart(ValueError):
    """The body is not multipart/mixed as it is asked for here; the message says why."""


@dataclass(frozen=True)
class Part:
    """One part of a body."""

    headers: Mapping[str, str]
    """By name in lower case; a name stands once."""
    content: memoryview
    """Its octets: a view into the body, no copy."""


def parse(body: bytes, boundary: str) -> list[Part]:
    """The parts of `body`, at least one; raises NotMultipart, and never anything else.

    What stands before the first boundary and after the last is passed over, as RFC 2046 asks.
    """
    if not _BOUNDARY.fullmatch(boundary):
        raise NotMultipart("the Content-Type names no boundary of 1 to 70 characters that RFC 2046 allows")
    mark, view = b"\r\n--" + boundary.encode(), memoryview(body)
    parts: list[Part] = []
    at = len(mark) - 2 if body.startswith(mark[2:]) else _after(body, mark, 0)
    while not _END.match(body, at):
        line = _LINE_END.match(body, at)
        if line is None:
            raise NotMultipart("a line begins like a boundary and goes on: choose one that occurs in no part")
        if len(parts) == MOST_PARTS:
            raise NotMultipart(f"there are more than {MOST_PARTS - 1} attachments")
        following = _after(body, mark, line.end())
        headers, start = _headers(body, line.end(), following - len(mark))
        parts.append(Part(headers, view[start : max(start, following - len(mark))]))
        at = following
    if not parts:
        raise NotMultipart("there is no part before the last boundary")
    return parts


def _after(body: bytes, mark: bytes, start: int) -> int:
    """Where the next boundary ends."""
    found = body.find(mark, start)
    if found < 0:
        raise NotMultipart("the boundary that the Content-Type names does not follow: the body was cut, or lacks it")
    return found + len(mark)


def _headers(body: bytes, start: int, end: int) -> tuple[dict[str, str], int]:
    """The headers of the part that lies between `start` and `end`, and where its content begins."""
    if body.startswith(b"\r\n", start):
        return {}, start + 2
    # a part without content may share its empty line with the boundary that follows
    blank = body.find(b"\r\n\r\n", start, min(end, start + MOST_HEADER) + 4)
    if blank < 0:
        raise NotMultipart(
            f"the headers of a part are longer than {MOST_HEADER} octets"
            if end - start > MOST_HEADER
            else "no empty line ends the headers of a part"
        )
    found: dict[str, str] = {}
    for line in body[start:blank].decode("latin-1").split("\r\n"):
        header = _HEADER.fullmatch(line)
        if header is None:
            raise NotMultipart("a part has a line in its headers that is no header")
        name = header.group(1).lower()
        if name in found:
            raise NotMultipart(f"a part has the header {name} twice")
        found[name] = header.group(2).rstrip(" \t")
    return found, blank + 4


def write(boundary: str, parts: Iterable[tuple[Mapping[str, str], Iterable[bytes]]]) -> Iterator[bytes]:
    """The octets of a body with these parts, chunk by chunk; the boundary must occur in none of them."""
    for headers, content in parts:
        yield _opening(boundary, headers)
        yield from content
        yield b"\r\n"
    yield _closing(boundary)


def length(boundary: str, parts: Iterable[tuple[Mapping[str, str], int]]) -> int:
    """How many octets `write` makes of parts whose contents are this long."""
    return sum(len(_opening(boundary, headers)) + size + 2 for headers, size in parts) + len(_closing(boundary))


def _opening(boundary: str, headers: Mapping[str, str]) -> bytes:
    lines = [f"--{boundary}", *(f"{name}: {value}" for name, value in headers.items()), "", ""]
    return "\r\n".join(lines).encode("latin-1")


def _closing(boundary: str) -> bytes:
    return f"--{boundary}--\r\n".encode()
