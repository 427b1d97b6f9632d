"""The standard's words on formats and on the life of a statement (xAPI 1.0.3 Data 2.2, 2.3), each MUST a test."""

import json

from .samples import ANA, ANSWERED, BUDI, FULL, LESSON, TEAM, VOIDED, statement
from .speaking import ID, REF, SUB, of_object, plain
from .verdicts import PLAIN, exactly


def test_each_property_stands_once(say):
    say.refuses(
        PLAIN % ',"actor":{"mbox":"mailto:b@b.id"}',
        PLAIN % ',"result":{"success":true,"success":true}',
        PLAIN % ',"context":{"team":{"objectType":"Group","objectType":"Group","mbox":"mailto:b@b.id"}}',
    )


def test_actor_verb_and_object_are_needed(say):
    say.refuses(*({k: v for k, v in statement().items() if k != gone} for gone in ("actor", "verb", "object")), {})
    say.keeps({k: v for k, v in statement().items() if k in ("actor", "verb", "object")})


def test_nothing_is_written_differently(say):
    say.keeps(FULL)
    text = PLAIN % (
        ',"result":{"duration":"PT3600S","response":"\\u00e9\\/ \\ud83d\\ude00","score":{"raw":1.50,"max":1E2},'
        '"extensions":{"x:b":1.0,"x:a":[1e0,-0,{}]}}'
    )
    [made] = say.store.post(text, headers=say.headers).json
    back = say.store.ask("GET", "/statements", statementId=made, headers=say.headers).text
    assert exactly(back)["result"] == exactly(text)["result"]
    assert list(json.loads(back)["result"]) == ["duration", "response", "score", "extensions"]


def test_null_is_refused_except_in_extensions(say):
    for key in FULL:
        say.refuses(plain(**{key: None}))
    say.refuses(
        *(of_object(definition={key: None}) for key in ("name", "description", "type", "moreInfo", "extensions")),
        *(of_object(definition={"interactionType": "choice", key: None}) for key in ("choices", "scale", "steps")),
        *(plain(result={key: None}) for key in FULL["result"]),
        *(plain(result={"score": {key: None}}) for key in ("scaled", "raw", "min", "max")),
        *(plain(context={key: None}) for key in FULL["context"]),
        *(plain(attachments=[FULL["attachments"][0] | {key: None}]) for key in FULL["attachments"][0]),
        *(plain(actor=ANA | {key: None}) for key in ("name", "objectType", "mbox")),
        plain(actor={"account": {"homePage": "x:y", "name": None}}),
        plain(verb=ANSWERED | {"display": {"id": None}}),
        of_object(objectType=None),
    )
    say.keeps(plain(result={"extensions": {"x:y": None, "x:z": [None, {"a": None}]}}))


def test_the_wrong_type_is_refused(say):
    say.refuses(
        *(plain(result={"score": {key: "0.5"}}) for key in ("scaled", "raw", "min", "max")),
        *(plain(result={key: wrong}) for key in ("success", "completion") for wrong in ("true", "false", 1, 0)),
        *(plain(result={"response": wrong}) for wrong in (1, True, [], {})),
        *(plain(**{key: wrong}) for key in ("actor", "verb", "object", "result", "context") for wrong in ("a", 1, [])),
        *(plain(**{key: wrong}) for key in ("id", "timestamp", "stored", "version") for wrong in (1, True, [], {})),
        plain(attachments={}),
        plain(attachments=[FULL["attachments"][0] | {"length": "3"}]),
        plain(actor=ANA | {"name": 1}),
        plain(actor={"mbox": ["mailto:a@b.id"]}),
        plain(verb=ANSWERED | {"display": ["answered"]}),
        of_object(definition={"name": "a"}),
        of_object(definition={"extensions": []}),
    )


def test_the_wrong_format_is_refused(say):
    for wrong in ("", " ", "x", "1"):
        say.refuses(
            plain(id=wrong),
            plain(verb={"id": wrong}),
            plain(object={"id": wrong}),
            plain(timestamp=wrong),
            plain(version=wrong),
            plain(actor={"mbox": wrong}),
            plain(actor={"mbox_sha1sum": wrong}),
            plain(actor={"openid": wrong}),
            plain(actor={"account": {"homePage": wrong, "name": "a"}}),
            plain(result={"duration": wrong}),
            plain(context={"registration": wrong}),
            plain(context={"statement": REF | {"id": wrong}}),
            of_object(definition={"type": wrong}),
            of_object(definition={"moreInfo": wrong}),
            of_object(definition={"interactionType": wrong}),
            *(plain(attachments=[FULL["attachments"][0] | {key: wrong}]) for key in ("usageType", "fileUrl", "sha2")),
            plain(attachments=[FULL["attachments"][0] | {"contentType": wrong}]),
        )
    say.refuses(plain(context={"language": ""}), plain(verb=ANSWERED | {"display": {"": "a"}}))


def test_the_case_of_a_key_counts(say):
    say.refuses(
        *({**{k: v for k, v in FULL.items() if k != key}, key.capitalize(): FULL[key]} for key in FULL),
        plain(verb={"Id": "x:y"}),
        plain(actor={"Mbox": "mailto:a@b.id"}),
        plain(actor={"objecttype": "Agent", "mbox": "mailto:a@b.id"}),
        plain(result={"Success": True}),
        plain(context={"contextactivities": {}}),
        of_object(definition={"moreinfo": "x:y"}),
    )


def test_the_case_of_an_enumerated_value_counts(say):
    say.refuses(
        plain(actor=ANA | {"objectType": "agent"}),
        plain(actor=TEAM | {"objectType": "GROUP"}),
        of_object(objectType="activity"),
        plain(object=REF | {"objectType": "Statementref"}),
        plain(object=SUB | {"objectType": "substatement"}),
        of_object(definition={"interactionType": "True-False"}),
    )


def test_what_the_standard_does_not_know_is_refused(say):
    for inside in ("actor", "verb", "object", "result", "context"):
        say.refuses(plain(**{inside: FULL[inside] | {"extra": 1}}))
    say.refuses(
        plain(extra=1),
        plain(object=SUB | {"extra": 1}),
        plain(object=REF | {"extra": 1}),
        plain(result={"score": {"extra": 1}}),
        plain(context={"contextActivities": {"extra": LESSON}}),
        plain(actor={"account": {"homePage": "x:y", "name": "a", "extra": 1}}),
        plain(attachments=[FULL["attachments"][0] | {"extra": 1}]),
        of_object(definition={"extra": 1}),
        of_object(definition={"interactionType": "choice", "choices": [{"id": "a", "extra": 1}]}),
    )


def test_iris_have_a_scheme(say):
    for wrong in ("example.com/a", "/a", "//example.com/a", "#a", "?a"):
        say.refuses(
            plain(verb={"id": wrong}),
            plain(object={"id": wrong}),
            of_object(definition={"type": wrong}),
            of_object(definition={"moreInfo": wrong}),
            plain(actor={"openid": wrong}),
            plain(actor={"account": {"homePage": wrong, "name": "a"}}),
            plain(attachments=[FULL["attachments"][0] | {"usageType": wrong}]),
            plain(attachments=[FULL["attachments"][0] | {"fileUrl": wrong}]),
            plain(result={"extensions": {wrong: 1}}),
            plain(context={"contextActivities": {"parent": {"id": wrong}}}),
        )


def test_language_tags_have_the_lengths_of_rfc_5646(say):
    for good in ("id", "en-US", "zh-Hans-CN", "es-419", "sl-rozaj", "x-a", "ban"):
        say.keeps(plain(verb=ANSWERED | {"display": {good: "a"}}))
    for wrong in ("a", "abcdefghi", "en-a", "en-abcdefghi", "en--US", "en-", "12"):
        say.refuses(
            plain(verb=ANSWERED | {"display": {wrong: "a"}}),
            of_object(definition={"name": {wrong: "a"}}),
            of_object(definition={"description": {wrong: "a"}}),
            of_object(definition={"interactionType": "choice", "choices": [{"id": "a", "description": {wrong: "a"}}]}),
            plain(attachments=[FULL["attachments"][0] | {"display": {wrong: "a"}}]),
            plain(attachments=[FULL["attachments"][0] | {"description": {wrong: "a"}}]),
            plain(context={"language": wrong}),
        )


def test_numbers_keep_their_precision(say):
    say.keeps(PLAIN % ',"result":{"score":{"scaled":0.12345678901234567,"raw":16777217.25,"max":3.4028235e38}}')


def test_parameters_are_held_to_the_same_standards(say):
    for name, wrong in (
        ("agent", '{"mbox":"a@b.id"}'),
        ("agent", '{"mbox":"mailto:a@b.id","Name":"a"}'),
        ("agent", '{"mbox":"mailto:a@b.id","name":null}'),
        ("verb", "answered"),
        ("activity", "a"),
        ("registration", "{" + ID + "}"),
        ("statementId", "a"),
        ("voidedStatementId", ""),
        ("since", "2026-02-30T00:00:00Z"),
        ("until", "yesterday"),
        ("limit", "1.5"),
        ("related_agents", "True"),
        ("ascending", "1"),
        ("format", "Exact"),
    ):
        answer = say.store.ask("GET", "/statements", headers=say.headers, **{name: wrong})
        assert answer.status_code == 400, (name, wrong)
    answer = say.store.ask("GET", "/statements", headers=say.headers, verb='"x:y"')
    assert answer.status_code == 400  # and they are not in quotes


def test_what_may_differ_is_the_same_statement(say):
    first = statement(id=ID, actor=TEAM | {"mbox": "mailto:tim@B.id"}, timestamp="2026-01-01T08:00:00.5+08:00")
    say.keeps(first)
    for same in (
        {"authority": ANA},
        {"stored": "2001-01-01T00:00:00Z"},
        {"id": ID.upper()},
        {"timestamp": "2026-01-01T00:00:00.500Z"},
        {"verb": {"id": ANSWERED["id"]}},
        {"verb": ANSWERED | {"display": {"fr": "autre"}}},
        {"object": LESSON | {"definition": {"name": {"id": "Lain"}}}},
        {"object": {"id": LESSON["id"]}},
        {"actor": first["actor"] | {"member": TEAM["member"][::-1]}},
        {"actor": first["actor"] | {"mbox": "mailto:tim@b.id"}},
    ):
        assert say.sends(first | same) == 200, same
    assert say.kept() == 1


def test_what_may_not_differ_is_a_conflict(say):
    first = statement(id=ID, result={"duration": "PT60S", "response": "a"}, context={"platform": "A"})
    say.keeps(first)
    for other in (
        {"result": {"duration": "PT1M", "response": "a"}},
        {"result": {"duration": "PT60S", "response": "A"}},
        {"result": {"duration": "PT60S"}},
        {"context": {"platform": "A", "revision": "1"}},
        {"actor": BUDI},
        {"verb": {"id": ANSWERED["id"] + "/"}},
        {"object": {"id": LESSON["id"].upper()}},
        {"timestamp": "2026-11-22T08:30:00.121Z"},
    ):
        assert say.sends(first | other) == 409, other
    assert say.kept() == 1


def test_voiding_needs_a_statementref(say):
    void = {"verb": {"id": VOIDED}}
    say.refuses(plain(**void), plain(**void, object=ANA), plain(**void, object=SUB), plain(**void, object=TEAM))
    say.refuses(plain(object=statement(**void) | {"objectType": "SubStatement"}))


def test_voiding_names_a_statement(say):
    say.refuses(plain(verb={"id": VOIDED}, object={"objectType": "StatementRef"}))
    say.refuses(plain(verb={"id": VOIDED}, object={"objectType": "StatementRef", "id": "x:y"}))


def test_what_is_voided_and_what_not(say):
    def found(name, which):
        return say.store.ask("GET", "/statements", headers=say.headers, **{name: which}).status_code

    [one] = say.store.post(statement(), headers=say.headers).json
    say.keeps(statement(object=REF | {"id": one}))  # referring alone voids nothing
    assert (found("statementId", one), found("voidedStatementId", one)) == (200, 404)
    voiding = say.keeps(statement(verb={"id": VOIDED}, object=REF | {"id": one}))["id"]
    assert (found("statementId", one), found("voidedStatementId", one)) == (404, 200)
    say.keeps(statement(verb={"id": VOIDED}, object=REF | {"id": voiding}))
    assert (found("statementId", voiding), found("voidedStatementId", voiding)) == (200, 404)
    assert found("voidedStatementId", one) == 200
