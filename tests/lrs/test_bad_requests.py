"""Bad queries and headers, each case by its name: refused means that nothing is stored, accepted that it reads back."""

import pytest

from .samples import FULL
from .verdicts import refused

ID = "0190a1b2-1111-7000-8000-000000000001"

QUERIES_REFUSED = [
    "unknown=1",
    "Verb=x:v",
    "verb=x:v&verb=x:v",
    "limit=-1",
    "limit=1_000",
    "limit=%D9%A1",
    "limit=9223372036854775808",
    "limit=1e2",
    "limit=",
    "limit=+1",
    "limit=1.0",
    "since=yesterday",
    "since=2026-02-30T00:00:00Z",
    "since=2026-01-01T00:00:00-00:00",
    "until=0",
    "since=2026-01-02T00:00:00Z&until=2026-01-01T00:00:00Z",
    "more=abc",
    "more=abc.def",
    f"statementId={ID}&voidedStatementId={ID}",
    f"statementId={ID}&limit=1",
    f"voidedStatementId={ID}&verb=x:v",
    "statementId=no",
    "statementId=",
    "agent={",
    "agent=ana",
    "agent=[]",
    "agent={}",
    "agent=null",
    'agent={"objectType":"Group","member":[{"mbox":"mailto:a@b.id"}]}',
    'agent={"mbox":"a@b.id"}',
    'agent={"mbox":"mailto:a@b.id","mbox":"mailto:a@b.id"}',
    "agent=" + "[" * 3000,
    "verb=answered",
    "verb=",
    "verb=%FF",
    "verb=x:%00",
    "activity=x:a%20b",
    "registration=1",
    "ascending=1",
    "ascending=TRUE",
    "related_agents=yes",
    "related_activities=",
    "format=full",
    "format=",
    "attachments=no",
    "%FF=1",
    "=",
    "&".join(f"p{n}=1" for n in range(60)),
    "verb",
    f"registration={ID}%0A",
]


@pytest.mark.parametrize("raw", QUERIES_REFUSED, ids=lambda raw: raw[:60])
def test_queries_that_are_refused(store, raw):
    answer = store.ask("GET", "/statements", raw=raw)
    assert answer.status_code == 400
    assert answer.json["error"]
    assert "X-Experience-API-Consistent-Through" in answer.headers


@pytest.mark.parametrize(
    "raw",
    [
        "",
        "limit=0",
        "limit=999999999",
        "format=ids",
        "format=canonical",
        "verb=x:v",
        "agent=%7B%22mbox%22:%22mailto:a@b.id%22%7D",
        "until=9999-12-31T23:59:59Z",
        "since=0001-01-01T00:00:00Z",
        "activity=x:" + "a" * 5000,
        "verb=http://example.com/%D9%81",
    ],
    ids=lambda raw: raw[:40],
)
def test_queries_that_are_answered(store, raw):
    assert store.ask("GET", "/statements", raw=raw).status_code == 200


def test_parameters_do_not_belong_to_post(store, kept):
    for raw in (f"statementId={ID}", "method=PUT", "limit=1"):
        assert store.post(FULL, raw=raw).status_code == 400
    for raw in ("", "statementId=no", f"statementId={ID[:-1]}2", f"statementId={ID}&x=1"):
        assert store.ask("PUT", "/statements", FULL, raw=raw).status_code == 400
    assert store.ask("PUT", "/statements", [FULL], statementId=ID).status_code == 400
    assert kept() == 0


HEADERS_REFUSED = {
    "no version": {"X-Experience-API-Version": None},
    "version 9": {"X-Experience-API-Version": "9"},
    "text": {"Content-Type": "text/plain"},
    "no type": {"Content-Type": None},
    "a twin of the type": {"Content-Type": "application/json, text/plain"},
    "a form": {"Content-Type": "application/x-www-form-urlencoded"},
    "another charset": {"Content-Type": "application/json; charset=utf-16"},
    "JSON-LD": {"Content-Type": "application/ld+json"},
    "multipart without boundary": {"Content-Type": "multipart/mixed"},
    "multipart": {"Content-Type": "multipart/mixed; boundary=x"},
    "form data": {"Content-Type": "multipart/form-data; boundary=x"},
    "type of 8 kB": {"Content-Type": "a" * 8000},
}


@pytest.mark.parametrize("name", HEADERS_REFUSED)
def test_headers_that_are_refused(store, kept, name):
    refused(store, kept, FULL, HEADERS_REFUSED[name])


def test_a_refused_attachment_says_that_it_comes_later_and_that_nothing_was_stored(store):
    said = store.post(FULL, headers={"Content-Type": "multipart/mixed; boundary=x"}).json["error"]
    assert "not taken yet" in said and "Nothing was stored" in said


@pytest.mark.parametrize(
    "headers",
    [
        {"Content-Type": "application/json;charset=UTF-8"},
        {"Content-Type": "APPLICATION/JSON"},
        {"Accept-Language": "id, en;q=0.5," * 600},
        {"Accept-Language": ";;q=9"},
        {"If-Match": '"x"'},
    ],
    ids=str,
)
def test_headers_that_make_no_difference(store, headers):
    assert store.post(FULL, headers=headers).status_code == 200
    assert store.ask("GET", "/statements", format="canonical", headers=headers).status_code == 200
