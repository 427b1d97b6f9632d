"""Many clients at once: the same statements, the same new names, in any order."""

import random
from concurrent.futures import ThreadPoolExecutor
from uuid import uuid4

from .samples import ANA, VOIDED, statement


def test_batches_that_share_names_and_ids_are_stored_once_and_never_fail(app, store, kept):
    shuffle = random.Random(7)
    every = [
        statement(
            id=str(uuid4()),
            actor=ANA | {"account": {"homePage": "x:y", "name": str(n % 7)}},
            verb={"id": f"x:v{n % 5}"},
            object={"id": f"x:a{n % 11}"},
            context={"contextActivities": {"grouping": [{"id": f"x:g{n % 13}"}]}},
        )
        for n in range(60)
    ]
    batches = [shuffle.sample(every, 15) for _ in range(24)] + [[one] for one in every]

    def send(batch):
        store_of_its_own = type(store)(app.test_client(), store.key, store.secret)
        return store_of_its_own.post(batch).status_code

    with ThreadPoolExecutor(6) as pool:
        statuses = list(pool.map(send, batches))
    assert set(statuses) == {200}
    assert kept() == len(every)
    found = store.find(ascending="true")
    assert [one["stored"] for one in found] == sorted(one["stored"] for one in found)


def test_two_bodies_race_for_one_id_and_one_wins(app, store, kept):
    sent = [statement(id="27ae41e4-649b-434c-8a95-991b7852b855", result={"response": str(n)}) for n in range(6)]

    def send(one):
        return type(store)(app.test_client(), store.key, store.secret).post(one).status_code

    with ThreadPoolExecutor(6) as pool:
        statuses = sorted(pool.map(send, sent))
    assert statuses == [200] + [409] * 5
    assert kept() == 1


def test_a_statement_and_its_voiding_arrive_at_once(app, store):
    for _ in range(5):
        wanted = str(uuid4())
        pair = [
            statement(id=wanted),
            statement(verb={"id": VOIDED}, object={"objectType": "StatementRef", "id": wanted}),
        ]
        with ThreadPoolExecutor(2) as pool:
            list(pool.map(lambda one: type(store)(app.test_client(), store.key, store.secret).post(one), pair))
        assert store.ask("GET", "/statements", statementId=wanted).status_code == 404
