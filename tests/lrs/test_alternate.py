"""The alternate request syntax of 1.0.x: POST ?method=... with a form (xAPI 1.0.3 Communication 1.3)."""

import json
from urllib.parse import urlencode

import pytest

from lms.lrs import alternate
from lms.lrs.errors import InvalidRequest

from .conftest import VERSION
from .samples import ANA, FULL, statement

FORM = "application/x-www-form-urlencoded"
STATE = {"activityId": "https://asah.example/a", "agent": json.dumps(ANA), "stateId": "s"}


def meant(store, method, resource, form=None, headers=None, base="/xapi", query=None, kind=FORM, fields=True):
    """The answer to a request whose version and key stand in the form too, unless `fields` is False."""
    form = dict(form or {})
    if fields:
        form = {"Authorization": store.basic, "X-Experience-API-Version": "1.0.3"} | form
    return store.client.open(
        f"{base}{resource}?{query if query is not None else f'method={method}'}",
        method="POST",
        data=urlencode(form).encode(),
        headers={name: value for name, value in ({"Content-Type": kind} | (headers or {})).items() if value},
    )


def test_a_statement_put_with_nothing_in_the_headers(store):
    """1.3: headers as form parameters, and content, as in Appendix C."""
    form = {
        "statementId": FULL["id"],
        "content": json.dumps(FULL),
        "Content-Type": "application/json",
        "Content-Length": "351",
    }
    assert meant(store, "PUT", "/statements", form).status_code == 204
    assert store.ask("GET", "/statements", statementId=FULL["id"]).json["result"] == FULL["result"]
    assert meant(store, "PUT", "/statements", form).status_code == 204


def test_post_stores_or_lists_by_the_method_that_is_meant(store, kept):
    """2.1.2: a POST that adds statements and one that lists them are told apart by the parameters."""
    sent = meant(store, "POST", "/statements", {"content": json.dumps([statement(), statement()])})
    assert (sent.status_code, len(sent.json), kept()) == (200, 2, 2)
    got = meant(store, "GET", "/statements", {"limit": "1", "agent": json.dumps(ANA)})
    assert [one["id"] for one in got.json["statements"]] == [sent.json[1]]
    assert got.headers["X-Experience-API-Consistent-Through"]
    assert kept() == 2


def test_version_and_key_may_stay_in_the_headers(store):
    """1.3: MAY include them as form parameters; not listed headers stay headers."""
    headers = VERSION | {"Authorization": store.basic, "Accept-Language": "id"}
    store.post(FULL)
    got = meant(store, "GET", "/statements", {"statementId": FULL["id"], "format": "canonical"}, headers, fields=False)
    assert got.json["verb"]["display"] == {"id": "menjawab"}
    assert meant(store, "GET", "/statements", {"Accept-Language": "id"}).status_code == 400


def test_content_is_text_in_utf_8(store):
    """1.3: the LRS MUST interpret the content as a UTF-8 string."""
    form = STATE | {"content": "é + \u2603 & = %", "Content-Type": "text/plain; charset=utf-8"}
    assert meant(store, "PUT", "/activities/state", form).status_code == 204
    got = store.ask("GET", "/activities/state", **STATE)
    assert (got.data.decode(), got.headers["Content-Type"]) == (form["content"], "text/plain; charset=utf-8")


def test_all_that_a_document_knows(store):
    """1.3: If-Match and If-None-Match are treated as headers, the rest as query string parameters."""
    put = STATE | {"content": '{"a":1}'}
    assert meant(store, "PUT", "/activities/state", put | {"If-None-Match": "*"}).status_code == 204
    assert meant(store, "PUT", "/activities/state", put | {"If-None-Match": "*"}).status_code == 412
    got = meant(store, "GET", "/activities/state", STATE)
    assert (got.status_code, got.data) == (200, b'{"a":1}')
    head = meant(store, "HEAD", "/activities/state", STATE)
    assert (head.status_code, head.data, head.headers["ETag"]) == (200, b"", got.headers["ETag"])
    assert "Content-Length" not in head.headers
    assert meant(store, "POST", "/activities/state", STATE | {"content": '{"b":2}'}).status_code == 204
    assert meant(store, "DELETE", "/activities/state", STATE | {"If-Match": '"other"'}).status_code == 412
    etag = store.ask("GET", "/activities/state", **STATE).headers["ETag"]
    assert meant(store, "DELETE", "/activities/state", STATE | {"If-Match": etag}).status_code == 204
    assert store.ask("GET", "/activities/state", **STATE).status_code == 404


@pytest.mark.parametrize("resource", ["/agents/profile", "/activities/profile"])
def test_profiles(store, resource):
    where = {"profileId": "p"} | {
        k: v for k, v in STATE.items() if k == ("agent" if "agents" in resource else "activityId")
    }
    assert meant(store, "PUT", resource, where | {"content": "{}", "If-None-Match": "*"}).status_code == 204
    assert meant(store, "GET", resource, where).data == b"{}"


def test_agents_activities_and_about(store):
    assert meant(store, "GET", "/agents", {"agent": json.dumps(ANA)}).json["objectType"] == "Person"
    assert meant(store, "GET", "/activities", {"activityId": "x:a"}).json["id"] == "x:a"
    assert meant(store, "GET", "/about", base="/xapi/1.0.3", fields=False).status_code == 200


@pytest.mark.parametrize("kind", [FORM, FORM + "; charset=UTF-8", "text/plain", None])
def test_clients_that_cannot_name_the_type(store, kind):
    """1.3: the Content-Type header is a SHOULD: a browser without CORS sends text/plain or none."""
    assert meant(store, "GET", "/statements", kind=kind).status_code == 200


REFUSED = {
    "another query parameter": {"query": "method=GET&limit=1"},
    "method twice": {"query": "method=GET&method=GET"},
    "method not first": {"query": "limit=1&method=GET"},
    "no such method": {"query": "method=PATCH"},
    "method in lower case": {"query": "method=get"},
    "method empty": {"query": "method="},
    "Method": {"query": "Method=GET"},
    "no method": {"query": ""},
    "a JSON body": {"base": "/xapi/1.0.3", "kind": "application/json"},
    "multipart": {"base": "/xapi/1.0.3", "kind": "multipart/form-data; boundary=a"},
    "unknown field": {"form": {"color": "red"}},
    "field in the wrong case": {"form": {"Limit": "1"}},
    "header that does not travel so": {"form": {"Content-Transfer-Encoding": "binary"}},
    "content where there is none": {"form": {"content": "{}"}},
    "no version anywhere": {"base": "/xapi/1.0.3", "form": {"X-Experience-API-Version": ""}},
    "version 0.8": {"base": "/xapi/1.0.3", "form": {"X-Experience-API-Version": "0.8"}},
    "line break in a header": {"form": {"If-Match": '"a"\r\nX: y'}},
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_refused(store, kept, name):
    """1.3: no other query string parameter; 3.2: unknown parameters are 400; 3.3: versions hold here too."""
    answer = meant(store, "GET", "/statements", **REFUSED[name])
    assert answer.status_code == (401 if name in ("no method", "Method") else 400), answer.text
    assert answer.json["error"]
    assert answer.headers["X-Experience-API-Consistent-Through"]
    assert kept() == 0


@pytest.mark.parametrize("method", ["PUT", "POST"])
def test_what_sends_needs_content(store, kept, method):
    """1.3: content MUST be the form parameter of that name."""
    form = {"statementId": FULL["id"]} if method == "PUT" else {}
    assert meant(store, method, "/statements", form).status_code == 400
    for body in (json.dumps({"content": FULL}).encode(), b"content=%ff", b"content={}&content={}", b"\xff"):
        answer = store.ask("POST", "/statements", body, {"Content-Type": FORM}, raw=f"method={method}")
        assert answer.status_code == 400, body
    assert kept() == 0


def test_only_a_post_means_something_else(store):
    """1.3: all requests of this syntax are POST."""
    for method in ("GET", "PUT", "DELETE"):
        assert store.ask(method, "/statements", raw="method=GET").status_code in (400, 405)


def test_wrong_keys_and_missing_scopes(store, a_key):
    """3.2: 401 and 403 as ever."""
    assert meant(store, "GET", "/statements", {"Authorization": "Basic YTpi"}).status_code == 401
    assert meant(a_key("state"), "GET", "/statements").status_code == 403


@pytest.mark.parametrize(
    ("base", "how"),
    [
        ("/xapi", {"form": {"X-Experience-API-Version": "2.0.0"}}),
        ("/xapi/2.0", {"form": {"X-Experience-API-Version": "2.0.0"}}),
        ("/xapi/2.0", {"headers": {"X-Experience-API-Version": "2.0.0"}, "fields": False}),
        ("/xapi", {"fields": False}),
    ],
)
@pytest.mark.parametrize("method", ["GET", "PUT", "POST"])
def test_the_second_line_knows_no_such_syntax(store, kept, base, how, method):
    """2.0 (IEEE 9274.1.1) took it out: such a request is a client's error."""
    how = how | {"headers": {"Authorization": store.basic} | how.get("headers", {})}
    how["form"] = {"content": json.dumps(FULL), "statementId": FULL["id"]} | how.get("form", {})
    answer = meant(store, method, "/statements", base=base, **how)
    assert answer.status_code == 400
    assert kept() == 0


@pytest.mark.pure
def test_the_rewriting_alone():
    form = alternate.fields(b"agent=%7B%7D&If-Match=%22a%22&content=%C3%A9&stateId=a+b%26c")
    assert alternate.intended("method=PUT", form) == alternate.Intended(
        "PUT",
        "agent=%7B%7D&stateId=a+b%26c",
        {"If-Match": '"a"', "Content-Type": "application/json"},
        "é".encode(),
    )
    assert alternate.intended("method=GET", {"content": ""}) == alternate.Intended("GET", "", {}, b"")
    with pytest.raises(InvalidRequest):
        alternate.fields(b"&".join(b"a%d=1" % n for n in range(60)))
