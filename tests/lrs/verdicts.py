"""What a test says of an input: refused, or kept as it was sent. Either way the answer takes less than a second."""

import json
import time
from contextlib import contextmanager

PLAIN = '{"actor":{"mbox":"mailto:a@b.id"},"verb":{"id":"x:v"},"object":{"id":"x:o"}%s}'
"""A statement as text, with a place for more properties."""
SECONDS = 1.0
"""Of work (not of waiting for a busy machine) for one request, whatever it holds."""


@contextmanager
def in_time():
    """What is done inside costs less than a second."""
    began = time.thread_time()
    yield
    assert time.thread_time() - began < SECONDS


def exactly(text):
    """A JSON value in which each number is the digits that were sent, so that 0.10 is not 0.1 and true is not 1."""
    return json.loads(text, parse_int=lambda raw: ("number", raw), parse_float=lambda raw: ("number", raw))


def kept_as_sent(store, kept, body, headers=None):
    """One statement more is stored, and it reads back to the last digit."""
    before = kept()
    with in_time():
        answer = store.post(body, headers=headers)
    assert answer.status_code == 200, answer.text[:500]
    assert kept() == before + 1
    text = body.decode() if isinstance(body, bytes) else body if isinstance(body, str) else json.dumps(body)
    read = store.ask("GET", "/statements", statementId=answer.json[0], headers=headers)
    sent, back = exactly(text), exactly(read.text)
    sent = sent[0] if isinstance(sent, list) else sent
    assert {key: back.get(key) for key in sent} == sent
    return read.json


def refused(store, kept, body, headers=None, status=(400, 413), **how):
    """The answer says what is wrong, in few words, and nothing is stored."""
    before = kept()
    with in_time():
        answer = store.post(body, headers=headers, **how)
    not_done(answer, status)
    assert kept() == before
    return answer


def not_done(answer, status=(400,)):
    """An answer that refuses: one of `status`, with a reason, however long the input was."""
    assert answer.status_code in status, answer.text[:500]
    assert answer.json["error"]
    assert len(answer.data) < 3000
