"""A request that broke off is refused, so that half a document never replaces a whole one."""

import io
from collections.abc import Callable, Iterable
from typing import Any, NoReturn

from werkzeug.exceptions import LengthRequired

SHOWS_ITS_END = ("application/json", "multipart/mixed")
"""Types of a content that cannot be read when its end is missing."""


class WholeBodies:
    """A WSGI layer under which reading a body gives all octets that its Content-Length told, or ends in 400.

    The server passes on what came before the line broke as if that were all. A chunked body (RFC 9112, 7.1) does not
    tell its length: it is only read where its own form shows that the end is there, else reading ends in 411.
    """

    def __init__(self, application: Callable):
        self.application = application

    def __call__(self, environ: dict[str, Any], start_response: Callable) -> Iterable[bytes]:
        if environ.get("CONTENT_LENGTH"):
            environ.pop("wsgi.input_terminated", None)  # so that Werkzeug counts, and does not trust the server's end
        elif "HTTP_TRANSFER_ENCODING" in environ:
            kind = environ.get("CONTENT_TYPE", "").partition(";")[0].strip().lower()
            if kind not in SHOWS_ITS_END:
                environ |= {"wsgi.input": _Unknown(), "wsgi.input_terminated": True}
        return self.application(environ, start_response)


class _Unknown(io.RawIOBase):
    """A body of which nobody could tell whether it is whole."""

    def readable(self) -> bool:
        return True

    def readinto(self, _buffer: Any) -> NoReturn:
        raise LengthRequired
