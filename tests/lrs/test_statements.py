"""Statements over HTTP: stored, refused, found, voided."""

import json
from datetime import UTC, datetime, timedelta

import pytest

from lms.core import clock, db, events, settings
from lms.core.errors import NotAllowed
from lms.lrs import actions, dictionary, queries
from lms.lrs.errors import InvalidStatement, StatementConflict
from lms.lrs.events import StatementsArriving, StatementsStored
from lms.lrs.models import Name, Statement

from .samples import ANA, ANSWERED, BUDI, FULL, LESSON, REGISTRATION, TEAM, VOIDED, statement

ID = FULL["id"]


def test_what_was_sent_comes_back_with_what_the_store_must_set(store):
    assert store.post(FULL).json == [ID]
    back = store.ask("GET", "/statements", statementId=ID).json
    assert {key: back.pop(key) for key in FULL} == FULL
    assert back.keys() == {"stored", "authority", "version"}
    assert back["version"] == "1.0.0"
    assert back["authority"]["account"]["name"] == store.key


def test_the_authority_that_a_client_claims_is_overwritten(store):
    store.post(FULL | {"authority": ANA, "stored": "2001-01-01T00:00:00Z"})
    back = store.ask("GET", "/statements", statementId=ID).json
    assert back["authority"]["account"]["name"] == store.key
    assert back["stored"] > "2026"


def test_a_missing_id_and_timestamp_are_set(store):
    [made] = store.post(statement(timestamp=None)).json
    back = store.ask("GET", "/statements", statementId=made).json
    assert back["id"] == made
    assert back["timestamp"] == back["stored"]


@pytest.mark.parametrize(
    "number",
    [
        "0.10",
        "1E2",
        "-0",
        "-0.0",
        "123456789012345678901234567890",
        "1e-390",
        "0.1000000000000000055511151231257827",
        "9" * 900,
    ],
)
def test_numbers_keep_their_digits(store, number):
    text = (
        f'{{"actor":{{"mbox":"mailto:a@b.id"}},"verb":{{"id":"x:y"}},"object":{{"id":"x:z"}},'
        f'"result":{{"extensions":{{"x:n":{number}}}}}}}'
    )
    [made] = store.post(text).json
    assert f'"x:n":{number}}}' in store.ask("GET", "/statements", statementId=made).text


def test_put_and_the_same_again_is_harmless_but_another_is_a_conflict(store, kept):
    sent = statement()
    assert store.ask("PUT", "/statements", sent, statementId=ID).status_code == 204
    assert store.ask("PUT", "/statements", sent, statementId=ID).status_code == 204
    assert store.post(sent | {"id": ID}).json == [ID]
    twin = sent | {
        "id": ID.upper(),
        "verb": ANSWERED | {"display": {"fr": "x"}},
        "timestamp": "2026-11-22T15:30:00.12+07:00",
        "object": LESSON | {"definition": {"name": {"en": "other"}}},
    }
    assert store.post(twin).json == [ID]
    assert store.post(sent | {"id": ID, "result": {"success": True}}).status_code == 409
    assert store.post([statement(), sent | {"id": ID, "actor": BUDI}]).status_code == 409
    assert kept() == 1


def test_true_is_not_one(store):
    first = statement(id=ID, result={"extensions": {"x:y": True}})
    store.post(first)
    assert store.post(statement(id=ID, result={"extensions": {"x:y": 1}})).status_code == 409
    assert store.post(first).status_code == 200


def test_a_batch_is_all_or_nothing_and_keeps_its_order(store, kept):
    answer = store.post([statement(), statement(verb={"id": "not an iri"})])
    assert answer.status_code == 400
    assert answer.json["path"] == "[1].verb.id"
    assert "2.4.3" in answer.json["clause"]
    assert store.post([statement(id=ID), statement(id=ID)]).status_code == 400
    assert kept() == 0
    ids = store.post([statement() for _ in range(5)]).json
    assert [one["id"] for one in store.find(ascending="true")] == ids
    assert store.post([]).json == []


def test_stored_goes_forward_also_when_the_clock_goes_back(store):
    moment = datetime(2026, 11, 22, 8, tzinfo=UTC)
    ids = []
    for step in (0, -3600, -7200, 1):
        with clock.at(moment + timedelta(seconds=step)):
            ids += store.post([statement(), statement()]).json
    found = store.find(ascending="true")
    assert [one["id"] for one in found] == ids
    assert len({one["stored"] for one in found}) == len(ids)
    assert [one["stored"] for one in found] == sorted(one["stored"] for one in found)
    with clock.at(moment):
        assert [one["id"] for one in store.find(since=found[3]["stored"], ascending="true")] == ids[4:]
        assert [one["id"] for one in store.find(until=found[3]["stored"], ascending="true")] == ids[:4]


def test_a_single_context_activity_comes_back_in_an_array(store):
    sub = statement(object=LESSON, context={"contextActivities": {"other": {"id": "x:inner"}}}) | {
        "objectType": "SubStatement"
    }
    [made] = store.post(statement(object=sub, context={"contextActivities": {"parent": {"id": "x:p"}}})).json
    back = store.ask("GET", "/statements", statementId=made).json
    assert back["context"]["contextActivities"] == {"parent": [{"id": "x:p"}]}
    assert back["object"]["context"]["contextActivities"] == {"other": [{"id": "x:inner"}]}


def test_filters(store):
    [one] = store.post(FULL).json
    [two] = store.post(statement(actor=BUDI, verb={"id": "x:other"}, object=ANA)).json
    [three] = store.post(statement(actor=TEAM, object={"id": "x:z"})).json
    sub = {"objectType": "SubStatement", "actor": BUDI, "verb": {"id": "x:v"}, "object": {"id": "x:sub"}}
    [four] = store.post(statement(actor={"mbox": "mailto:cici@b.id"}, object=sub)).json

    def ids(**params):
        return {found["id"] for found in store.find(**params)}

    ana, budi = '{"account":{"homePage":"https://asah.example","name":"8c7e"}}', '{"mbox":"mailto:budi@example.org"}'
    assert ids() == {one, two, three, four}
    assert ids(agent=ana) == {one, two, three}
    assert ids(agent=budi) == {two, three}
    assert ids(agent=budi, related_agents="true") == {one, two, three, four}
    authority = json.dumps({"account": {"homePage": settings.current().address, "name": store.key}})
    assert ids(agent=authority) == set()
    assert ids(agent=authority, related_agents="true") == {one, two, three, four}
    assert ids(verb="x:other") == {two}
    assert ids(verb="x:never") == ids(agent='{"mbox":"mailto:no@b.id"}') == ids(activity="x:never") == set()
    assert ids(activity=LESSON["id"]) == {one}
    assert ids(activity="https://asah.example/activities/courses/1") == set()
    assert ids(activity="https://asah.example/activities/courses/1", related_activities="true") == {one}
    assert ids(activity="x:sub", related_activities="true") == {four}
    assert ids(registration=REGISTRATION.upper()) == {one}
    assert ids(registration=REGISTRATION, verb="x:other") == set()
    assert ids(agent=ana, verb=ANSWERED["id"]) == {one, three}


def test_pages_follow_one_another_and_a_link_cannot_be_changed(store):
    ids = store.post([statement(registration=None, verb={"id": f"x:{n % 2}"}) for n in range(7)]).json
    for how, expected in (("true", ids[::2]), ("false", ids[::2][::-1])):
        answer, found = store.ask("GET", "/statements", verb="x:0", limit=3, ascending=how, base="/xapi/1.0.3").json, []
        while True:
            found += [one["id"] for one in answer["statements"]]
            if not answer["more"]:
                break
            more = answer["more"]
            assert more.startswith("/xapi/1.0.3/statements?")
            store.post(statement(verb={"id": "x:1"}))
            answer = store.ask("GET", more.split("?")[0].removeprefix("/xapi"), raw=more.split("?")[1]).json
        assert found == expected
    query = more.split("?")[1]
    for broken in (
        query[:-1] + ("0" if query[-1] != "0" else "1"),
        query.replace("=", "=A", 1),
        query + "&limit=1",
        "more=",
        "more=é.1",
    ):
        assert store.ask("GET", "/statements", raw=broken).status_code == 400


def test_a_statement_that_refers_to_another_is_found_with_it_by_any_chain(store):
    [first] = store.post(FULL).json
    [second] = store.post(
        statement(actor=BUDI, object={"objectType": "StatementRef", "id": first}, verb={"id": "x:confirmed"})
    ).json
    [third] = store.post(
        statement(actor=BUDI, object={"objectType": "StatementRef", "id": second}, verb={"id": "x:thanked"})
    ).json
    assert [one["id"] for one in store.find(registration=REGISTRATION)] == [third, second, first]
    assert [one["id"] for one in store.find(verb="x:confirmed")] == [third, second]
    assert [one["id"] for one in store.find(registration=REGISTRATION, limit=2, ascending="true")] == [first, second]
    store.post(statement(object={"objectType": "StatementRef", "id": first}, verb={"id": VOIDED}))
    assert [one["id"] for one in store.find(registration=REGISTRATION)][1:] == [third, second]


def test_a_loop_of_references_ends(store):
    one, two = "0190a1b2-1111-7000-8000-0000000000f1", "0190a1b2-1111-7000-8000-0000000000f2"
    store.post(
        [
            statement(id=one, object={"objectType": "StatementRef", "id": two}),
            statement(id=two, object={"objectType": "StatementRef", "id": one}),
        ]
    )
    assert {found["id"] for found in store.find(verb=ANSWERED["id"])} == {one, two}


def test_voiding(store, a_key):
    [lesson] = store.post(FULL).json
    void = statement(verb={"id": VOIDED}, object={"objectType": "StatementRef", "id": lesson})
    writer = a_key("statements/write")
    assert writer.post(void).status_code == 403
    assert store.ask("GET", "/statements", statementId=lesson).status_code == 200
    [voiding] = store.post(void).json
    assert store.ask("GET", "/statements", statementId=lesson).status_code == 404
    assert store.ask("GET", "/statements", voidedStatementId=lesson).json["id"] == lesson
    assert store.ask("GET", "/statements", voidedStatementId=voiding).status_code == 404
    assert [one["id"] for one in store.find()] == [voiding]
    [again] = store.post(statement(verb={"id": VOIDED}, object={"objectType": "StatementRef", "id": voiding})).json
    assert {one["id"] for one in store.find()} == {voiding, again}


def test_a_statement_that_was_voided_before_it_came_stays_voided(store):
    store.post(statement(verb={"id": VOIDED}, object={"objectType": "StatementRef", "id": ID}))
    assert store.post(FULL).status_code == 200
    assert store.ask("GET", "/statements", statementId=ID).status_code == 404
    assert store.ask("GET", "/statements", voidedStatementId=ID).status_code == 200


def test_formats(store):
    store.post(FULL)
    store.post(
        statement(
            object=LESSON | {"definition": {"name": {"en-GB": "Lesson 1", "fr": "Un"}, "interactionType": "other"}}
        )
    )
    short = store.ask("GET", "/statements", statementId=ID, format="ids").json
    assert short["verb"] == {"id": ANSWERED["id"]}
    assert short["object"] == {"id": LESSON["id"]}
    assert short["actor"] == ANA
    assert short["context"]["instructor"] == {"mbox": BUDI["mbox"]}
    for asked, name, verb in (
        ("fr;q=0.5, en", "Lesson 1", "answered"),
        ("fr", "Un", "answered"),
        ("id", "Pelajaran satu", "menjawab"),
    ):
        said = store.ask(
            "GET", "/statements", statementId=ID, format="canonical", headers={"Accept-Language": asked}
        ).json
        assert list(said["object"]["definition"]["name"].values()) == [name]
        assert list(said["verb"]["display"].values()) == [verb]
        assert said["object"]["definition"]["interactionType"] == "choice"
    assert store.ask("GET", "/statements", statementId=ID, attachments="true").mimetype == "multipart/mixed"


def test_only_a_key_that_may_define_changes_what_canonical_says(store, a_key):
    a_key("statements/write").post(FULL)
    assert "Lesson" not in store.ask("GET", "/statements", statementId=ID, format="canonical").text.replace(
        "Lesson one", ""
    )
    a_key("statements/write", "define").post(statement(object=LESSON | {"definition": {"name": {"en": "Defined"}}}))
    said = store.ask("GET", "/statements", statementId=ID, format="canonical").json
    assert said["object"]["definition"]["name"] == {"en": "Defined"}


def test_the_next_line_of_the_standard(store):
    agents = [{"objectType": "contextAgent", "agent": BUDI, "relevantTypes": ["x:mentor"]}]
    groups = [{"objectType": "contextGroup", "group": TEAM, "relevantTypes": ["x:class"]}]
    sent = statement(context={"contextAgents": agents, "contextGroups": groups})
    assert store.post(sent).status_code == 400
    two = {"X-Experience-API-Version": "2.0.0"}
    answer = store.post(sent, headers=two)
    assert answer.headers["X-Experience-API-Version"] == "2.0.0"
    back = store.ask("GET", "/statements", headers=two, statementId=answer.json[0]).json
    assert back["version"] == "2.0.0"
    assert back["context"] == sent["context"]
    assert len(store.find(agent='{"mbox":"mailto:budi@example.org"}', related_agents="true")) == 1
    for wrong in ({"objectType": "contextGroup"}, {"relevantTypes": []}, {"relevantTypes": ["no"]}, {"agent": TEAM}):
        assert store.post(statement(context={"contextAgents": [agents[0] | wrong]}), headers=two).status_code == 400
    assert store.post(statement(timestamp="2026-11-22T08:30:00"), headers=two).status_code == 400
    assert store.post(statement(timestamp="2026-11-22T08:30:00")).status_code == 200


def test_our_own_statements_and_those_of_others(store):
    with db.transaction():
        [own] = actions.store([statement(context={"registration": REGISTRATION}, result={"score": {"scaled": 0.85}})])
        assert actions.store(
            [statement(id=own, context={"registration": REGISTRATION}, result={"score": {"scaled": 0.85}})]
        ) == [own]
    [theirs] = store.post(statement(context={"registration": REGISTRATION})).json
    [one] = queries.of_registration(REGISTRATION)
    assert (one.id, one.own, one.voided, one.verb, one.activity) == (own, True, False, ANSWERED["id"], LESSON["id"])
    assert one.body["result"]["score"]["scaled"] == 0.85
    assert one.timestamp == datetime(2026, 11, 22, 8, 30, 0, 120_000, UTC)
    assert [found.id for found in queries.of_registration(REGISTRATION, own_only=False)] == [own, theirs]
    assert [found.id for found in queries.by_ids([theirs, own, "0190a1b2-1111-7000-8000-00000000dead"])] == [
        own,
        theirs,
    ]
    assert queries.find(own).id == own and queries.find("0190a1b2-1111-7000-8000-00000000dead") is None
    db.session.rollback()
    with pytest.raises(StatementConflict), db.transaction():
        actions.store([statement(id=own)])
    with pytest.raises(InvalidStatement), db.transaction():
        actions.store([statement(result={"score": {"scaled": float("nan")}})])
    with pytest.raises(InvalidStatement), db.transaction():
        actions.store([b'{"actor":1,"actor":2}'])


def test_storing_leaves_the_callers_statements_as_they_were(store):
    sent = statement(context={"contextActivities": {"parent": {"id": "x:p"}}})
    before = repr(sent)
    with db.transaction():
        actions.store([sent])
    assert repr(sent) == before


def test_what_follows_from_our_own_word_is_told_once_a_registration_and_the_gate_may_refuse(a_key, kept):
    store, foreign = a_key("all", own=True), a_key("all")
    told, asked = [], []

    def hear(event):
        told.append(event.registration)

    def refuse(event):
        asked.append((len(event.statements), event.credential.own))
        if any(one["verb"]["id"] == "x:forbidden" for one in event.statements):
            raise NotAllowed

    events.connect({StatementsArriving: [refuse]}, {StatementsStored: [hear]}, {}, set())
    mine = statement(id=ID, context={"registration": REGISTRATION})
    store.post([mine, statement(context={"registration": REGISTRATION}), statement()])
    assert told == [REGISTRATION]
    assert StatementsStored(REGISTRATION).dedupe == REGISTRATION
    store.post(mine)
    assert told == [REGISTRATION]
    assert store.post([statement(), statement(verb={"id": "x:forbidden"})]).status_code == 403
    assert kept() == 3
    foreign.post(statement(context={"registration": REGISTRATION}))
    assert told == [REGISTRATION], "nothing follows from the word of others"
    with db.transaction():
        actions.void(ID, ANA)
    assert told == [REGISTRATION, REGISTRATION]
    assert [one.voided for one in queries.of_registration(REGISTRATION, own_only=False)] == [True, False, False]
    assert asked == [(3, True), (2, True), (1, False), (1, True)]


def test_what_a_process_remembers_survives_neither_rollback_nor_an_emptied_table(store):
    with pytest.raises(ZeroDivisionError), db.transaction():
        actions.store([statement(verb={"id": "x:rolled-back"})])
        raise ZeroDivisionError
    store.post(statement(verb={"id": "x:other"}))
    store.post(statement(verb={"id": "x:rolled-back"}))
    assert len(store.find(verb="x:rolled-back")) == 1
    with db.transaction():
        db.session.query(Statement).delete()
        db.session.query(Name).delete()
    store.post(statement(verb={"id": "x:rolled-back"}))
    assert len(store.find(verb="x:rolled-back", activity=LESSON["id"])) == 1
    assert dictionary.find_id("verb", "x:rolled-back")
