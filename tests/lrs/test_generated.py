"""Whatever is sent: an answer below 500, the same to the same; refused leaves nothing, accepted reads back as it was."""

import itertools
import json
from urllib.parse import quote, urlencode

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from lms.lrs import comparison, formats, mentions, rules, strictjson
from lms.lrs.errors import InvalidStatement
from lms.lrs.validation import check_statement
from lms.lrs.versions import V20, VERSIONS

from .inputs import inputs
from .samples import STATE_PLACE
from .strategies import ALMOST_MOMENT, CHANGED, GOOD_JSON, GOOD_TEXT, JSON, MOMENT, QUERIES, TEXT, statements
from .verdicts import exactly, in_time

BY_SERVER = {"stored", "authority", "id", "timestamp", "version"}


def check(store, kept, body, resource="/statements", **how):
    """Send it twice: the same answer, in time; refused leaves nothing, and what was stored is not stored again."""
    before = kept()
    with in_time():
        answer = store.ask("POST", resource, body, **how)
    assert answer.status_code < 500
    if answer.status_code >= 400:
        assert answer.json["error"] and kept() == before
        again = store.ask("POST", resource, body, **how)
        assert (again.status_code, again.data) == (answer.status_code, answer.data)
    return answer


def as_kept(statement):
    """A statement as it must read back: single context activities in arrays; with the digits of its numbers."""
    return exactly(json.dumps(comparison.with_arrays(statement)))


@pytest.mark.parametrize("version", VERSIONS, ids=lambda version: version.header)
def test_a_valid_statement_of_any_shape_reads_back_as_it_was(store, kept, version):
    headers, numbers = {"X-Experience-API-Version": version.header}, itertools.count()

    @inputs(350)
    @given(statements(version is V20))
    def each(sent):
        if "id" in sent:  # one of its own: a second statement under an id may be the same in all that counts
            sent["id"] = f"{sent['id'][:-12]}{next(numbers):012}"
        answer = check(store, kept, json.dumps(sent), headers=headers)
        assert answer.status_code == 200, answer.text
        [made] = answer.json
        back = store.ask("GET", "/statements", statementId=made, headers=headers)
        if back.status_code == 404:  # voided by one of the others
            return
        read, expected = exactly(back.text), as_kept(sent)
        assert {key: read[key] for key in expected} == expected
        assert read.keys() - expected.keys() <= BY_SERVER
        for wanted in ("ids", "canonical"):
            again = store.ask("GET", "/statements", statementId=made, format=wanted, headers=headers)
            check_statement(strictjson.parse(again.data, depth=strictjson.DEPTH + 2), "", version)
        before = kept()
        assert store.post(json.dumps(sent | {"id": made}), headers=headers).json == [made]
        assert kept() == before

    each()


@inputs(1000)
@given(sent=CHANGED)
def test_a_statement_with_anything_anywhere_is_refused_or_reads_back(store, kept, sent):
    answer = check(store, kept, json.dumps(sent))
    if answer.status_code == 200:
        back = exactly(store.ask("GET", "/statements", statementId=answer.json[0]).text)
        expected = as_kept(sent)
        assert all(back[key] == expected[key] for key in expected.keys() - {"stored", "authority"})


@pytest.mark.pure
@inputs(9000)
@given(sent=CHANGED)
def test_the_validator_knows_no_other_fault(sent):
    try:
        value = strictjson.parse(json.dumps(sent))
    except strictjson.NotStrict:
        return
    for version in VERSIONS:
        try:
            check_statement(value, "", version)
        except InvalidStatement as error:
            assert error.params["clause"].startswith("xAPI") and len(str(error)) < 3000
            continue
        whole = {"id": "0190a1b2-1111-7000-8000-000000000001"} | comparison.with_arrays(value)
        mentions.of(whole)
        check_statement(formats.ids_only(whole), "", version)
        assert comparison.same(value, {"timestamp": "2026-01-01T00:00:00Z", **whole})


@inputs(300)
@given(value=JSON)
def test_any_json_is_answered(store, kept, value):
    check(store, kept, json.dumps(value))


@inputs(300)
@given(octets=st.binary(max_size=200))
@example(octets=b"\xff\xfe")
def test_any_octets_are_answered(store, kept, octets):
    check(store, kept, octets)


@inputs(900)
@given(asked=QUERIES, cut=st.integers(0, 400) | st.none())
def test_any_query_is_answered_and_twice_alike(store, asked, cut):
    raw = urlencode({name: value.encode("utf-8", "surrogatepass") for name, value in asked.items()})[:cut]
    with in_time():
        answer = store.ask("GET", "/statements", raw=raw)
    assert answer.status_code in (200, 400, 404)
    again = store.ask("GET", "/statements", raw=raw)
    assert again.status_code == answer.status_code
    if answer.mimetype == "application/json":
        assert again.json == answer.json


@inputs(300)
@given(
    name=GOOD_TEXT.filter(bool),
    content=st.binary(max_size=300),
    kind=st.sampled_from(["application/octet-stream", "text/plain; charset=utf-8", "application/json"]),
)
def test_any_document_is_refused_or_comes_back_octet_by_octet(store, kept, name, content, kind):
    before, raw = kept(), STATE_PLACE + quote(name)
    there = store.ask("GET", "/activities/state", raw=raw)
    answer = store.ask("PUT", "/activities/state", content, {"Content-Type": kind}, raw=raw)
    assert answer.status_code in (204, 400)
    back = store.ask("GET", "/activities/state", raw=raw)
    if answer.status_code == 204:
        assert (back.data, back.headers["Content-Type"]) == (content, kind)
        etag = back.headers["ETag"]
        for wrong in ('"x"', "W/" + etag):
            refused = store.ask("DELETE", "/activities/state", None, {"If-Match": wrong}, raw=raw)
            assert refused.status_code == 412
        assert store.ask("DELETE", "/activities/state", None, {"If-Match": etag}, raw=raw).status_code == 204
    else:
        assert (back.status_code, back.data, kept()) == (there.status_code, there.data, before)


@inputs(150)
@given(parts=st.lists(st.dictionaries(GOOD_TEXT, GOOD_JSON, max_size=3), min_size=1, max_size=4))
def test_merged_documents_are_what_a_dictionary_would_be(store, parts):
    expected = {}
    store.ask("DELETE", "/activities/state", raw=STATE_PLACE)
    for part in parts:
        assert store.ask("POST", "/activities/state", json.dumps(part), raw=STATE_PLACE).status_code == 204
        expected |= part
    assert exactly(store.ask("GET", "/activities/state", raw=STATE_PLACE).text) == exactly(json.dumps(expected))


@inputs(300)
@given(
    headers=st.dictionaries(
        st.sampled_from(
            [
                "If-Match",
                "If-None-Match",
                "X-Experience-API-Version",
                "Accept-Language",
                "Authorization",
                "Content-Type",
            ]
        ),
        st.text(st.characters(max_codepoint=255, exclude_categories=("Cc",)), max_size=40),
    ),
    body=st.binary(max_size=50),
)
def test_any_header_is_answered(store, headers, body):
    for method in ("PUT", "POST", "GET", "DELETE"):
        assert store.ask(method, "/activities/state", body, headers, raw=STATE_PLACE).status_code < 500
    assert store.ask("POST", "/statements", body, headers).status_code < 500


@pytest.mark.pure
@inputs(3000)
@given(value=GOOD_JSON)
def test_what_is_read_is_written_the_same(value):
    text = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    assert strictjson.dumps(strictjson.parse(text)) == text


@pytest.mark.pure
@inputs(3000)
@given(text=TEXT | MOMENT | ALMOST_MOMENT)
def test_a_time_is_one_or_none_and_is_written_so_that_it_is_the_same(text):
    found = rules.moment(text)
    assert found is None or rules.moment(rules.written(found), zone_needed=True) == found
    assert not (found and rules.is_duration(text))
