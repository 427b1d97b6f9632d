"""Statements of a bad structure, by name: refused means that nothing is stored, accepted that it reads back."""

import pytest

from .samples import ANA, ANSWERED, FULL, LESSON, TEAM, VOIDED, statement
from .verdicts import in_time, kept_as_sent, refused

ID = "0190a1b2-1111-7000-8000-000000000001"

STRUCTURE_REFUSED = {
    "no actor": {"actor": None},
    "no verb": {"verb": None},
    "no object": {"object": None},
    "unknown property": {"extra": 1},
    "wrong case": {"Result": {}},
    "wrong case inside": {"verb": {"ID": "x:v"}},
    "actor as text": {"actor": "a"},
    "actor as array": {"actor": [ANA]},
    "actor of another type": {"actor": ANA | {"objectType": "agent"}},
    "agent with members": {"actor": ANA | {"member": []}},
    "actor an Activity": {"actor": LESSON},
    "verb as text": {"verb": "x:v"},
    "result as array": {"result": []},
    "group without members": {"actor": {"objectType": "Group"}},
    "group with no members": {"actor": TEAM | {"member": []}},
    "group in a group": {"actor": TEAM | {"member": [TEAM]}},
    "members as object": {"actor": TEAM | {"member": ANA}},
    "member null": {"actor": TEAM | {"member": [None]}},
    "group with two identifiers": {"actor": TEAM | {"mbox": "mailto:a@b.id", "openid": "x:y"}},
    "object of another type": {"object": LESSON | {"objectType": "activity"}},
    "objectType a number": {"object": LESSON | {"objectType": 1}},
    "objectType an array": {"object": LESSON | {"objectType": ["Activity"]}},
    "object an Agent without type": {"object": {"mbox": "mailto:a@b.id"}},
    "SubStatement in a SubStatement": {
        "object": statement(object=statement() | {"objectType": "SubStatement"}) | {"objectType": "SubStatement"}
    },
    "SubStatement with an id": {"object": statement(id=ID) | {"objectType": "SubStatement"}},
    "SubStatement with authority": {"object": statement(authority=ANA) | {"objectType": "SubStatement"}},
    "SubStatement with version": {"object": statement(version="1.0.0") | {"objectType": "SubStatement"}},
    "SubStatement with stored": {"object": statement(stored="2026-01-01T00:00:00Z") | {"objectType": "SubStatement"}},
    "SubStatement without verb": {"object": statement(verb=None) | {"objectType": "SubStatement"}},
    "SubStatement with a bad actor": {"object": statement(actor={}) | {"objectType": "SubStatement"}},
    "StatementRef without id": {"object": {"objectType": "StatementRef"}},
    "StatementRef to no UUID": {"object": {"objectType": "StatementRef", "id": "x:y"}},
    "StatementRef with more": {"object": {"objectType": "StatementRef", "id": ID, "definition": {}}},
    "voiding an Activity": {"verb": {"id": VOIDED}},
    "voiding an Agent": {"verb": {"id": VOIDED}, "object": ANA},
    "success as text": {"result": {"success": "true"}},
    "success as number": {"result": {"success": 1}},
    "completion null": {"result": {"completion": None}},
    "response a number": {"result": {"response": 5}},
    "revision with an Agent": {"object": ANA, "context": {"revision": "1"}},
    "platform with a StatementRef": {"object": {"objectType": "StatementRef", "id": ID}, "context": {"platform": "a"}},
    "revision in a SubStatement of an Agent": {
        "object": statement(object=ANA, context={"revision": "1"}) | {"objectType": "SubStatement"}
    },
    "team an Agent": {"context": {"team": ANA}},
    "instructor without identifier": {"context": {"instructor": {}}},
    "context statement without type": {"context": {"statement": {"id": ID}}},
    "contextActivities of another kind": {"context": {"contextActivities": {"Parent": []}}},
    "contextActivities as array": {"context": {"contextActivities": []}},
    "contextActivities of text": {"context": {"contextActivities": {"parent": ["x:y"]}}},
    "contextActivities of an Agent": {"context": {"contextActivities": {"parent": [ANA]}}},
    "contextActivities null": {"context": {"contextActivities": {"parent": None}}},
    "context extension null": {"context": {"extensions": None}},
    "version 0.95": {"version": "0.95"},
    "version 1.1.0": {"version": "1.1.0"},
    "version a number": {"version": 1.0},
    "stored no time": {"stored": "yesterday"},
    "authority without identifier": {"authority": {"name": "a"}},
    "authority a group of three": {"authority": {"objectType": "Group", "member": [ANA, ANA, ANA]}},
    "authority an identified group": {"authority": {"objectType": "Group", "mbox": "mailto:a@b.id"}},
    "definition null": {"object": LESSON | {"definition": None}},
    "interactionType unknown": {"object": LESSON | {"definition": {"interactionType": "Choice"}}},
    "choices without interactionType": {"object": LESSON | {"definition": {"choices": []}}},
    "pattern as text": {
        "object": LESSON | {"definition": {"interactionType": "choice", "correctResponsesPattern": "a"}}
    },
    "choices with the same id": {
        "object": LESSON | {"definition": {"interactionType": "choice", "choices": [{"id": "a"}, {"id": "a"}]}}
    },
    "choice without id": {
        "object": LESSON | {"definition": {"interactionType": "choice", "choices": [{"description": {"id": "a"}}]}}
    },
    "choices as object": {"object": LESSON | {"definition": {"interactionType": "choice", "choices": {"id": "a"}}}},
    "attachments as object": {"attachments": {}},
    "attachment without fileUrl": {
        "attachments": [{k: v for k, v in FULL["attachments"][0].items() if k != "fileUrl"}]
    },
    **{
        f"attachment {key} {value!r}": {"attachments": [FULL["attachments"][0] | {key: value}]}
        for key, value in [
            ("length", "3"),
            ("length", -1),
            ("length", 1.5),
            ("length", True),
            ("sha2", "a"),
            ("sha2", "g" * 64),
            ("usageType", "a"),
            ("contentType", "text"),
            ("contentType", None),
            ("display", "a"),
            ("fileUrl", "a"),
            ("x", 1),
        ]
    },
}
STRUCTURE_REFUSED |= {
    "objectType in capitals": {"actor": ANA | {"objectType": "AGENT"}},
    "objectType null": {"object": LESSON | {"objectType": None}},
    "Person as actor": {"actor": {"objectType": "Person", "mbox": ["mailto:a@b.id"]}},
    "Group as actor by another case": {"actor": TEAM | {"objectType": "group"}},
    "Group as an instructor without members": {"context": {"instructor": {"objectType": "Group", "name": "Tim"}}},
    "team without objectType": {"context": {"team": {"member": [ANA]}}},
    "member of a team a Group": {"context": {"team": TEAM | {"member": [TEAM]}}},
    "member without identifier": {"actor": TEAM | {"member": [{"name": "Ana"}]}},
    "object null inside": {"object": {"id": None}},
    "objectless SubStatement": {"object": {"objectType": "SubStatement"}},
    "SubStatement as actor": {"actor": statement() | {"objectType": "SubStatement"}},
    "SubStatement with an unknown property": {"object": statement(x=1) | {"objectType": "SubStatement"}},
    "SubStatement that voids an Activity": {"object": statement(verb={"id": VOIDED}) | {"objectType": "SubStatement"}},
    "SubStatement with a bad result": {"object": statement(result={"success": "yes"}) | {"objectType": "SubStatement"}},
    "SubStatement with a bad context": {
        "object": statement(context={"registration": "x"}) | {"objectType": "SubStatement"}
    },
    "SubStatement with a bad attachment": {
        "object": statement(attachments=[{"usageType": "x:y"}]) | {"objectType": "SubStatement"}
    },
    "StatementRef as statementref": {"object": {"objectType": "statementRef", "id": ID}},
    "StatementRef id null": {"object": {"objectType": "StatementRef", "id": None}},
    "context statement an Activity": {"context": {"statement": LESSON}},
    "voiding a SubStatement": {"verb": {"id": VOIDED}, "object": statement() | {"objectType": "SubStatement"}},
    "voiding by a StatementRef without type": {"verb": {"id": VOIDED}, "object": {"id": ID}},
    "verb null inside": {"verb": ANSWERED | {"display": None}},
    "verb with a name": {"verb": ANSWERED | {"name": "answered"}},
    "definition with an unknown property": {"object": LESSON | {"definition": {"Name": {"id": "a"}}}},
    "definition as text": {"object": LESSON | {"definition": "a"}},
    "contextActivities in an array of arrays": {"context": {"contextActivities": {"parent": [[LESSON]]}}},
    "contextActivities with a bad id": {"context": {"contextActivities": {"other": [{"id": "a"}]}}},
    "contextActivities of a StatementRef": {
        "context": {"contextActivities": {"other": {"objectType": "StatementRef", "id": ID}}}
    },
    "contextAgents in 1.0.3": {"context": {"contextAgents": []}},
    "context as array": {"context": []},
    "revision a number": {"context": {"revision": 1}},
    "extensions as array": {"result": {"extensions": []}},
    "score as array": {"result": {"score": [1]}},
    "result null inside": {"result": {"response": None}},
    "result in a language map": {"result": {"response": {"id": "a"}}},
    "a property with an empty name": {"": 1},
    "a property with a space": {"actor ": ANA},
    "a property by a homoglyph": {"\u0430ctor": ANA},
}
STRUCTURE_ACCEPTED = {
    "everything": {key: value for key, value in FULL.items() if key != "id"},
    "no objectType": {"object": {"id": "x:y"}},
    "an Agent as object": {"object": ANA},
    "a Group as object": {"object": TEAM},
    "a group as actor": {"actor": TEAM},
    "an identified group": {"actor": {"objectType": "Group", "mbox": "mailto:a@b.id"}},
    "a SubStatement of the future": {
        "object": statement(timestamp="2999-01-01T00:00:00Z") | {"objectType": "SubStatement"}
    },
    "a StatementRef to nothing": {"object": {"objectType": "StatementRef", "id": ID}},
    "voiding what is not there": {"verb": {"id": VOIDED}, "object": {"objectType": "StatementRef", "id": ID}},
    "empty parts": {"result": {}, "context": {}},
    "no attachments": {"attachments": []},
    "success on any verb": {"verb": {"id": "x:v"}, "result": {"success": True}},
    "version 1.0.9": {"version": "1.0.9"},
    "version 1.0": {"version": "1.0"},
    "empty response": {"result": {"response": ""}},
    "a group of itself twice": {"actor": TEAM | {"member": [ANA, ANA]}},
    "1000 members": {"actor": TEAM | {"member": [{"mbox": f"mailto:a{n}@b.id"} for n in range(1000)]}},
    "an identified group without members": {"context": {"team": {"objectType": "Group", "mbox": "mailto:a@b.id"}}},
    "a SubStatement of a StatementRef": {
        "object": statement(object={"objectType": "StatementRef", "id": ID}) | {"objectType": "SubStatement"}
    },
    "a SubStatement of an Agent": {"object": statement(object=ANA) | {"objectType": "SubStatement"}},
    "a context statement": {"context": {"statement": {"objectType": "StatementRef", "id": ID}}},
    "no context activities": {"context": {"contextActivities": {"parent": [], "other": []}}},
    "1000 context activities": {"context": {"contextActivities": {"other": [{"id": f"x:{n}"} for n in range(1000)]}}},
    "empty maps": {"verb": ANSWERED | {"display": {}}, "object": LESSON | {"definition": {"name": {}}}},
    "no correct answer": {
        "object": LESSON | {"definition": {"interactionType": "choice", "correctResponsesPattern": []}}
    },
}


@pytest.mark.parametrize("name", STRUCTURE_REFUSED)
def test_structures_that_are_refused(store, kept, name):
    changes = STRUCTURE_REFUSED[name]
    plain = statement(**{key: None for key in changes if changes[key] is None and key in ("actor", "verb", "object")})
    refused(
        store,
        kept,
        plain
        | {key: value for key, value in changes.items() if key not in ("actor", "verb", "object") or value is not None},
    )


@pytest.mark.parametrize(
    "name",
    [
        "actor",
        "verb",
        "object",
        "result",
        "context",
        "timestamp",
        "id",
        "version",
        "authority",
        "attachments",
        "stored",
    ],
)
def test_null_is_refused_wherever_it_is_no_extension(store, kept, name):
    refused(store, kept, statement() | {name: None})


@pytest.mark.parametrize("name", STRUCTURE_ACCEPTED)
def test_structures_that_are_accepted(store, kept, name):
    kept_as_sent(store, kept, statement() | STRUCTURE_ACCEPTED[name])


def test_a_refusal_names_the_property_and_the_clause(store):
    said = store.post([statement(), statement(context={"team": ANA})]).json
    assert said["path"] == "[1].context.team.objectType"
    assert said["clause"] == "xAPI 1.0.3 Data 2.4.2.2"


def test_a_loop_of_references_is_kept_and_asking_for_it_ends(store, kept):
    one, two = ID[:-1] + "8", ID[:-1] + "9"
    for this, other in ((one, two), (two, one)):
        kept_as_sent(store, kept, statement(id=this, object={"objectType": "StatementRef", "id": other}))
    itself = ID[:-1] + "7"
    kept_as_sent(store, kept, statement(id=itself, object={"objectType": "StatementRef", "id": itself}))
    with in_time():
        assert {found["id"] for found in store.find(verb=ANSWERED["id"])} == {one, two, itself}


def test_who_voids_cannot_be_voided_nor_void_itself(store, kept):
    void = {"verb": {"id": VOIDED}}
    kept_as_sent(store, kept, statement(id=ID, **void, object={"objectType": "StatementRef", "id": ID}))
    assert [one["id"] for one in store.find()] == [ID]
    kept_as_sent(store, kept, statement(**void, object={"objectType": "StatementRef", "id": ID}))
    assert len(store.find()) == 2
    assert store.ask("GET", "/statements", voidedStatementId=ID).status_code == 404


def test_one_bad_statement_refuses_its_whole_batch(store, kept):
    good = [statement() for _ in range(20)]
    refused(store, kept, [*good, statement(verb={"id": "no"}), *good])
    refused(store, kept, [*good, None])
    refused(store, kept, [statement(id=ID), *good, statement(id=ID.upper())])


def test_no_input_of_this_table_has_disappeared():
    assert (len(STRUCTURE_REFUSED), len(STRUCTURE_ACCEPTED)) == (117, 25)  # 22 were asked for
