"""Bad headers and documents, each case by its name: refused means that nothing is stored, accepted that it reads back."""

import pytest

from .samples import FULL, STATE_PLACE, statement
from .verdicts import in_time, not_done, refused

ID = "0190a1b2-1111-7000-8000-000000000001"

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
    "version 1.1": {"X-Experience-API-Version": "1.1.0"},
    "version 0.95": {"X-Experience-API-Version": "0.95"},
    "version of 8 kB": {"X-Experience-API-Version": "1.0." + "3" * 8000},
    "two versions": {"X-Experience-API-Version": "1.0.3, 2.0.0"},
    "version in foreign digits": {"X-Experience-API-Version": "\u0661.0.3"},
    "charset of 8 kB": {"Content-Type": "application/json; charset=" + "u" * 8000},
    "XML": {"Content-Type": "application/xml"},
    "a list of types": {"Content-Type": "application/*"},
}


@pytest.mark.parametrize("name", HEADERS_REFUSED)
def test_headers_that_are_refused(store, kept, name):
    refused(store, kept, FULL, HEADERS_REFUSED[name])


ALTERNATES_REFUSED = {
    "JSON": ("method=PUT", statement(), "application/json"),
    "more in the address": (f"method=PUT&statementId={ID}", b"content={}", "application/x-www-form-urlencoded"),
    "unknown method": ("method=PATCH", b"content={}", "application/x-www-form-urlencoded"),
    "method twice": ("method=PUT&method=GET", b"content={}", "application/x-www-form-urlencoded"),
    "method empty": ("method=", b"", "application/x-www-form-urlencoded"),
    "no content": (
        "method=PUT",
        f"statementId={ID}&Content-Type=application%2Fjson&X-Experience-API-Version=1.0.3".encode(),
        "application/x-www-form-urlencoded",
    ),
    "content no JSON": (
        "method=PUT",
        f"statementId={ID}&content=%7B&Content-Type=application%2Fjson&X-Experience-API-Version=1.0.3".encode(),
        "application/x-www-form-urlencoded",
    ),
    "form of 1 MB": ("method=PUT", b"content=" + b"a" * 1_000_000, "application/x-www-form-urlencoded"),
    "10000 fields": ("method=PUT", b"&".join([b"a=1"] * 10_000), "application/x-www-form-urlencoded"),
}


@pytest.mark.parametrize("name", ALTERNATES_REFUSED)
def test_alternate_requests_that_are_refused(store, kept, name):
    raw, body, kind = ALTERNATES_REFUSED[name]
    refused(store, kept, body, {"Content-Type": kind}, raw=raw)


MATCHES = {  # E stands for the document's ETag, U for it in capitals
    "nothing": ({}, 204),
    "the same": ({"If-Match": '"E"'}, 204),
    "the same without quotes": ({"If-Match": "E"}, 204),
    "one of many": ({"If-Match": '"x", "E", "y"'}, 204),
    "one of 80": ({"If-Match": ", ".join(f'"{n:040x}"' for n in range(79)) + ', "E"'}, 204),
    "any": ({"If-Match": "*"}, 204),
    "another": ({"If-Match": '"x"'}, 412),
    "another of many": ({"If-Match": '"x", "y"'}, 412),
    "in capitals": ({"If-Match": '"U"'}, 412),
    "weak": ({"If-Match": 'W/"E"'}, 412),
    "empty": ({"If-Match": ""}, 412),
    "empty tag": ({"If-Match": '""'}, 412),
    "half a tag": ({"If-Match": '"E'}, 400),
    "quotes inside": ({"If-Match": '"E""x"'}, 400),
    "only new": ({"If-None-Match": "*"}, 412),
    "not this": ({"If-None-Match": '"E"'}, 412),
    "not another": ({"If-None-Match": '"x"'}, 204),
    "both agree": ({"If-Match": '"E"', "If-None-Match": '"x"'}, 204),
    "both disagree": ({"If-Match": '"E"', "If-None-Match": "*"}, 412),
    "8 kB of white space": ({"If-Match": '"x"' + " " * 8000 + "x"}, (400, 412)),
}


@pytest.mark.parametrize("name", MATCHES)
def test_a_document_is_only_replaced_by_who_knows_it(store, name):
    store.ask("PUT", "/activities/state", b"first", {"Content-Type": "text/plain"}, raw=STATE_PLACE)
    etag = store.ask("GET", "/activities/state", raw=STATE_PLACE).headers["ETag"].strip('"')
    headers, status = MATCHES[name]
    headers = {key: value.replace("E", etag).replace("U", etag.upper()) for key, value in headers.items()}
    with in_time():
        answer = store.ask(
            "PUT", "/activities/state", b"second", {"Content-Type": "text/plain", **headers}, raw=STATE_PLACE
        )
    assert answer.status_code in (status if isinstance(status, tuple) else (status,)), answer.text
    there = store.ask("GET", "/activities/state", raw=STATE_PLACE).data
    assert there == (b"second" if answer.status_code == 204 else b"first")


def test_a_document_that_is_not_there_matches_nothing(store, kept):
    for headers, status in (({"If-Match": "*"}, 412), ({"If-Match": '"x"'}, 412), ({"If-Match": '"'}, 400)):
        answer = store.ask("PUT", "/activities/state", b"{}", headers, raw=STATE_PLACE)
        not_done(answer, (status,))
    assert kept() == 0


DOCUMENTS_REFUSED = {
    "JSON that is none": ("PUT", b"{", "application/json"),
    "JSON with a key twice": ("PUT", b'{"a":1,"a":2}', "application/json"),
    "JSON of UTF-16": ("PUT", '{"a":1}'.encode("utf-16"), "application/json"),
    "JSON of depth 2000": ("PUT", b"[" * 2000 + b"]" * 2000, "application/json"),
    "JSON with NaN": ("POST", b'{"a":NaN}', "application/json; charset=utf-8"),
    "merge of text": ("POST", b"a", "text/plain"),
    "merge of an array": ("POST", b"[1]", "application/json"),
    "merge of nothing": ("POST", b"", "application/json"),
    "merge into what is no object": ("POST", b"null", "application/json"),
    "more than a document may hold": ("PUT", b"a" * 1_048_577, "text/plain"),
    "a type of 8 kB": ("PUT", b"a", "text/" + "a" * 8000),
    "a type that is no ASCII": ("PUT", b"a", "text/\u00e9"),
}


@pytest.mark.parametrize("name", DOCUMENTS_REFUSED)
def test_documents_that_are_refused(store, kept, name):
    method, body, kind = DOCUMENTS_REFUSED[name]
    with in_time():
        answer = store.ask(method, "/activities/state", body, {"Content-Type": kind}, raw=STATE_PLACE)
    not_done(answer, (400, 413))
    assert kept() == 0


DOCUMENTS_ACCEPTED = {
    "nothing": (b"", "application/octet-stream"),
    "every octet": (bytes(range(256)) * 100, "image/png"),
    "JSON as it was written": (b' {"b": 1.0, "a": [1e5]}\n', "application/json"),
    "text of half a surrogate pair": (b"\xed\xa0\x80", "text/plain"),
    "as much as it may hold": (b"\0" * 1_048_576, "application/octet-stream"),
    "HTML": (b"<script>alert(1)</script>", "text/html"),
}


@pytest.mark.parametrize("name", DOCUMENTS_ACCEPTED)
def test_documents_come_back_octet_by_octet_under_their_type(store, name):
    body, kind = DOCUMENTS_ACCEPTED[name]
    with in_time():
        assert store.ask("PUT", "/activities/state", body, {"Content-Type": kind}, raw=STATE_PLACE).status_code == 204
    back = store.ask("GET", "/activities/state", raw=STATE_PLACE)
    assert (back.data, back.headers["Content-Type"]) == (body, kind)


@pytest.mark.parametrize(
    "headers",
    [
        {"Content-Type": "application/json;charset=UTF-8"},
        {"Content-Type": "APPLICATION/JSON"},
        {"Accept-Language": "id, en;q=0.5," * 600},
        {"Accept-Language": ";;q=9"},
        {"Accept-Language": "-, --;q=0.5, *"},
        {"Accept-Language": "a" * 8000},
        {"Accept-Language": "id;q=0.999999999999999999, *;q=0"},
        {"Accept-Language": "\u00ff"},
        {"If-None-Match": "*"},
        {"Range": "bytes=0-1"},
        {"Cookie": "session=x"},
        {"X-Http-Method-Override": "DELETE"},
        {"Accept": "text/html"},
        {"If-Match": '"x"'},
    ],
    ids=lambda headers: str(headers)[:60],
)
def test_headers_that_make_no_difference(store, headers):
    assert store.post(FULL, headers=headers).status_code == 200
    assert store.ask("GET", "/statements", format="canonical", headers=headers).status_code == 200


def test_no_input_of_these_tables_has_disappeared():
    assert (len(HEADERS_REFUSED), len(MATCHES), len(ALTERNATES_REFUSED)) == (20, 20, 9)  # headers: 14 were asked for
    assert (len(DOCUMENTS_REFUSED), len(DOCUMENTS_ACCEPTED)) == (12, 6)
