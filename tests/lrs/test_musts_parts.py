"""The standard's words on SubStatements, results and contexts (xAPI 1.0.3 Data 2.4.4.3 to 2.4.6), each MUST a test."""

from .samples import ANA, FULL, LESSON, TEAM, statement
from .speaking import ID, REF, SUB, plain


def test_a_substatement_says_so(say):
    say.keeps(statement(object=SUB))
    say.refuses(plain(object=statement()), plain(object=SUB | {"objectType": "Statement"}))


def test_a_substatement_is_a_statement(say):
    say.keeps(statement(object={k: v for k, v in FULL.items() if k != "id"} | {"objectType": "SubStatement"}))
    for wrong in (
        {"actor": {}},
        {"verb": {"id": "a"}},
        {"object": {"id": "a"}},
        {"result": {"success": "yes"}},
        {"result": {"score": {"scaled": 2}}},
        {"context": {"registration": "a"}},
        {"context": {"contextActivities": {"parent": [{"id": "a"}]}}},
        {"timestamp": "now"},
        {"attachments": {}},
        {"object": ANA, "context": {"platform": "a"}},
    ):
        say.refuses(plain(object=SUB | wrong))
    for gone in ("actor", "verb", "object"):
        say.refuses(plain(object={k: v for k, v in SUB.items() if k != gone}))


def test_a_substatement_has_no_properties_of_a_stored_one(say):
    for more in ({"id": ID}, {"stored": "2026-01-01T00:00:00Z"}, {"version": "1.0.0"}, {"authority": ANA}):
        say.refuses(plain(object=SUB | more))


def test_a_substatement_holds_no_other(say):
    say.refuses(plain(object=SUB | {"object": SUB}))
    say.keeps(statement(object=SUB | {"object": REF}))


def test_scores_are_in_their_ranges(say):
    for wrong in (
        {"scaled": 1.1},
        {"scaled": -1.1},
        {"raw": 11, "max": 10},
        {"raw": -1, "min": 0},
        {"min": 10, "max": 10},
        {"min": 11, "max": 10},
    ):
        say.refuses(plain(result={"score": wrong}))
    say.keeps(statement(result={"score": {"scaled": -1, "raw": 10, "min": -10.5, "max": 10}}))


def test_revision_and_platform_go_with_an_activity(say):
    for key in ("revision", "platform"):
        say.keeps(statement(context={key: "a"}))
        for thing in (ANA, TEAM, REF, SUB):
            say.refuses(plain(object=thing, context={key: "a"}))
        say.refuses(plain(object=SUB | {"object": ANA, "context": {key: "a"}}))


def test_the_parts_of_a_context(say):
    say.keeps(statement(context=FULL["context"]))
    say.keeps(statement(context={"instructor": TEAM, "team": {"objectType": "Group", "mbox": "mailto:a@b.id"}}))
    say.refuses(
        plain(context={"registration": "a"}),
        plain(context={"instructor": "Budi"}),
        plain(context={"team": ANA}),
        plain(context={"language": "indonesia_"}),
        plain(context={"statement": SUB}),
        plain(context={"extensions": {"a": 1}}),
    )


def test_the_keys_of_contextactivities(say):
    for key in ("parent", "grouping", "category", "other"):
        say.keeps(statement(context={"contextActivities": {key: [LESSON]}}))
    for wrong in ("Parent", "parents", "", "x:y"):
        say.refuses(plain(context={"contextActivities": {wrong: [LESSON]}}))


def test_the_values_of_contextactivities(say):
    for wrong in ("x:y", 1, [1], ["x:y"], [ANA], ANA, REF, [SUB], [[LESSON]], {}, [{}], True):
        say.refuses(plain(context={"contextActivities": {"parent": wrong}}))


def test_contextactivities_come_back_as_arrays(say):
    context = {"contextActivities": {"parent": LESSON, "other": [LESSON, {"id": "x:y"}], "category": {"id": "x:z"}}}
    sent = statement(context=context, object=SUB | {"context": context})
    [made] = say.store.post(sent, headers=say.headers).json
    expected = {"parent": [LESSON], "other": [LESSON, {"id": "x:y"}], "category": [{"id": "x:z"}]}
    for wanted in ("exact", "canonical"):
        back = say.store.ask("GET", "/statements", statementId=made, format=wanted, headers=say.headers).json
        assert back["context"]["contextActivities"] == expected
        assert back["object"]["context"]["contextActivities"] == expected
