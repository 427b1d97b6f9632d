"""Contents of attachments: kept once, given back with the statements that brought them (1.0.3 Communication 1.5.2)."""

import hashlib
import io
import json
import tracemalloc
from email import message_from_bytes

import pytest

from lms.core import db, storage
from lms.lrs import actions
from lms.lrs.models import Attachment

from .parts import TYPE, attached, body, part, read, with_content
from .samples import LESSON, VOIDED, statement

PROOF, SCAN = b"Bukti kehadiran\n", bytes(range(256)) * 40
ID = "0190a1b2-4444-7000-8000-000000000001"


def contents(answer):
    """The octets of an answer's parts."""
    return [octets for _, octets in read(answer)[1]]


def rows():
    db.session.rollback()
    return db.session.query(Attachment).count()


def files():
    root = storage.path("0" * 64).parent.parent
    return sorted(one.parent.name + one.name for one in root.glob("??/*"))


def digest(content):
    return hashlib.sha256(content).hexdigest()


def test_put_brings_contents_too(store):
    answer = store.ask("PUT", "/statements", with_content(PROOF, SCAN), headers=TYPE, statementId=ID)
    assert answer.status_code == 204, answer.text
    assert contents(store.ask("GET", "/statements", statementId=ID, attachments="true")) == sorted(
        (PROOF, SCAN), key=digest
    )


def test_without_attachments_the_answer_is_json(store):
    store.post(with_content(PROOF), headers=TYPE)
    for params in ({}, {"attachments": "false"}):
        answer = store.ask("GET", "/statements", **params)
        assert answer.mimetype == "application/json"
        assert answer.json["statements"][0]["attachments"] == [attached(PROOF)] and PROOF not in answer.data
    _, others = read(store.ask("GET", "/statements", attachments="true", until="2001-01-01T00:00:00Z"))
    assert others == []


@pytest.mark.parametrize("function", ["sha224", "sha256", "sha384", "sha512"])
@pytest.mark.parametrize("letters", [str.lower, str.upper])
def test_every_sha2_names_a_content(store, function, letters):
    name = letters(hashlib.new(function, SCAN).hexdigest())
    sent = statement(id=ID, attachments=[attached(SCAN) | {"sha2": name}])
    answer = store.post(body(sent, part(SCAN, X_Experience_API_Hash=name)), headers=TYPE)
    assert answer.status_code == 200, answer.text
    whole, [(headers, octets)] = read(store.ask("GET", "/statements", statementId=ID, attachments="true"))
    assert (headers["X-Experience-API-Hash"], octets, whole["attachments"][0]["sha2"]) == (name, SCAN, name)
    assert files() == [digest(SCAN)]


def test_one_copy_serves_all_statements_of_a_page(store):
    many = [statement(attachments=[attached(PROOF)]) for _ in range(3)] + [statement(attachments=[attached(SCAN)])]
    assert store.post(body([*many, statement()], part(PROOF), part(SCAN)), headers=TYPE).status_code == 200
    whole, others = read(store.ask("GET", "/statements", attachments="true"))
    assert len(whole["statements"]) == 5
    assert sorted(octets for _, octets in others) == sorted((PROOF, SCAN))
    assert (rows(), files()) == (4, sorted((digest(PROOF), digest(SCAN))))


def test_each_page_brings_the_contents_of_its_own_statements(store):
    sent = [b"%d" % n for n in range(5)]
    for one in sent:
        assert store.post(with_content(one), headers=TYPE).status_code == 200
    found, answer = [], store.ask("GET", "/statements", attachments="true", limit=2, ascending="true")
    while True:
        page, others = read(answer)
        assert [one["attachments"][0]["sha2"] for one in page["statements"]] == [digest(octets) for _, octets in others]
        found += [octets for _, octets in others]
        if not page["more"]:
            break
        resource, _, query = page["more"].removeprefix("/xapi").partition("?")
        answer = store.ask("GET", resource, raw=query)
    assert found == sent


@pytest.mark.parametrize("wanted", ["exact", "ids", "canonical"])
def test_every_format_brings_contents(store, wanted):
    store.post(with_content(PROOF), headers=TYPE)
    assert contents(store.ask("GET", "/statements", attachments="true", format=wanted)) == [PROOF]


def test_a_voided_statement_keeps_its_content(store):
    store.post(with_content(PROOF, id=ID), headers=TYPE)
    store.post(statement(verb={"id": VOIDED}, object={"objectType": "StatementRef", "id": ID}))
    assert contents(store.ask("GET", "/statements", attachments="true")) == []
    assert contents(store.ask("GET", "/statements", voidedStatementId=ID, attachments="true")) == [PROOF]


def test_the_attachments_of_a_substatement_come_too(store):
    inside = {**statement(attachments=[attached(PROOF)]), "objectType": "SubStatement"}
    assert store.post(body(statement(object=inside), part(PROOF)), headers=TYPE).status_code == 200
    assert contents(store.ask("GET", "/statements", attachments="true")) == [PROOF]


@pytest.mark.parametrize("version", ["1.0.3", "2.0.0"])
def test_a_content_may_come_though_there_is_a_url(store, version):
    sent = statement(attachments=[attached(PROOF, fileUrl="https://asah.example/p")])
    header = {"X-Experience-API-Version": version}
    assert store.post(body(sent, part(PROOF)), headers=TYPE | header).status_code == 200
    assert store.post(body({**sent, "id": ID}), headers=TYPE | header).status_code == 200
    assert contents(store.ask("GET", "/statements", attachments="true", headers=header)) == [PROOF]


@pytest.mark.parametrize("sent", [statement(), [statement(), statement()], statement(attachments=[]), []])
def test_multipart_may_bring_nothing(store, sent):
    assert store.post(body(sent), headers=TYPE).status_code == 200


def test_other_readers_of_multipart_understand_the_answer(store):
    sent = statement(attachments=[attached(PROOF), attached(b"2", contentType="text/plain; charset=utf-8")])
    store.post(body(sent, part(PROOF), part(b"2")), headers=TYPE)
    answer = store.ask("GET", "/statements", attachments="true")
    message = message_from_bytes(
        b"Content-Type: " + answer.headers["Content-Type"].encode() + b"\r\n\r\n" + answer.data
    )
    first, *others = message.get_payload()
    assert json.loads(first.get_payload(decode=True))["statements"][0]["attachments"] == sent["attachments"]
    assert {one["X-Experience-API-Hash"]: one.get_payload(decode=True) for one in others} == {
        digest(PROOF): PROOF,
        digest(b"2"): b"2",
    }


def test_a_boundary_is_never_the_same(store):
    store.post(with_content(PROOF), headers=TYPE)
    asked = [store.ask("GET", "/statements", attachments="true").headers["Content-Type"] for _ in range(5)]
    assert len(set(asked)) == 5


def test_head_tells_the_length(store):
    id_ = store.post(with_content(SCAN), headers=TYPE).json[0]
    head, get = (store.ask(m, "/statements", statementId=id_, attachments="true") for m in ("HEAD", "GET"))
    assert head.data == b"" and head.headers["Content-Length"] == str(len(get.data))
    assert head.headers["Last-Modified"] == get.headers["Last-Modified"]


def test_whoever_only_names_a_hash_does_not_get_the_file(store, a_key):
    store.post(with_content(PROOF), headers=TYPE)
    other = a_key("statements/write", "statements/read/mine")
    named = statement(attachments=[attached(PROOF, fileUrl="https://asah.example/p")])
    assert other.post(named).status_code == 200
    assert contents(other.ask("GET", "/statements", attachments="true")) == []
    assert other.post(with_content(PROOF), headers=TYPE).status_code == 200
    assert contents(other.ask("GET", "/statements", attachments="true")) == [PROOF]


def test_a_known_content_must_be_sent_again(store):
    store.post(with_content(PROOF), headers=TYPE)
    assert store.post(body(statement(attachments=[attached(PROOF)])), headers=TYPE).status_code == 400


def test_the_same_statement_twice_is_harmless_and_may_bring_its_content_later(store, kept):
    sent = statement(id=ID, attachments=[attached(PROOF, fileUrl="https://asah.example/p")])
    assert store.post(sent).status_code == 200
    for _ in range(2):
        assert store.post(body(sent, part(PROOF)), headers=TYPE).status_code == 200
    assert (kept(), rows()) == (1, 1)
    assert contents(store.ask("GET", "/statements", statementId=ID, attachments="true")) == [PROOF]


def test_another_statement_under_the_id_brings_nothing(store):
    store.post(statement(id=ID))
    assert store.post(with_content(PROOF, id=ID), headers=TYPE).status_code == 409
    assert rows() == 0
    assert contents(store.ask("GET", "/statements", statementId=ID, attachments="true")) == []


def test_the_file_is_there_before_the_statement_is(store, kept, monkeypatch):
    """A process that dies in between leaves a file without a row, never a row without a file."""
    seen = []

    def refuse(*_):
        seen.extend(files())
        raise ZeroDivisionError

    monkeypatch.setattr(actions, "put", refuse)
    assert store.post(with_content(PROOF), headers=TYPE).status_code == 500
    assert (seen, kept(), rows()) == ([digest(PROOF)], 0, 0)


def test_a_refused_batch_writes_no_file(store):
    store.post(body([statement(attachments=[attached(PROOF)]), statement(verb={})], part(PROOF)), headers=TYPE)
    assert files() == []


def test_a_lost_file_is_passed_over_and_the_rest_still_comes(store):
    store.post(with_content(PROOF, SCAN), headers=TYPE)
    storage.path(digest(PROOF)).unlink()
    assert contents(store.ask("GET", "/statements", attachments="true")) == [SCAN]
    storage.path(digest(SCAN)).write_bytes(b"cut")
    assert contents(store.ask("GET", "/statements", attachments="true")) == []


def test_no_line_of_a_statement_becomes_a_header(store):
    kind = "text/plain\r\nSet-Cookie: a=b"
    answer = store.post(body(statement(attachments=[attached(PROOF, contentType=kind)]), part(PROOF)), headers=TYPE)
    assert (answer.status_code, answer.json["path"]) == (400, "attachments[0].contentType")


def test_how_much_is_taken_at_once(app, store, kept, monkeypatch):
    one = statement(object=LESSON | {"definition": {"description": {"id": "a" * 900_000}}})
    assert store.post([one] * 8).status_code == 200
    assert store.post([one] * 9).status_code == 413
    assert store.post(body([one] * 9), headers=TYPE).status_code == 413
    assert kept() == 8
    monkeypatch.setitem(app.extensions["lrs"].config, "MAX_CONTENT_LENGTH", 9_000_000)
    assert store.post(with_content(b"a" * 8_500_000), headers=TYPE).status_code == 200
    assert store.post(with_content(b"a" * 9_000_000), headers=TYPE).status_code == 413
    assert kept() == 9


class Slow(io.RawIOBase):
    """A body that is read from the line: what is measured is what the server keeps of it."""

    def __init__(self, octets):
        self.octets, self.at = octets, 0

    def readable(self):
        return True

    def readinto(self, into):
        chunk = self.octets[self.at : self.at + len(into)]
        into[: len(chunk)] = chunk
        self.at += len(chunk)
        return len(chunk)


def test_memory_is_bounded_by_twice_the_body_and_an_answer_streams(app, store):
    size = 20_000_000
    octets, wsgi = with_content(b"a" * size, id=ID), app.extensions["lrs"].wsgi_app

    def ask(**environ):
        said, base = [], {"SERVER_NAME": "127.0.0.1", "SERVER_PORT": "80", "wsgi.url_scheme": "http"}
        base |= {"HTTP_AUTHORIZATION": store.basic, "HTTP_X_EXPERIENCE_API_VERSION": "1.0.3"}
        base |= {"PATH_INFO": "/xapi/statements", "wsgi.errors": io.StringIO(), **environ}
        tracemalloc.start()
        try:
            given = wsgi(base, lambda status, _: said.append(status))
            length = sum(len(chunk) for chunk in given)
            given.close()
            return said[0], length, tracemalloc.get_traced_memory()[1]
        finally:
            tracemalloc.stop()

    sent = {"CONTENT_TYPE": TYPE["Content-Type"], "CONTENT_LENGTH": str(len(octets)), "wsgi.input": Slow(octets)}
    status, _, peak = ask(REQUEST_METHOD="POST", **sent)
    assert status == "200 OK" and peak < 2.4 * len(octets)
    asked = {"QUERY_STRING": f"statementId={ID}&attachments=true", "wsgi.input": io.BytesIO()}
    status, length, peak = ask(REQUEST_METHOD="GET", **asked)
    assert status == "200 OK" and length > size and peak < 2_000_000
