"""Bad query parameters, each case by its name: refused means that nothing is stored or changed."""

import pytest

from .samples import FULL, STATE_PLACE
from .verdicts import in_time, not_done

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
    "limit=%201",
    "limit=0x10",
    "limit=1&limit=1",
    "limit=" + "9" * 5000,
    "LIMIT=1",
    "since=2026-01-01T00:00:00+08:00",  # a plus that nobody encoded is a space
    "since=infinity",
    "since=now",
    "until=44%20BC",
    "until=12026-01-01T00:00:00Z",
    f"statementId={ID}&statementId={ID}",
    f"statementId={ID}&more=x",
    f"voidedStatementId={ID}&since=2026-01-01T00:00:00Z",
    "statementId={" + ID + "}",
    f"statementid={ID}",
    "agent=%7B%22mbox%22%3A%22mailto%3Aa%40b.id%22%2C%22openid%22%3A%22x%3Ay%22%7D",
    'agent={"mbox":NaN}',
    'agent={"name":"Ana"}',
    'agent={"objectType":"Person","mbox":["mailto:a@b.id"]}',
    'agent={"mbox":"mailto:a@b.id"}x',
    "agent=%00",
    "agent=%ED%A0%80",
    "agent=" + "%7B%22a%22:" * 2000,
    "verb=http%3A%2F%2Fa.id%2F%20x",
    "verb=x:%0a",
    "activity=relative/path",
    "registration=urn:uuid:" + ID,
    "related_agents=1",
    "attachments=True",
    "format=EXACT",
    "format=exact&format=ids",
    "more=",
    "more=%00",
    "more=" + "A" * 9000,
    "more=e30.00000000000000000000000000000000",
    "%00=1",
    "limit%00=1",
    ";limit=1",
    "limit=1;ascending=true",
    "&",
    "limit",
]


@pytest.mark.parametrize("raw", QUERIES_REFUSED, ids=lambda raw: raw[:60])
def test_queries_that_are_refused(store, raw):
    with in_time():
        answer = store.ask("GET", "/statements", raw=raw)
    not_done(answer)
    assert "X-Experience-API-Consistent-Through" in answer.headers


STATE_QUERIES_REFUSED = {
    "nothing": "",
    "no activity": STATE_PLACE.replace("activityId=x:a&", ""),
    "no agent": "activityId=x:a&stateId=s",
    "activity no IRI": STATE_PLACE.replace("x:a", "a"),
    "activity empty": STATE_PLACE.replace("x:a", ""),
    "activity twice": STATE_PLACE + "&activityId=x:a",
    "agent no JSON": "activityId=x:a&agent=ana&stateId=s",
    "agent a Group": STATE_PLACE.replace("%7B", '{"objectType":"Group",'),
    "agent with two identifiers": STATE_PLACE.replace("%7D", ',"openid":"x:y"}'),
    "agent with a key twice": STATE_PLACE.replace("%7D", ',"mbox":"mailto:a@b.id"}'),
    "agent with an unknown property": STATE_PLACE.replace("%7D", ',"x":1}'),
    "registration no UUID": STATE_PLACE + "&registration=1",
    "unknown parameter": STATE_PLACE + "&x=1",
    "wrong case": STATE_PLACE.replace("stateId", "stateid"),
    "stateId twice": STATE_PLACE + "&stateId=t",
    "stateId with a NUL": STATE_PLACE + "%00",
    "stateId no UTF-8": STATE_PLACE + "%FF",
    "stateId with half a surrogate pair": STATE_PLACE + "%ED%A0%80",
    "since beside stateId": STATE_PLACE + "&since=2026-01-01T00:00:00Z",
    "method": STATE_PLACE + "&method=PUT",
}


@pytest.mark.parametrize("name", STATE_QUERIES_REFUSED)
def test_state_queries_that_are_refused(store, kept, name):
    assert store.ask("PUT", "/activities/state", b"{}", raw=STATE_PLACE).status_code == 204
    for method in ("PUT", "POST", "GET", "DELETE"):
        body = b'{"a":1}' if method in ("PUT", "POST") else None
        with in_time():
            answer = store.ask(method, "/activities/state", body, raw=STATE_QUERIES_REFUSED[name])
        not_done(answer)
    assert kept() == 1
    assert store.ask("GET", "/activities/state", raw=STATE_PLACE).data == b"{}"


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


def test_no_input_of_these_tables_has_disappeared():
    assert (len(QUERIES_REFUSED), len(STATE_QUERIES_REFUSED)) == (91, 20)  # query parameters: 20 were asked for
