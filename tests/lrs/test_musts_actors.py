"""The standard's words on ids, actors, verbs and objects (xAPI 1.0.3 Data 2.4.1 to 2.4.4), each MUST a test."""

import json

from .samples import ANA, ANSWERED, BUDI, LESSON, TEAM, statement
from .speaking import ID, REF, of_object, plain


def test_a_missing_id_is_made(say):
    ids = say.store.post([statement(), statement()], headers=say.headers).json
    assert len(set(ids)) == 2
    for one in ids:
        assert say.store.ask("GET", "/statements", statementId=one, headers=say.headers).json["id"] == one


def test_ids_are_uuids_in_standard_form(say):
    for n in range(1, 9):  # every version
        say.keeps(statement(id=f"0190a1b2-1111-{n}000-a000-00000000000{n}"))
    for wrong in (ID.replace("-", ""), "{" + ID + "}", "urn:uuid:" + ID, ID[:-1], ID + "0", ID.replace("0", "g")):
        say.refuses(plain(id=wrong), plain(object=REF | {"id": wrong}), plain(context={"registration": wrong}))


IDENTIFIERS = {
    "mbox": "mailto:a@b.id",
    "mbox_sha1sum": "ab" * 20,
    "openid": "https://ana.example/",
    "account": {"homePage": "https://a.id", "name": "a"},
}


def test_an_agent_has_an_identifier(say):
    for name, value in IDENTIFIERS.items():
        say.keeps(statement(actor={"objectType": "Agent", name: value}))
        say.keeps(statement(object={"objectType": "Agent", name: value}))
    for wrong in ({}, {"name": "Ana"}, {"objectType": "Agent"}, {"objectType": "Agent", "name": "Ana"}):
        say.refuses(plain(actor=wrong), plain(context={"instructor": wrong}), plain(authority=wrong))
        say.refuses(plain(actor={"objectType": "Group", "member": [wrong]}))
    for part in ("homePage", "name"):
        say.refuses(plain(actor={"account": {k: v for k, v in IDENTIFIERS["account"].items() if k != part}}))


def test_an_agent_has_no_two_identifiers(say):
    pairs = [(a, b) for a in IDENTIFIERS for b in IDENTIFIERS if a < b]
    for pair in pairs:
        both = {name: IDENTIFIERS[name] for name in pair}
        say.refuses(
            plain(actor=both), plain(context={"instructor": both}), plain(object={"objectType": "Agent", **both})
        )


def test_an_anonymous_group_has_members(say):
    say.keeps(statement(actor=TEAM))
    for wrong in ({}, {"member": []}, {"member": ANA}, {"member": [{}]}, {"member": ["a"]}, {"name": "Tim"}):
        group = {"objectType": "Group", **wrong}
        say.refuses(plain(actor=group), plain(object=group), plain(context={"team": group}))


def test_no_group_holds_a_group(say):
    for outer in ({"member": [TEAM]}, {"member": [ANA, TEAM]}, {"mbox": "mailto:a@b.id", "member": [TEAM]}):
        say.refuses(plain(actor={"objectType": "Group", **outer}))
    say.refuses(plain(actor=TEAM | {"member": [{"objectType": "Group", "mbox": "mailto:a@b.id"}]}))


def test_an_identified_group_has_one_identifier(say):
    for name, value in IDENTIFIERS.items():
        group = {"objectType": "Group", name: value}
        say.keeps(statement(actor=group))
        say.keeps(statement(actor=group | {"member": [ANA]}))
        say.refuses(*(plain(actor=group | {other: IDENTIFIERS[other]}) for other in IDENTIFIERS if other != name))


def test_anonymous_groups_are_distinct(say):
    """Members are found; the Group itself has no identity by which it could be."""
    say.keeps(statement(actor=TEAM))
    say.keeps(statement(actor=TEAM))
    assert len(say.store.find(agent=json.dumps({"mbox": BUDI["mbox"]}))) == 2
    assert say.store.ask("GET", "/statements", agent=json.dumps(TEAM)).status_code == 400


def test_exact_gives_display_as_it_came(say):
    for verb in (ANSWERED, {"id": ANSWERED["id"]}, ANSWERED | {"display": {}}, ANSWERED | {"display": {"en": "did"}}):
        [made] = say.store.post(statement(verb=verb), headers=say.headers).json
        back = say.store.ask("GET", "/statements", statementId=made, format="exact", headers=say.headers).json
        assert back["verb"] == verb


def test_the_objecttype_of_an_activity(say):
    say.keeps(statement(object={"id": "x:y"}))
    say.keeps(statement(object={"id": "x:y", "objectType": "Activity"}))
    say.refuses(*(plain(object={"id": "x:y", "objectType": wrong}) for wrong in ("activity", "Agent", "", 1, None)))


def test_one_activity_of_many_authors_stays_one(say, a_key):
    for n, author in enumerate((say.store, a_key("all"), a_key("all"))):
        one = statement(object=LESSON | {"definition": {"name": {"en": f"Lesson {n}"}, "type": f"x:{n}"}})
        assert author.post(one, headers=say.headers).status_code == 200
    found = say.store.find(activity=LESSON["id"])
    assert [one["object"]["definition"]["name"]["en"] for one in found] == ["Lesson 2", "Lesson 1", "Lesson 0"]


def test_an_interaction_has_a_type(say):
    kinds = "true-false choice fill-in long-fill-in matching performance sequencing likert numeric other"
    for kind in kinds.split():
        say.keeps(of_object(definition={"interactionType": kind, "correctResponsesPattern": ["a"]}))
    say.refuses(
        of_object(definition={"interactionType": "essay"}),
        of_object(definition={"correctResponsesPattern": ["a"]}),
        *(of_object(definition={key: [{"id": "a"}]}) for key in ("choices", "scale", "source", "target", "steps")),
    )


def test_ids_of_components_are_distinct(say):
    for kind, key in (
        ("choice", "choices"),
        ("sequencing", "choices"),
        ("likert", "scale"),
        ("matching", "source"),
        ("matching", "target"),
        ("performance", "steps"),
    ):
        say.keeps(of_object(definition={"interactionType": kind, key: [{"id": "a"}, {"id": "b"}]}))
        say.refuses(of_object(definition={"interactionType": kind, key: [{"id": "a"}, {"id": "b"}, {"id": "a"}]}))


def test_an_actor_as_object_says_so(say):
    say.refuses(plain(object={"mbox": "mailto:a@b.id"}), plain(object={k: TEAM[k] for k in ("name", "member")}))
    say.keeps(statement(object={"objectType": "Agent", "mbox": "mailto:a@b.id"}))
    say.keeps(statement(object=TEAM))


def test_a_statementref_has_type_and_uuid(say):
    say.keeps(statement(object=REF))
    say.keeps(statement(context={"statement": REF}))
    for wrong in ({"id": ID}, {"objectType": "StatementRef"}, REF | {"id": "a"}, REF | {"objectType": "Statement"}):
        say.refuses(plain(object=wrong), plain(context={"statement": wrong}))
