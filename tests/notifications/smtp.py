"""A mail server on loopback, small enough to read: it keeps what it is sent, and refuses whom it is told to refuse."""

import email
import email.policy
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from email.message import EmailMessage


class MailServer(socketserver.ThreadingTCPServer):
    """Listens on 127.0.0.1, on a port of its own."""

    allow_reuse_address = True
    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Conversation)
        self.letters: list[EmailMessage] = []
        self.refuse: dict[str, str] = {}
        """Address -> the answer to it, such as `550 no such mailbox`."""

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self.server_address[1]}"


class _Conversation(socketserver.StreamRequestHandler):
    server: MailServer

    def say(self, text: str) -> None:
        self.wfile.write(text.encode() + b"\r\n")

    def handle(self) -> None:
        self.say("220 loopback")
        for line in self.rfile:
            verb = line.decode().strip()
            if verb.upper().startswith("RCPT"):
                address = verb[verb.index("<") + 1 : verb.index(">")]
                self.say(self.server.refuse.get(address, "250 fine"))
            elif verb.upper() == "DATA":
                self.say("354 go on")
                body = b""
                while (part := self.rfile.readline()) != b".\r\n":
                    body += part
                self.server.letters.append(email.message_from_bytes(body, policy=email.policy.default))  # type: ignore[arg-type]
                self.say("250 kept")
            elif verb.upper() == "QUIT":
                self.say("221 bye")
                return
            else:
                self.say("250 fine")


@contextmanager
def mail_server() -> Iterator[MailServer]:
    """A running mail server; it ends with the block."""
    server = MailServer()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
