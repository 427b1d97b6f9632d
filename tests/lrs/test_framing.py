"""Bad HTTP, written by hand onto the line of the real server: refused leaves nothing, accepted is kept once and whole."""

import base64
import json
import re
import socket
import struct
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from uuid import uuid4

import pytest

from tests.browser.conftest import make_site
from tests.faults.serving import Process, answers, wait_for

from .samples import STATE_PLACE

pytestmark = [pytest.mark.faults, pytest.mark.pure]

REFUSED = {400, 401, 404, 405, 411, 413, 414, 417, 431, 501}
CHUNKED = b"Transfer-Encoding: chunked\r\n"
POST = b"POST /xapi/statements HTTP/1.1\r\n"


@dataclass
class Line:
    """What is written onto a line: a statement with an id of its own, and what a good request is made of."""

    port: int
    basic: str
    sid: str

    @property
    def body(self) -> bytes:
        one = {"id": self.sid, "actor": {"mbox": "mailto:a@b.id"}, "verb": {"id": "x:v"}, "object": {"id": "x:o"}}
        return json.dumps(one).encode()

    @property
    def host(self) -> bytes:
        return f"Host: 127.0.0.1:{self.port}\r\n".encode()

    @property
    def rest(self) -> bytes:
        """The headers but Host and length."""
        return (
            f"Authorization: Basic {self.basic}\r\nX-Experience-API-Version: 1.0.3\r\n"
            "Content-Type: application/json\r\nConnection: close\r\n"
        ).encode()

    @property
    def head(self) -> bytes:
        return self.host + self.rest

    @property
    def length(self) -> bytes:
        return b"Content-Length: %d\r\n" % len(self.body)

    def chunks(self, size: bytes = b"", end: bytes = b"0\r\n\r\n", newline: bytes = b"\r\n") -> bytes:
        """The body in one chunk, whose size is written as `size`."""
        return (size or b"%x" % len(self.body)) + newline + self.body + newline + end

    def good(self, start: bytes = POST, more: bytes = b"", head: bytes = b"") -> bytes:
        """A request with a length, good but for `start`, `more` headers or another `head`."""
        return start + (head or self.head) + more + self.length + b"\r\n" + self.body

    def with_chunks(self, more: bytes = b"", start: bytes = POST, encoding: bytes = CHUNKED, **how: bytes) -> bytes:
        """A request in chunks."""
        return start + self.head + encoding + more + b"\r\n" + self.chunks(**how)

    def with_length(self, length: bytes) -> bytes:
        """A request that says this of its length."""
        return POST + self.head + b"Content-Length: " + length + b"\r\n\r\n" + self.body


BAD: dict[str, Callable[[Line], bytes]] = {
    "chunk size with 0x": lambda a: a.with_chunks(size=b"0x%x" % len(a.body)),
    "chunk size with a plus": lambda a: a.with_chunks(size=b"+%x" % len(a.body)),
    "chunk size below zero": lambda a: a.with_chunks(size=b"-1"),
    "chunk size with an underscore": lambda a: a.with_chunks(size=b"4_d"),
    "chunk size beyond 64 bits": lambda a: a.with_chunks(size=b"f" * 17),
    "chunk size of letters": lambda a: a.with_chunks(size=b"zz"),
    "chunk size too small": lambda a: a.with_chunks(size=b"5"),
    "chunk ends in bare LF": lambda a: a.with_chunks(newline=b"\n"),
    "chunk extension of 100 kB": lambda a: a.with_chunks(size=b"%x;a=" % len(a.body) + b"b" * 100_000),
    "two lengths": lambda a: a.good(more=b"Content-Length: 5\r\n"),
    "a list of lengths": lambda a: a.with_length(b"%d, %d" % (len(a.body), len(a.body))),
    "length with a plus": lambda a: a.with_length(b"+%d" % len(a.body)),
    "length below zero": lambda a: a.with_length(b"-1"),
    "length in hex": lambda a: a.with_length(b"0x%x" % len(a.body)),
    "length beyond 64 bits": lambda a: a.with_length(b"9" * 30),
    "no length given": lambda a: a.with_length(b""),
    "length of 10 GB": lambda a: a.with_length(b"10000000000"),
    "unknown coding": lambda a: a.with_chunks(encoding=b"Transfer-Encoding: xchunked\r\n"),
    "chunked is not last": lambda a: a.with_chunks(encoding=b"Transfer-Encoding: chunked, identity\r\n"),
    "identity and a length": lambda a: a.good(more=b"Transfer-Encoding: identity\r\n"),
    "space before the colon": lambda a: a.with_chunks(encoding=b"Transfer-Encoding : chunked\r\n"),
    "chunks in HTTP/1.0": lambda a: a.with_chunks(start=b"POST /xapi/statements HTTP/1.0\r\n"),
    "a request inside the body": lambda a: (
        POST + a.head + a.length + CHUNKED + b"\r\n0\r\n\r\nGET /xapi/about HTTP/1.1\r\n" + a.head + b"\r\n"
    ),
    "folded header": lambda a: a.good(more=b"X-A: a\r\n b\r\n"),
    "bare CR in a header": lambda a: a.good(more=b"X-A: a\rb\r\n"),
    "NUL in a header": lambda a: a.good(more=b"X-A: a\0b\r\n"),
    "control character in a header": lambda a: a.good(more=b"X-A: a\x01b\r\n"),
    "header without a colon": lambda a: a.good(more=b"nonsense\r\n"),
    "header without a name": lambda a: a.good(more=b": a\r\n"),
    "header name with a space": lambda a: a.good(more=b"X A: a\r\n"),
    "header of 1 MB": lambda a: a.good(more=b"X-A: " + b"a" * 1_000_000 + b"\r\n"),
    "1000 headers": lambda a: a.good(more=b"".join(b"X-%d: a\r\n" % n for n in range(1000))),
    "Authorization with an underscore": lambda a: a.good(
        head=a.head.replace(b"Authorization", b"Author_ization"), more=b"Authorization_: x\r\n"
    ),
    "no Host": lambda a: a.good(head=a.rest),
    "two Hosts": lambda a: a.good(more=b"Host: evil.example\r\n"),
    "another Host": lambda a: a.good(head=b"Host: evil.example\r\n" + a.rest),
    "empty Host": lambda a: a.good(head=b"Host: \r\n" + a.rest),
    "Host with a path": lambda a: a.good(head=b"Host: a/b\r\n" + a.rest),
    "target that is a host": lambda a: a.good(b"POST evil.example:80 HTTP/1.1\r\n"),
    "target *": lambda a: a.good(b"POST * HTTP/1.1\r\n"),
    "target with a space": lambda a: a.good(b"POST /xapi/state ments HTTP/1.1\r\n"),
    "target with a NUL": lambda a: a.good(b"POST /xapi/state\0ments HTTP/1.1\r\n"),
    "target in Latin-1": lambda a: a.good(b"POST /xapi/statements?x=\xe9 HTTP/1.1\r\n"),
    "target in UTF-8": lambda a: a.good(b"POST /xapi/statements?x=\xc3\xa9 HTTP/1.1\r\n"),
    "target with a bad percent": lambda a: a.good(b"POST /xapi/statements%zz HTTP/1.1\r\n"),
    "target with dots": lambda a: a.good(b"POST /xapi/../xapi/statements HTTP/1.1\r\n"),
    "target of 100 kB": lambda a: a.good(b"POST /xapi/statements?x=" + b"a" * 100_000 + b" HTTP/1.1\r\n"),
    "CONNECT": lambda a: a.good(b"CONNECT evil.example:80 HTTP/1.1\r\n"),
    "TRACE": lambda a: a.good(b"TRACE /xapi/statements HTTP/1.1\r\n"),
    "unknown method": lambda a: a.good(b"BREW /xapi/statements HTTP/1.1\r\n"),
    "HTTP/9.9": lambda a: a.good(b"POST /xapi/statements HTTP/9.9\r\n"),
    "HTTP/0.9": lambda _: b"POST /xapi/statements\r\n\r\n",
    "a TLS hello": lambda _: b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + b"\0" * 100,
    "no HTTP at all": lambda _: bytes(range(128, 256)) * 10 + b"\r\n\r\n",
}
GOOD: dict[str, Callable[[Line], bytes]] = {
    "a length": lambda a: a.good(),
    "a chunk": lambda a: a.with_chunks(),
    "a chunk for each octet": lambda a: (
        POST + a.head + CHUNKED + b"\r\n" + b"".join(b"1\r\n%c\r\n" % one for one in a.body) + b"0\r\n\r\n"
    ),
    "chunk size in capitals and with zeros": lambda a: a.with_chunks(size=b"000%X" % len(a.body)),
    "chunk extension": lambda a: a.with_chunks(size=b"%x;a=b" % len(a.body)),
    "trailer that claims a length": lambda a: a.with_chunks(end=b"0\r\nContent-Length: 5\r\n\r\n"),
    "chunks and a length: the chunks count": lambda a: a.with_chunks(more=b"Content-Length: 5\r\n"),
    "the same length twice": lambda a: a.good(more=a.length),
    "underscore for a length": lambda a: a.good(more=b"Content_Length: 5\r\n"),
    "underscore for a forwarded address": lambda a: a.good(more=b"X_Forwarded_For: 1.2.3.4\r\n"),
    "lines that end in bare LF": lambda a: (POST + a.head + a.length + b"\r\n").replace(b"\r\n", b"\n") + a.body,
    "empty lines before it": lambda a: b"\r\n\r\n" + a.good(),
    "the whole address as target": lambda a: a.good(
        f"POST http://127.0.0.1:{a.port}/xapi/statements HTTP/1.1\r\n".encode()
    ),
    "Expect: 100-continue": lambda a: a.good(more=b"Expect: 100-continue\r\n"),
}


@dataclass
class Served:
    """The real server, and who speaks to it."""

    port: int
    basic: str

    def line(self) -> Line:
        return Line(self.port, self.basic, str(uuid4()))

    def say(self, octets: bytes, end: str = "") -> list[int]:
        """The statuses of all answers; `end` says how the line ends after `octets`: half, close or reset."""
        with socket.create_connection(("127.0.0.1", self.port), timeout=5) as line:
            heard = b""
            try:
                line.sendall(octets)
                if end == "reset":
                    line.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
                if end in ("close", "reset"):
                    return []
                if end == "half":
                    line.shutdown(socket.SHUT_WR)
                while some := line.recv(65536):
                    heard += some
            except ConnectionError:  # it did not even read to the end
                pass
        return [int(one) for one in re.findall(rb"HTTP/1\.[01] (\d{3})", heard) if one != b"100"]

    def ask(self, address: str) -> int:
        """The status with which a GET is answered."""
        head = self.line().head
        return self.say(f"GET /xapi{address} HTTP/1.1\r\n".encode() + head + b"\r\n")[0]


@pytest.fixture(scope="module")
def server(tmp_path_factory) -> Iterator[Served]:
    folder = tmp_path_factory.mktemp("framing")
    site = make_site(folder)
    site.lms("migrate")
    key = json.loads(site.lms("lrs", "key", "add", "--scope", "all", "--name", "framing", "--json"))
    with Process(["-m", "lms.cli", "serve"], site.env, folder / "server.log"):
        wait_for(lambda: answers(site.port, "/xapi/about"), "the store serves")
        yield Served(site.port, base64.b64encode(f"{key['key']}:{key['secret']}".encode()).decode())


@pytest.mark.parametrize("name", BAD)
def test_framing_that_is_refused(server, name):
    line = server.line()
    statuses = server.say(BAD[name](line))
    assert len(statuses) <= 1 and set(statuses) <= REFUSED
    assert server.ask(f"/statements?statementId={line.sid}") == 404


@pytest.mark.parametrize("name", GOOD)
def test_framing_that_is_accepted(server, name):
    line = server.line()
    assert server.say(GOOD[name](line)) == [200]
    assert server.ask(f"/statements?statementId={line.sid}") == 200


CUT = {
    "before the end that its length tells": b"Content-Length: 500\r\n\r\nhalf a docu",
    "between two chunks": CHUNKED + b"\r\n5\r\nhalf \r\n",
    "inside a chunk": CHUNKED + b"\r\n50\r\nhalf ",
}


@pytest.mark.parametrize("end", ["half", "close", "reset"])
@pytest.mark.parametrize("name", CUT)
def test_half_a_document_never_replaces_a_whole_one(server, name, end):
    place = f"/activities/state?{STATE_PLACE}{uuid4()}"
    put = f"PUT /xapi{place} HTTP/1.1\r\n".encode() + server.line().head.replace(b"application/json", b"text/plain")
    assert set(server.say(put + CUT[name], end)) <= {400, 411}
    assert server.ask(place) == 404
    assert server.say(put + b"Content-Length: 5\r\n\r\nwhole") == [204]
    assert set(server.say(put + b"If-Match: *\r\n" + CUT[name], end)) <= {400, 411}
    unchanged = b'If-None-Match: "af81132610ec21451a6b9d3a0acfb847ea155c9f"\r\n\r\n'  # the SHA-1 of "whole"
    assert server.say(f"GET /xapi{place} HTTP/1.1\r\n".encode() + server.line().head + unchanged) == [304]


def test_half_a_statement_is_not_stored(server):
    for end in ("half", "close", "reset"):
        line = server.line()
        assert set(server.say(POST + line.head + b"Content-Length: 500\r\n\r\n" + line.body, end)) <= {400}
        assert server.ask(f"/statements?statementId={line.sid}") == 404


def test_no_input_of_these_tables_has_disappeared():
    assert (len(BAD), len(GOOD), len(CUT)) == (54, 14, 3)  # HTTP framing: 21 were asked for
