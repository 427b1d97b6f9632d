"""64 writers at once on one document and one agent, against the served application: nothing fails, nothing is lost."""

import http.client
import json
import threading
from concurrent.futures import ThreadPoolExecutor
from urllib.parse import urlencode, urlsplit

import pytest

from lms.lrs.documents import etag_of

from .conftest import VERSION
from .samples import ANA, statement

WRITERS = 64
ACTIVITY = "https://asah.example/a"
STATE = ("/activities/state", {"activityId": ACTIVITY, "agent": json.dumps(ANA), "stateId": "s"})
AGENT = ("/agents/profile", {"agent": json.dumps(ANA), "profileId": "p"})
PROFILE = ("/activities/profile", {"activityId": ACTIVITY, "profileId": "p"})


@pytest.fixture
def ask(served, store):
    """Sends one request on a connection of its own; the answer's status, ETag and body."""
    where = urlsplit(served)

    def send(method, resource, params=None, body=None, **headers):
        connection = http.client.HTTPConnection(where.hostname, where.port, timeout=60)
        named = {"Authorization": store.basic, "Content-Type": "application/json", **VERSION}
        named |= {name.replace("_", "-"): value for name, value in headers.items()}
        connection.request(method, f"/xapi{resource}?{urlencode(params or {})}", body, named)
        answer = connection.getresponse()
        read = answer.read()
        connection.close()
        return answer.status, answer.headers.get("ETag"), read

    return send


def all_at_once(do):
    """What 64 threads get that call `do(n)` at the same moment."""
    together = threading.Barrier(WRITERS)

    def begin(n):
        together.wait()
        return do(n)

    with ThreadPoolExecutor(WRITERS) as pool:
        return list(pool.map(begin, range(WRITERS)))


@pytest.mark.parametrize("place", [STATE, AGENT, PROFILE], ids=lambda place: place[0])
def test_every_merge_is_in_the_document_at_the_end(ask, place):
    def merge_twice(n):
        return [ask("POST", *place, json.dumps({f"{part}{n}": n, "all": n}))[0] for part in "ab"]

    assert sum(all_at_once(merge_twice), []) == [204] * WRITERS * 2
    _, etag, body = ask("GET", *place)
    made = json.loads(body)
    assert made.pop("all") in range(WRITERS)
    assert made == {f"{part}{n}": n for n in range(WRITERS) for part in "ab"}
    assert etag == f'"{etag_of(body)}"'


@pytest.mark.parametrize("place", [STATE, AGENT], ids=lambda place: place[0])
def test_of_those_who_name_one_etag_one_wins_and_the_others_know(ask, place):
    ask("POST", *place, '{"n": -1}')

    def replace(etag):
        return all_at_once(lambda n: ask("PUT", *place, json.dumps({"n": [etag, n]}), If_Match=etag)[0])

    for _ in range(3):
        _, etag, before = ask("GET", *place)
        statuses = replace(etag)
        assert sorted(statuses) == [204] + [412] * (WRITERS - 1)
        _, _, after = ask("GET", *place)
        assert json.loads(after) == {"n": [etag, statuses.index(204)]}
        assert after != before


def test_of_those_who_want_a_new_document_one_makes_it(ask):
    statuses = [one[0] for one in all_at_once(lambda n: ask("PUT", *AGENT, json.dumps([n]), If_None_Match="*"))]
    assert sorted(statuses) == [204] + [412] * (WRITERS - 1)
    assert json.loads(ask("GET", *AGENT)[2]) == [statuses.index(204)]


def test_a_counter_kept_by_etags_counts_every_step(ask):
    ask("POST", *STATE, '{"n": 0}')

    def step(_):
        for _try in range(2):
            _, etag, body = ask("GET", *STATE)
            status, _, _ = ask("PUT", *STATE, json.dumps({"n": json.loads(body)["n"] + 1}), If_Match=etag)
            assert status in (204, 412)
            if status == 204:
                return 1
        return 0

    steps = sum(all_at_once(step))
    assert steps >= 1
    assert json.loads(ask("GET", *STATE)[2]) == {"n": steps}


def test_deleting_among_merges_and_puts_never_fails(ask):
    def do(n):
        method = ("POST", "DELETE", "PUT", "GET")[n % 4]
        return ask(method, *STATE, json.dumps({str(n): n}) if method in ("POST", "PUT") else None)[0]

    assert set(all_at_once(do)) <= {200, 204, 404}


def test_statements_and_documents_of_one_agent_at_once(ask, kept):
    def learn(n):
        sent = statement(id=f"0190a1b2-2222-7000-8000-{n:012d}")
        return (
            ask("POST", "/statements", None, json.dumps(sent))[0],
            ask("POST", *STATE, json.dumps({str(n): n}))[0],
            ask("POST", *AGENT, json.dumps({str(n): n}))[0],
        )

    assert set(all_at_once(learn)) == {(200, 204, 204)}
    for place in (STATE, AGENT):
        assert len(json.loads(ask("GET", *place)[2])) == WRITERS
    assert kept() == WRITERS + 2
