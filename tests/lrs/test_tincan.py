"""A stock client against the running server: tincan, over a real socket."""

import copy
import json
import socket
import threading

import pytest
import tincan
from werkzeug.serving import WSGIRequestHandler, make_server

from .samples import ANA, statement

REGISTRATION = "f3b0c442-98fc-4c14-9afb-f4c8996fb924"
"""tincan knows UUIDs of versions 1 to 5 only."""


class Quiet(WSGIRequestHandler):
    """Speaks HTTP/1.1 and logs nothing."""

    protocol_version = "HTTP/1.1"

    def log(self, *_, **__):
        pass


@pytest.fixture
def port(app):
    server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=Quiet)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield server.server_port
    server.shutdown()
    thread.join()


@pytest.fixture(params=["/xapi", "/xapi/", "/xapi/1.0.3/"])
def remote(port, store, request):
    return tincan.RemoteLRS(
        endpoint=f"http://127.0.0.1:{port}{request.param}", username=store.key, password=store.secret
    )


def made(**parts):
    return tincan.Statement(copy.deepcopy(statement(**parts)))  # tincan changes what it is given


def test_statements_are_saved_read_and_found(remote):
    one = remote.save_statement(made())
    assert one.success, one.data
    assert remote.retrieve_statement(one.content.id).content.verb.id == statement()["verb"]["id"]
    put = remote.save_statement(made(id="27ae41e4-649b-434c-8a95-991b7852b855"))
    assert put.success, put.data
    many = remote.save_statements(
        [made(context={"registration": REGISTRATION}, result={"score": {"scaled": 0.85, "raw": 85}}) for _ in range(5)]
    )
    assert many.success and len({str(saved.id) for saved in many.content}) == 5

    page = remote.query_statements({"registration": REGISTRATION, "limit": 2, "ascending": "true"})
    found = []
    while True:
        assert page.success, page.data
        found += [str(one.id) for one in page.content.statements]
        if not page.content.more:
            break
        page = remote.more_statements(page.content)
    assert found == [str(saved.id) for saved in many.content]
    asked = remote.query_statements(
        {"agent": tincan.Agent(copy.deepcopy(ANA)), "verb": tincan.Verb(id=statement()["verb"]["id"]), "limit": 3}
    )
    assert len(asked.content.statements) == 3


def test_voiding(remote):
    lesson = str(remote.save_statement(made()).content.id)
    void = made(
        verb={"id": "http://adlnet.gov/expapi/verbs/voided"}, object={"objectType": "StatementRef", "id": lesson}
    )
    assert remote.save_statement(void).success
    assert remote.retrieve_statement(lesson).response.status == 404
    assert str(remote.retrieve_voided_statement(lesson).content.id) == lesson


def test_state_is_saved_read_listed_and_cleared(remote):
    activity, agent = tincan.Activity(id="https://asah.example/a"), tincan.Agent(copy.deepcopy(ANA))
    document = tincan.StateDocument(
        id="tempat", activity=activity, agent=agent, content=bytearray(b'{"slide": 3}'), content_type="application/json"
    )
    assert remote.save_state(document).success
    assert bytes(remote.retrieve_state(activity, agent, "tempat").content.content) == b'{"slide": 3}'
    assert remote.retrieve_state_ids(activity, agent).content == ["tempat"]
    assert remote.clear_state(activity, agent).success
    assert remote.retrieve_state_ids(activity, agent).content == []


def test_attachments_come_back_as_they_were_named(remote):
    named = {
        "usageType": "https://asah.example/proof",
        "display": {"id": "Bukti"},
        "description": {"id": "Daftar hadir"},
        "contentType": "text/plain",
        "length": 3,
        "sha2": "a" * 64,
        "fileUrl": "https://asah.example/proof.txt",
    }
    saved = remote.save_statement(made(attachments=[named]))
    assert saved.success, saved.data
    [back] = remote.retrieve_statement(saved.content.id).content.attachments
    assert back.as_version() == named
    [one] = remote.query_statements({"attachments": "false"}).content.statements
    assert one.attachments[0].sha2 == named["sha2"]


def test_contents_are_beyond_tincan_and_refused_in_words(remote):
    """It knows no multipart: it can neither send a content nor read an answer that brings one."""
    named = {"usageType": "x:y", "display": {}, "contentType": "text/plain", "length": 3, "sha2": "a" * 64}
    refused = remote.save_statement(made(attachments=[named]))
    assert not refused.success and "neither a fileUrl nor a part" in str(refused.data)
    with pytest.raises(ValueError, match="JSON|Expecting value"):
        remote.query_statements({"attachments": "true"})


@pytest.mark.parametrize("kind", ["activity", "agent"])
def test_profiles_are_read_changed_listed_and_deleted(remote, store, kind):
    """A new one is beyond tincan: it cannot say If-None-Match, which the standard asks for (Communication 3.1)."""
    activity, agent = tincan.Activity(id="https://asah.example/a"), tincan.Agent(copy.deepcopy(ANA))
    holder, make, resource, of = {
        "activity": (activity, tincan.ActivityProfileDocument, "/activities/profile", {"activityId": activity.id}),
        "agent": (agent, tincan.AgentProfileDocument, "/agents/profile", {"agent": json.dumps(ANA)}),
    }[kind]
    save, read, listed, delete = (
        getattr(remote, name.format(kind))
        for name in ("save_{}_profile", "retrieve_{}_profile", "retrieve_{}_profile_ids", "delete_{}_profile")
    )
    new = make(id="selera", content=bytearray(b'{"a": 1}'), content_type="application/json", **{kind: holder})
    assert "If-None-Match" in str(save(new).data)
    assert (
        store.ask("PUT", resource, {"a": 1}, headers={"If-None-Match": "*"}, profileId="selera", **of).status_code
        == 204
    )

    def now():
        """The document as it is. tincan looks for the ETag in the wrong place: whoever uses it has to set it."""
        answer = read(holder, "selera")
        answer.content.etag = answer.response.getheader("ETag")
        return answer.content

    found = now()
    assert json.loads(bytes(found.content)) == {"a": 1}
    found.content, found.content_type = bytearray(b'{"b": 2}'), "application/json"
    assert save(found).success
    assert bytes(now().content) == b'{"b": 2}'
    assert save(found).response.status == 412  # its ETag is the one before
    assert listed(holder).content == ["selera"]
    assert delete(now()).success
    assert listed(holder).content == []


def test_about_says_more_than_tincan_knows(remote):
    with pytest.raises(ValueError, match="2.0.0"):
        remote.about()


def test_a_head_over_the_wire_has_no_body(port, store):
    with socket.create_connection(("127.0.0.1", port), timeout=5) as line:
        line.sendall(
            f"HEAD /xapi/statements HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: {store.basic}\r\n"
            "X-Experience-API-Version: 1.0.3\r\nConnection: close\r\n\r\n".encode()
        )
        answer = b""
        while part := line.recv(4096):
            answer += part
    head, _, body = answer.partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 200") and body == b""
