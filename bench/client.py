"""A load client that costs little: one process, keep-alive connections, requests that are bytes already."""

import select
import socket
import time
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlencode


class Refused(Exception):
    """The server did not answer 200."""


@dataclass(frozen=True)
class Load:
    """What a run of requests took."""

    seconds: float
    """From the first request to the last answer."""
    times: list[float]
    """Seconds of each request, shortest first."""

    @property
    def rate(self) -> float:
        """Requests a second."""
        return len(self.times) / self.seconds

    def percentile(self, share: float) -> float:
        """Milliseconds within which `share` (0.99) of the requests were answered."""
        return 1000 * self.times[min(len(self.times) - 1, int(share * len(self.times)))]


class Connection:
    """A connection to 127.0.0.1 that carries one request after another."""

    def __init__(self, port: int):
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=120)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.began = 0.0
        self._got = b""
        self._head = self._whole = 0

    def send(self, request: bytes) -> None:
        """Send a request; the one before must be answered."""
        self._got, self._whole = b"", 0
        self.began = time.perf_counter()
        self.socket.sendall(request)

    def receive(self) -> bytes | None:
        """Take what has come: the answer's body once it is whole, None before. Raises Refused for any but a 200."""
        part = self.socket.recv(1 << 20)
        if not part:
            raise Refused("the server closed the connection")
        self._got = self._got + part if self._got else part
        if not self._whole:
            self._head = self._got.find(b"\r\n\r\n") + 4
            if self._head == 3:
                return None
            self._whole = self._head + _length(self._got[: self._head].lower())
        if len(self._got) < self._whole:
            return None
        if self._got[9:12] != b"200":
            raise Refused(self._got[:2000].decode(errors="replace"))
        return self._got[self._head :]

    def ask(self, request: bytes) -> tuple[bytes, float]:
        """The answer's body and the milliseconds it took."""
        self.send(request)
        while (body := self.receive()) is None:
            pass
        return body, (time.perf_counter() - self.began) * 1000

    def close(self) -> None:
        """Hang up."""
        self.socket.close()


def _length(head: bytes) -> int:
    at = head.find(b"\r\ncontent-length:")
    if at < 0:
        raise Refused(f"an answer without Content-Length: {head!r}")
    return int(head[at + 17 : head.index(b"\r\n", at + 2)])


def load(port: int, requests: Iterator[bytes], connections: int, seconds: float) -> Load:
    """Send `requests` for `seconds` over so many connections, each the next one as soon as it has its answer."""
    poll, lines, times = select.poll(), {}, []
    for _ in range(connections):
        line = Connection(port)
        lines[line.socket.fileno()] = line
        poll.register(line.socket, select.POLLIN)
    began = time.perf_counter()
    end, waiting = began + seconds, len(lines)
    for line in lines.values():
        line.send(next(requests))
    while waiting:
        for number, _ in poll.poll(120_000):
            line = lines[number]
            if line.receive() is None:
                continue
            now = time.perf_counter()
            times.append(now - line.began)
            if now < end:
                line.send(next(requests))
            else:
                waiting -= 1
    taken = time.perf_counter() - began
    for line in lines.values():
        line.close()
    return Load(taken, sorted(times))


def get(path: str, headers: dict[str, str], **query: str) -> bytes:
    """A GET as bytes; `query` is encoded, or `path` holds one already."""
    where = f"{path}?{urlencode(query)}" if query else path
    lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    return f"GET {where} HTTP/1.1\r\nHost: 127.0.0.1\r\n{lines}\r\n".encode()


def posts(path: str, headers: dict[str, str], bodies: Iterator[bytes]) -> Iterator[bytes]:
    """A POST of each body."""
    lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
    head = f"POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n{lines}Content-Type: application/json\r\n".encode()
    for body in bodies:
        yield b"%sContent-Length: %d\r\n\r\n%s" % (head, len(body), body)
