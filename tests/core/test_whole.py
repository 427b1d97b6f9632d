"""A form that broke off on the line is refused, written by hand onto the line of the real server."""

import re
import socket
from collections.abc import Iterator
from urllib.parse import quote, urlencode

import pytest

from tests.browser.conftest import make_site
from tests.faults.serving import Process, answers, wait_for

pytestmark = [pytest.mark.faults, pytest.mark.pure]


@pytest.fixture(scope="module")
def port(tmp_path_factory) -> Iterator[int]:
    """Where the site is served."""
    folder = tmp_path_factory.mktemp("whole")
    site = make_site(folder)
    site.env |= {"ASAH_WORKERS": "1"}
    site.lms("migrate")
    with Process(["-m", "lms.cli", "serve"], site.env, folder / "server.log"):
        wait_for(lambda: answers(site.port), "the site serves")
        yield site.port


def say(port: int, octets: bytes, cut: bool = False) -> bytes:
    """What is answered to `octets`; `cut`: nothing more comes after them."""
    with socket.create_connection(("127.0.0.1", port), timeout=10) as line:
        line.sendall(octets)
        if cut:
            line.shutdown(socket.SHUT_WR)
        answer = b""
        while part := line.recv(65536):
            answer += part
    return answer


def form(port: int, kind: str = "urlencoded") -> tuple[bytes, bytes]:
    """The head (but its length) and the body of a form that somebody sends to sign in, the token first."""
    page = say(port, f"GET /sign-in HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nConnection: close\r\n\r\n".encode())
    cookie = re.search(rb"(?i)set-cookie: (sid=[^;]+)", page)[1]
    token = re.search(rb'name="csrf_token"[^>]*value="([^"]+)"', page)[1].decode()
    fields = {"csrf_token": token, "login": "199004122015032001"}
    if kind == "urlencoded":
        kind, body = "application/x-www-form-urlencoded", urlencode(fields, quote_via=quote).encode()
    else:
        parts = [f'--x\r\nContent-Disposition: form-data; name="{k}"\r\n\r\n{v}\r\n' for k, v in fields.items()]
        kind, body = "multipart/form-data; boundary=x", "".join([*parts, "--x--\r\n"]).encode()
    head = (
        f"POST /sign-in HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nConnection: close\r\nContent-Type: {kind}\r\nCookie: "
    ).encode()
    return head + cookie + b"\r\n", body


@pytest.mark.parametrize("kind", ["urlencoded", "multipart"])
def test_a_whole_form_is_taken_and_one_that_broke_off_is_not(port: int, kind: str):
    head, body = form(port, kind)
    length = b"Content-Length: %d\r\n\r\n" % len(body)
    assert say(port, head + length + body).startswith(b"HTTP/1.1 303")
    cut = say(port, head + length + body[:-8], cut=True)
    assert cut.startswith(b"HTTP/1.1 400") or cut == b"", cut[:300]


def test_a_form_that_does_not_tell_its_length_is_not_taken(port: int):
    head, body = form(port)
    chunk = b"%x\r\n%s\r\n" % (len(body), body)
    cut = say(port, head + b"Transfer-Encoding: chunked\r\n\r\n" + chunk, cut=True)
    assert b" 303 " not in cut[:20], cut[:300]
