"""The key of a launch reaches one learner, one registration and one activity tree, until it ends."""

import json
from uuid import UUID

import pytest

from lms.core import db
from lms.lrs import keys, queries
from lms.lrs.credentials import READABLE, Limits
from lms.lrs.errors import OutsideLaunch
from tests.lrs.conftest import Store
from tests.lrs.samples import ANA, BUDI, FULL, LESSON, REGISTRATION, VOIDED, statement

OTHER = "0190a1b2-0000-7000-8000-00000000000b"
LAUNCHED = "https://asah.example/activities/lessons/1"
LIMITS = Limits("account https://asah.example 8c7e", UUID(REGISTRATION), LAUNCHED)
HERE = {"registration": REGISTRATION}


@pytest.fixture
def launch(app):
    """Makes a store with the key of a launch."""

    def make(actor=ANA, registration=REGISTRATION, activity=LAUNCHED, hours=8):
        with db.transaction():
            key, secret = keys.open_launch(actor, registration, activity, hours)
        return Store(app.test_client(), key, secret)

    return make


def outside(one):
    """What of the statement is outside the launch; None where nothing is."""
    try:
        LIMITS.refuse_statement(one)
    except OutsideLaunch as problem:
        return problem.params["path"]
    return None


@pytest.mark.pure
@pytest.mark.parametrize(
    "iri, covered",
    [
        (LAUNCHED, True),
        (f"{LAUNCHED}/questions/2", True),
        (f"{LAUNCHED}#slide-3", True),
        (f"{LAUNCHED}?page=3", True),
        (f"{LAUNCHED}0", False),
        (f"{LAUNCHED}-b/questions/2", False),
        ("https://asah.example/activities/lessons/2", False),
        ("https://asah.example/activities/lessons", False),
        (None, False),
    ],
)
def test_what_lies_below_an_activity(iri, covered):
    assert LIMITS.covers(iri) is covered


@pytest.mark.pure
def test_an_activity_that_ends_in_a_slash_has_a_tree_too():
    limits = Limits(LIMITS.agent, LIMITS.registration, "https://asah.example/a/")
    assert limits.covers("https://asah.example/a/b") and not limits.covers("https://asah.example/ab")


@pytest.mark.pure
@pytest.mark.parametrize(
    "parts, path",
    [
        ({"context": HERE}, None),
        ({"context": {"registration": REGISTRATION.upper()}}, None),
        ({"context": HERE, "actor": {**ANA, "name": "Ana"}}, None),
        ({"context": HERE, "actor": BUDI}, "actor"),
        ({"context": HERE, "actor": {"objectType": "Group", "member": [ANA]}}, "actor"),
        ({"context": HERE, "actor": {"account": {"homePage": "https://asah.example", "name": "8C7E"}}}, "actor"),
        ({}, "context.registration"),
        ({"context": {"registration": OTHER}}, "context.registration"),
        ({"context": HERE, "object": {"id": "https://elsewhere.example/1"}}, "object.id"),
        ({"context": HERE, "object": ANA}, "object.id"),
        ({"context": HERE, "object": {"objectType": "StatementRef", "id": OTHER}}, "object.id"),
        *(
            (
                {
                    "context": {**HERE, "contextActivities": {key: [{"id": LAUNCHED}]}},
                    "object": {"id": "https://elsewhere.example/1"},
                },
                None,
            )
            for key in ("parent", "grouping", "category", "other")
        ),
        (
            {
                "context": {**HERE, "contextActivities": {"parent": {"id": f"{LAUNCHED}/2"}}},
                "object": {"objectType": "StatementRef", "id": OTHER},
            },
            None,
        ),
    ],
)
def test_a_statement_of_somebody_or_something_else_is_outside(parts, path):
    assert outside(statement(**parts)) == path


DOCUMENT = {"activity": LAUNCHED, "agent": LIMITS.agent, "registration": LIMITS.registration}


@pytest.mark.pure
@pytest.mark.parametrize("writes", [True, False])
@pytest.mark.parametrize(
    "other, path",
    [
        ({}, None),
        ({"activity": f"{LAUNCHED}/2"}, None),
        ({"activity": "https://elsewhere.example/1"}, "activityId"),
        ({"agent": "mbox budi@example.org"}, "agent"),
        ({"agent": None}, "agent"),
        ({"registration": UUID(OTHER)}, "registration"),
        ({"registration": None}, "registration"),
    ],
)
def test_state_of_somebody_or_something_else_is_outside(writes, other, path):
    try:
        LIMITS.refuse_document("activities/state", writes, **{**DOCUMENT, **other})
    except OutsideLaunch as problem:
        assert problem.params["path"] == path
    else:
        assert path is None


@pytest.mark.pure
def test_profiles_are_read_and_never_written():
    LIMITS.refuse_document("agents/profile", False, agent=LIMITS.agent)
    LIMITS.refuse_document("activities/profile", False, activity=LAUNCHED)
    for resource in READABLE:
        with pytest.raises(OutsideLaunch):
            LIMITS.refuse_document(resource, True, activity=LAUNCHED, agent=LIMITS.agent)
    with pytest.raises(OutsideLaunch):
        LIMITS.refuse_document("agents/profile", False, agent="mbox budi@example.org")
    with pytest.raises(OutsideLaunch):
        LIMITS.refuse_document("activities/profile", False, activity="https://elsewhere.example/1")


def test_a_launch_stores_its_own_and_nothing_else(launch, kept):
    store = launch()
    assert store.post(statement(context=HERE)).status_code == 200
    refused = store.post([statement(context=HERE), statement(context=HERE, actor=BUDI)])
    assert refused.status_code == 403 and refused.json["path"] == "actor"
    assert "one learner, one registration and one activity" in refused.json["error"]
    assert kept() == 1


def test_a_launch_voids_nothing(launch, kept):
    store = launch()
    sid = store.post(statement(context=HERE)).json[0]
    void = statement(
        verb={"id": VOIDED},
        object={"objectType": "StatementRef", "id": sid},
        context={**HERE, "contextActivities": {"parent": [{"id": LAUNCHED}]}},
    )
    assert store.post(void).status_code == 403
    assert kept() == 1


def test_a_launch_ends_by_itself(launch, later):
    store = launch(hours=2)
    assert store.post(statement(context=HERE)).status_code == 200
    later(hours=2)
    assert store.post(statement(context=HERE)).status_code == 401


def test_a_launch_that_was_closed_opens_nothing(launch):
    store = launch()
    with db.transaction():
        keys.close_launch(store.key)
        keys.close_launch(store.key)
    assert store.post(statement(context=HERE)).status_code == 401


def test_closing_a_launch_leaves_the_key_of_a_tool_alone(store):
    with db.transaction():
        keys.close_launch(store.key)
    assert store.post(statement()).status_code == 200


def test_launches_are_counted_and_not_listed_among_the_keys(launch, store, later):
    launch(hours=1), launch(hours=3)
    assert [one.key for one in queries.all_keys()] == [store.key] and queries.open_launches() == 2
    later(hours=1)
    assert queries.open_launches() == 1


def test_all_launches_vouch_as_one(launch):
    sent = [launch().post(statement(context=HERE)).json[0] for _ in range(2)]
    found = [one["authority"] for one in launch().find(registration=REGISTRATION) if one["id"] in sent]
    assert len(found) == 2 and found[0] == found[1] and found[0]["account"]["name"] == "launch"


def test_a_launch_reads_only_its_registration(launch, store):
    mine = store.post(statement(context=HERE)).json[0]
    other = store.post(statement(context={"registration": OTHER})).json[0]
    reader = launch()
    assert [one["id"] for one in reader.find()] == [mine]
    assert reader.ask("GET", "/statements", registration=OTHER).status_code == 403
    assert reader.ask("GET", "/statements", statementId=mine).status_code == 200
    assert reader.ask("GET", "/statements", statementId=other).status_code == 404


def test_a_launch_keeps_its_state_and_no_other(launch):
    store = launch()
    place = {
        "activityId": LAUNCHED,
        "agent": json.dumps(ANA),
        "registration": REGISTRATION,
        "stateId": "bookmark",
    }
    assert store.ask("PUT", "/activities/state", b"{}", **place).status_code == 204
    assert store.ask("GET", "/activities/state", **place).status_code == 200
    for other in ({"agent": json.dumps(BUDI)}, {"registration": OTHER}, {"activityId": "https://elsewhere.example/1"}):
        for method in ("PUT", "GET", "DELETE"):
            body = b"{}" if method == "PUT" else None
            assert store.ask(method, "/activities/state", body, **{**place, **other}).status_code == 403
    assert store.ask("DELETE", "/activities/state", activityId=LAUNCHED, agent=json.dumps(ANA)).status_code == 403


@pytest.mark.parametrize("actor, hours", [({"objectType": "Group", "member": [ANA]}, 1), (ANA, 0), (ANA, 24 * 15)])
def test_a_launch_needs_a_learner_and_an_end(actor, hours):
    with pytest.raises(ValueError, match="a launch needs"):
        keys.open_launch(actor, REGISTRATION, LAUNCHED, hours)


@pytest.mark.pure
def test_a_full_statement_is_within_a_launch_of_its_course():
    limits = Limits(LIMITS.agent, LIMITS.registration, "https://asah.example/activities/courses/1")
    limits.refuse_statement(FULL)
    assert FULL["object"]["id"] == LESSON["id"]
