"""Statements go out as NDJSON and come in again: ids kept, nothing lost, and gone on with where it stopped."""

import hashlib
import json

import pytest
from click.testing import CliRunner
from sqlalchemy import delete

from lms.core import db, texts
from lms.lrs import cli, exchange, queries
from lms.lrs.models import Attachment, Link, Reference, Statement, StatementId, Via
from tests.lrs.samples import FULL, TEAM, VOIDED, statement

BY_STORE = ("stored", "authority")


def lms(*words):
    """What the command prints."""
    db.session.rollback()
    with texts.speak("en"):
        done = CliRunner().invoke(cli.lrs, [str(word) for word in words])
    db.session.rollback()
    return done


def read(file):
    """The statements of an export without what every store sets by itself."""
    return [
        {key: value for key, value in json.loads(line).items() if key not in BY_STORE}
        for line in file.read_text().splitlines()
    ]


@pytest.fixture
def filled(store):
    """A store with all sorts of statements in it, one of them voided; its voiding statement is the last."""
    store.post([FULL, statement(actor=TEAM), statement(result={"score": {"scaled": 0.10}})])
    sent = store.post(json.dumps(statement(result={"score": {"raw": 7}})).replace(": 7", ": 7.00")).json[0]
    store.post(statement(verb={"id": VOIDED}, object={"objectType": "StatementRef", "id": sent}))
    return store


@pytest.fixture
def empty(app):
    """Makes the store forget all its statements."""

    def do():
        with db.transaction():
            for table in (Attachment, Via, Reference, Link, StatementId, Statement):
                db.session.execute(delete(table))

    return do


def test_out_of_a_store_into_an_empty_one_and_out_again(filled, empty, tmp_path):
    first, second = tmp_path / "first.ndjson", tmp_path / "second.ndjson"
    assert "5 statements" in lms("export", first).stderr
    empty()
    assert lms("import", first).stdout == "5 stored, 0 known already, 0 refused.\n"
    lms("export", second)
    assert read(second) == read(first) and len(read(first)) == 5
    voided = read(first)[3]["id"]
    assert filled.ask("GET", "/statements", voidedStatementId=voided).status_code == 200
    assert {json.loads(line)["authority"]["account"]["name"] for line in second.read_text().splitlines()} == {"import"}


def test_a_line_is_what_get_gives(filled, tmp_path):
    lms("export", tmp_path / "all.ndjson")
    first = (tmp_path / "all.ndjson").read_text().splitlines()[0]
    assert filled.ask("GET", "/statements", statementId=FULL["id"]).text == first
    assert '"raw": 7.00' in (tmp_path / "all.ndjson").read_text()


def test_to_the_standard_output(filled):
    done = lms("export", "-")
    assert len(done.stdout.splitlines()) == 5 and json.loads(done.stdout.splitlines()[0])["id"] == FULL["id"]


def test_an_export_goes_on_after_its_last_whole_line(filled, tmp_path):
    file = tmp_path / "all.ndjson"
    lms("export", file)
    whole = file.read_bytes()
    for cut in (len(whole) - 1, len(whole) - 40, whole.index(b"\n") + 1, 20, 0):
        file.write_bytes(whole[:cut])
        assert lms("export", file).exit_code == 0
        assert file.read_bytes() == whole
    filled.post(statement())
    assert "One statement" in lms("export", file).stderr
    assert file.read_bytes().startswith(whole) and len(read(file)) == 6


def test_an_export_after_a_moment(filled, tmp_path):
    lms("export", tmp_path / "all.ndjson")
    third = json.loads((tmp_path / "all.ndjson").read_text().splitlines()[2])
    lms("export", tmp_path / "rest.ndjson", "--after", third["stored"])
    assert read(tmp_path / "rest.ndjson") == read(tmp_path / "all.ndjson")[3:]
    assert lms("export", tmp_path / "no.ndjson", "--after", "yesterday").exit_code == 2


def test_a_file_that_is_no_export_of_this_store_stays_as_it_is(filled, tmp_path):
    file = tmp_path / "notes.txt"
    for text in (b"my notes\n", json.dumps({**FULL, "stored": "2026-01-01T00:00:00Z"}).encode() + b"\n", b"\xff\n"):
        file.write_bytes(text)
        assert lms("export", file).exit_code == 1
        assert file.read_bytes() == text


def test_an_import_can_be_repeated(filled, tmp_path):
    file = tmp_path / "all.ndjson"
    lms("export", file)
    assert lms("import", file).stdout == "0 stored, 5 known already, 0 refused.\n"
    assert len(filled.find()) == 4


def test_an_import_that_was_killed_goes_on(filled, empty, tmp_path):
    file, part = tmp_path / "all.ndjson", tmp_path / "part.ndjson"
    lms("export", file)
    empty()
    part.write_bytes(b"".join(file.read_bytes().splitlines(keepends=True)[:2]))
    lms("import", part)
    assert lms("import", file).stdout == "3 stored, 2 known already, 0 refused.\n"


BAD = (
    (b'{"actor":', "not"),
    (b'{"a":1,"a":2}', "twice"),
    (b"\xff\xfe", ""),
    (b"[]", ""),
    (json.dumps(statement()).encode(), "id"),
    (json.dumps({**FULL, "verb": {"id": "no iri"}}).encode(), "verb.id"),
    (json.dumps({**FULL, "result": {"success": False}}).encode(), "different"),
)


def test_bad_lines_are_told_and_kept_and_the_others_stored(store, tmp_path):
    file, good = tmp_path / "mixed.ndjson", []
    lines = [json.dumps(FULL).encode()]
    for n, (line, _) in enumerate(BAD):
        good.append(f"0190a1b2-1111-4000-8000-{n:012d}")
        lines += [line, json.dumps(statement(id=good[-1])).encode()]
    file.write_bytes(b"\n\n".join(lines))
    done = lms("import", file)
    assert done.exit_code == 1 and done.stdout == "8 stored, 0 known already, 7 refused.\n"
    assert {one["id"] for one in store.find()} == {FULL["id"], *good}
    assert (tmp_path / "mixed.ndjson.rejected").read_bytes() == b"".join(line + b"\n" for line, _ in BAD)
    reasons = [json.loads(line) for line in (tmp_path / "mixed.ndjson.reasons").read_text().splitlines()]
    assert [one["line"] for one in reasons] == [3, 7, 11, 15, 19, 23, 27]
    for one, (_, word) in zip(reasons, BAD, strict=True):
        assert word in one["reason"], one
        assert f"Line {one['line']}: {one['reason']}" in done.stderr


def test_refused_lines_can_be_mended_and_sent_again(store, tmp_path):
    file = tmp_path / "a.ndjson"
    file.write_text(json.dumps({**FULL, "verb": {"id": "no iri"}}))
    lms("import", file)
    mended = tmp_path / "a.ndjson.rejected"
    mended.write_text(mended.read_text().replace("no iri", "https://asah.example/verbs/x"))
    assert lms("import", mended).stdout.startswith("1 stored")
    assert lms("import", mended).stdout.startswith("0 stored, 1 known")


def test_both_versions_of_a_statement_come_in(store, tmp_path):
    newer = statement(
        id="0190a1b2-1111-4000-8000-000000000002",
        version="2.0.0",
        context={"contextAgents": [{"objectType": "contextAgent", "agent": TEAM["member"][0]}]},
    )
    older = statement(id="0190a1b2-1111-4000-8000-000000000001", version="1.0.1", timestamp="2016-01-01T00:00:00")
    file = tmp_path / "both.ndjson"
    file.write_text(f"{json.dumps(older)}\r\n{json.dumps(newer)}\r\n")
    assert lms("import", file).stdout == "2 stored, 0 known already, 0 refused.\n"


def test_an_import_by_a_key_is_vouched_for_by_it(store, tmp_path):
    file = tmp_path / "a.ndjson"
    file.write_text(json.dumps(FULL))
    assert lms("import", file, "--key", store.key).exit_code == 0
    assert store.find()[0]["authority"]["account"]["name"] == store.key
    assert lms("import", file, "--key", "nothing").exit_code == 1


def test_more_than_a_batch_keeps_its_order(store, empty, tmp_path):
    file, sids = tmp_path / "many.ndjson", [f"0190a1b2-1111-4000-8000-{n:012d}" for n in range(450)]
    file.write_text("\n".join(json.dumps(statement(id=sid)) for sid in reversed(sids)))
    assert exchange.A_BATCH < 450
    heard = []
    with file.open("rb") as source:
        assert exchange.take_in(source, exchange.IMPORT, lambda one: None, heard.append).stored == 450
    assert sum(heard) == file.stat().st_size
    lms("export", tmp_path / "out.ndjson")
    assert [one["id"] for one in read(tmp_path / "out.ndjson")] == sids[::-1]


def test_what_is_imported_is_never_our_own_word(store, tmp_path):
    file = tmp_path / "a.ndjson"
    file.write_text(json.dumps(FULL))
    lms("import", file)
    assert [one.own for one in queries.by_ids([FULL["id"]])] == [False]


@pytest.fixture
def with_contents(store):
    """A store with a statement that brought two contents; their octets by hash."""
    octets = {hashlib.sha256(data).hexdigest(): data for data in (b"bukti \x00\xff\r\n", b"")}
    some = [
        {
            "usageType": "https://asah.example/x",
            "display": {"id": "Bukti"},
            "contentType": "text/plain",
            "length": len(data),
            "sha2": name,
        }
        for name, data in octets.items()
    ]
    parts = [b"Content-Type: application/json\r\n\r\n" + json.dumps(statement(attachments=some)).encode()]
    parts += [
        f"Content-Type: text/plain\r\nContent-Transfer-Encoding: binary\r\nX-Experience-API-Hash: {name}\r\n\r\n".encode()
        + data
        for name, data in octets.items()
    ]
    body = b"".join(b"--mark\r\n" + part + b"\r\n" for part in parts) + b"--mark--\r\n"
    sent = store.post(body, headers={"Content-Type": "multipart/mixed; boundary=mark"})
    assert sent.status_code == 200, sent.text
    return octets


def test_contents_of_attachments_travel_beside(store, with_contents, empty, tmp_path):
    file, folder = tmp_path / "all.ndjson", tmp_path / "contents"
    lms("export", file, "--attachments", folder)
    assert {one.name: one.read_bytes() for one in folder.iterdir()} == with_contents
    empty()
    assert lms("import", file, "--attachments", folder).stdout.startswith("1 stored")
    back = store.ask("GET", "/statements", attachments="true")
    assert back.content_type.startswith("multipart/mixed") and b"bukti \x00\xff\r\n" in back.data


def test_a_content_that_is_missing_or_other_refuses_its_statement(with_contents, empty, tmp_path):
    file, folder = tmp_path / "all.ndjson", tmp_path / "contents"
    lms("export", file, "--attachments", folder)
    empty()
    first = folder / sorted(with_contents)[0]
    first.write_bytes(b"another")
    assert "do not have the hash" in lms("import", file, "--attachments", folder).stderr
    first.unlink()
    assert "neither a fileUrl nor a part" in lms("import", file, "--attachments", folder).stderr
    assert lms("import", file).stdout.startswith("1 stored")
