"""Requests that are committed together: each gets the answer that it would have got alone."""

import threading

import pytest

from lms.core import events
from lms.core.errors import NotAllowed
from lms.lrs import groups
from lms.lrs.events import StatementsArriving, StatementsStored
from tests.lrs.samples import statement

ID, OTHER = "0190a1b2-0000-4000-8000-00000000000a", "0190a1b2-0000-4000-8000-0000000000ff"


@pytest.fixture
def together(store, app):
    """Sends bodies at once, by a client each, so that they are in one group; the answers, in their order."""

    def send(*bodies):
        group, answers = groups.group(), {}

        def one(n):
            answers[n] = store.post(bodies[n])

        threads = [threading.Thread(target=one, args=[n]) for n in range(len(bodies))]
        with group.leading:
            for n, thread in enumerate(threads):
                thread.start()
                while len(group.waiting) <= n:
                    assert thread.is_alive()
        for thread in threads:
            thread.join()
        return [answers[n].status_code for n in range(len(bodies))]

    return send


def test_all_are_stored_in_the_order_in_which_they_came(together, store):
    verbs = [f"x:{n}" for n in range(6)]
    assert together(*(statement(verb={"id": verb}) for verb in verbs)) == [200] * 6
    assert [one["verb"]["id"] for one in store.find(ascending="true")] == verbs


def test_who_is_refused_is_refused_alone(together, kept):
    def refuse(event):
        if any(one["verb"]["id"] == "x:forbidden" for one in event.statements):
            raise NotAllowed

    events.connect({StatementsArriving: [refuse]}, {}, {}, {StatementsStored})
    assert together(statement(), [statement(), statement(verb={"id": "x:forbidden"})], statement()) == [200, 403, 200]
    assert kept() == 2


def test_a_fault_in_one_is_not_the_others(together, kept):
    def stumble(event):
        if any(one["verb"]["id"] == "x:stumble" for one in event.statements):
            raise ZeroDivisionError

    events.connect({StatementsArriving: [stumble]}, {}, {}, {StatementsStored})
    assert together(statement(), statement(verb={"id": "x:stumble"}), statement()) == [200, 500, 200]
    assert kept() == 2


def test_the_same_id_at_once(together, kept):
    same = statement(id=ID)
    assert together(same, same, statement(id=ID, verb={"id": "x:other"})) == [200, 200, 409]
    assert kept() == 1


def test_what_refers_and_what_it_refers_to_come_at_once(together, store):
    referring = statement(object={"objectType": "StatementRef", "id": OTHER}, verb={"id": "x:confirmed"})
    assert together(referring, statement(id=OTHER, verb={"id": "x:told"})) == [200, 200]
    assert {one["verb"]["id"] for one in store.find(verb="x:told")} == {"x:told", "x:confirmed"}
