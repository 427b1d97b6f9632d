"""What is refused before any resource looks at a request: packed bodies, and host names that are not ours."""

import gzip
import json

import pytest

from .samples import STATE_PLACE, statement


@pytest.mark.parametrize("coding", ["gzip", "br", "identity, gzip", "GZIP"])
@pytest.mark.parametrize("resource", ["/statements", "/activities/state"])
def test_a_packed_body_is_refused_with_a_sentence(store, kept, coding, resource):
    packed = gzip.compress(json.dumps(statement()).encode())
    place = STATE_PLACE if resource == "/activities/state" else ""
    answer = store.ask("POST", resource, packed, headers={"Content-Encoding": coding}, raw=place)
    assert answer.status_code == 415 and answer.mimetype == "application/json"
    assert "Content-Encoding" in answer.json["error"] and answer.headers["Access-Control-Allow-Origin"] == "*"
    assert kept() == 0


def test_a_body_that_says_it_is_not_packed_is_taken(store):
    assert store.post(statement(), headers={"Content-Encoding": "identity"}).status_code == 200


@pytest.mark.parametrize("host", ["evil.example", "asah.localhost.evil.example", "a b"])
@pytest.mark.parametrize("path", ["/xapi/about", "/xapi/statements", "/xapi/2.0/nothing"])
def test_another_host_is_answered_in_json(app, host, path):
    answer = app.test_client().get(path, headers={"Host": host})
    assert answer.status_code == 400 and answer.mimetype == "application/json"
    assert "ASAH_HOSTS" in answer.json["error"]
