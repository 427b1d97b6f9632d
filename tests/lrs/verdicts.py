"""What a test says of an input: refused, or kept as it was sent."""

import json

PLAIN = '{"actor":{"mbox":"mailto:a@b.id"},"verb":{"id":"x:v"},"object":{"id":"x:o"}%s}'
"""A statement as text, with a place for more properties."""


def kept_as_sent(store, kept, body, headers=None):
    before = kept()
    answer = store.post(body, headers=headers)
    assert answer.status_code == 200, answer.text
    assert kept() == before + 1
    text = body.decode() if isinstance(body, bytes) else body if isinstance(body, str) else json.dumps(body)
    sent, back = json.loads(text), store.ask("GET", "/statements", statementId=answer.json[0], headers=headers).json
    sent = sent[0] if isinstance(sent, list) else sent
    assert {key: back.get(key) for key in sent} == sent
    return back


def refused(store, kept, body, headers=None, status=(400, 413)):
    answer = store.post(body, headers=headers)
    assert answer.status_code in status, answer.text[:500]
    assert answer.json["error"]
    assert len(answer.data) < 3000
    assert kept() == 0
