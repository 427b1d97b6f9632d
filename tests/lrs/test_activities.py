"""GET activities: the full description of an activity (xAPI 1.0.3 Communication 2.5)."""

import hashlib

import pytest

from .samples import LESSON, statement


def activity(store, wanted=LESSON["id"]):
    answer = store.ask("GET", "/activities", activityId=wanted)
    assert answer.status_code == 200, answer.text
    return answer.json


def defined(**definition):
    return statement(object=LESSON | {"definition": definition})


def test_an_activity_of_which_nothing_is_known_is_an_activity_all_the_same(store):
    """2.5: without a canonical definition, an Activity Object is still returned."""
    assert activity(store, "https://nobody.example/a") == {"objectType": "Activity", "id": "https://nobody.example/a"}
    store.post(statement())
    assert activity(store) == LESSON


def test_all_that_came_is_folded_into_one_definition(store):
    """2.5: the complete Activity Object, in all languages, from wherever it was defined."""
    store.post(defined(name={"id": "Satu"}, interactionType="choice", choices=[{"id": "a"}]))
    store.post(
        defined(name={"en": "One"}, description={"en": "First"}, interactionType="choice", choices=[{"id": "b"}])
    )
    store.post(
        statement(
            object={"id": "x:o"},
            context={
                "contextActivities": {"parent": [LESSON | {"definition": {"moreInfo": "https://asah.example/1"}}]}
            },
        )
    )
    store.post(defined(name={"id": "Pelajaran satu"}, type="https://asah.example/types/lesson"))
    assert activity(store) == LESSON | {
        "definition": {
            "name": {"id": "Pelajaran satu", "en": "One"},
            "interactionType": "choice",
            "choices": [{"id": "a"}],
            "description": {"en": "First"},
            "moreInfo": "https://asah.example/1",
            "type": "https://asah.example/types/lesson",
        }
    }


def test_only_a_key_that_may_define_changes_the_definition(store, a_key):
    """4.2: without define, the canonical representation is not updated; all includes it."""
    a_key("statements/write").post(defined(name={"en": "Not so"}))
    assert "definition" not in activity(store)
    a_key("statements/write", "define").post(defined(name={"en": "So"}))
    assert activity(store)["definition"] == {"name": {"en": "So"}}
    a_key("all").post(defined(name={"en": "So it is"}))
    assert activity(store)["definition"] == {"name": {"en": "So it is"}}


@pytest.mark.parametrize(
    "params", [{}, {"activityId": "no"}, {"activityid": LESSON["id"]}, {"activityId": "x:a", "agent": "{}"}], ids=str
)
def test_what_is_no_activity_is_refused(store, params):
    """2.5, 3.2."""
    assert store.ask("GET", "/activities", **params).status_code == 400


def test_scopes(a_key):
    """3.2: 403 without permission."""
    for scope, status in {
        "all": 200,
        "statements/read": 200,
        "statements/read/mine": 200,
        "profile": 200,
        "define": 200,
        "statements/write": 403,
        "state": 403,
    }.items():
        assert a_key(scope).ask("GET", "/activities", activityId="x:a").status_code == status, scope


def test_its_etag_head_and_methods(store):
    """1.1, 3.1."""
    got, head = (store.ask(method, "/activities", activityId="x:a") for method in ("GET", "HEAD"))
    assert got.headers["ETag"] == head.headers["ETag"] == '"' + hashlib.sha1(got.data).hexdigest() + '"'
    assert head.data == b""
    known = store.ask("GET", "/activities", headers={"If-None-Match": got.headers["ETag"]}, activityId="x:a")
    assert (known.status_code, known.data) == (304, b"")
    refused = store.ask("DELETE", "/activities", activityId="x:a")
    assert (refused.status_code, refused.headers["Allow"]) == (405, "GET, HEAD, OPTIONS")
