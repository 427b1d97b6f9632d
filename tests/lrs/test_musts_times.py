"""The standard's words on what the store sets, on paging, extensions, times (Data 2.4.7 to 4.6), each MUST a test."""

from datetime import timedelta

from lms.core import clock

from .samples import ANA, BUDI, FULL, LESSON, statement
from .speaking import ID, SUB, of_object, plain
from .verdicts import kept_as_sent, refused


def test_timestamp_and_stored(say):
    [made] = say.store.post(statement(timestamp=None, stored="2001-01-01T00:00:00Z"), headers=say.headers).json
    back = say.store.ask("GET", "/statements", statementId=made, headers=say.headers).json
    assert back["timestamp"] == back["stored"] > "2026"
    assert back["stored"].endswith("Z")
    say.refuses(plain(stored="yesterday"))
    say.keeps(statement(timestamp="2999-01-01T00:00:00Z"))  # a client's clock may be wrong
    say.keeps(statement(object=SUB | {"timestamp": "2999-01-01T00:00:00Z"}))


def test_authority_is_an_agent_or_two(say):
    two = {"objectType": "Group", "member": [ANA, BUDI]}
    for good in (ANA, BUDI, two):
        assert say.sends(statement(authority=good)) == 200
    for wrong in (
        two | {"member": [ANA]},
        two | {"member": [ANA, BUDI, ANA]},
        two | {"mbox": "mailto:a@b.id"},
        LESSON,
        "Ana",
        {},
        [ANA],
    ):
        say.refuses(plain(authority=wrong))


def test_who_connects_directly_is_the_whole_authority(say):
    for sent in (
        statement(),
        statement(authority=ANA),
        statement(authority={"objectType": "Group", "member": [ANA, BUDI]}),
    ):
        [made] = say.store.post(sent, headers=say.headers).json
        back = say.store.ask("GET", "/statements", statementId=made, headers=say.headers).json["authority"]
        assert (back["objectType"], back["account"]["name"]) == ("Agent", say.store.key)


def test_versions_that_are_accepted_are_retained(store, kept):
    for version in ("1.0.0", "1.0.1", "1.0.2", "1.0.3", "1.0.9"):
        assert kept_as_sent(store, kept, statement(version=version))["version"] == version
    assert kept_as_sent(store, kept, statement())["version"] == "1.0.0"


def test_versions_that_are_refused(store, kept):
    for version in ("0.95", "1.1.0", "1.01.0", "2", "10.0.0", "1.0.0 ", "v1.0.0", "1", ""):
        refused(store, kept, statement(version=version))


def test_the_parts_of_an_attachment(say):
    good = FULL["attachments"][0]
    say.keeps(statement(attachments=[good, good | {"description": {"id": "a"}, "length": 0}]))
    for gone in ("usageType", "display", "contentType", "length", "sha2"):
        say.refuses(plain(attachments=[{k: v for k, v in good.items() if k != gone}]))
    for key, wrong in (
        ("display", "a"),
        ("description", "a"),
        ("length", -1),
        ("length", 1.5),
        ("length", "1"),
        ("sha2", 1),
    ):
        say.refuses(plain(attachments=[good | {key: wrong}]))


def test_more_is_good_for_a_day(say):
    ids = say.store.post([statement(), statement()], headers=say.headers).json
    more = say.store.ask("GET", "/statements", limit=1, headers=say.headers).json["more"]
    assert more.startswith("/xapi") and "://" not in more
    with clock.at(clock.now() + timedelta(hours=24)):
        say.store.post(statement(), headers=say.headers)
        answer = say.store.ask(
            "GET", more.split("?")[0].removeprefix("/xapi"), raw=more.split("?")[1], headers=say.headers
        )
    assert [one["id"] for one in answer.json["statements"]] == ids[:1]
    assert answer.json["more"] == ""


def test_iris_are_compared_as_they_are_written(say):
    iris = ("http://a.id/x", "http://A.id/x", "http://a.id:80/x", "http://a.id/x/", "http://a.id/%78")
    for iri in iris:
        say.keeps(statement(verb={"id": iri}, object={"id": iri}))
    for iri in iris:
        assert len(say.store.find(verb=iri)) == len(say.store.find(activity=iri)) == 1


def test_keys_of_extensions_are_iris(say):
    for wrong in ("a", "", "a b", "http", "//a.id", "1:x"):
        for one in (plain(result={"extensions": {wrong: 1}}), plain(context={"extensions": {wrong: 1}})):
            say.refuses(one)
        say.refuses(of_object(definition={"extensions": {wrong: 1}}))


def test_values_of_extensions_are_free(say):
    free = {"x:a": None, "x:b": [], "x:c": {"": {"Actor": "", "objectType": 1}}, "x:d": True, "x:e": -1.5e-7, "x:f": ""}
    say.keeps(
        statement(
            result={"extensions": free},
            context={"extensions": free},
            object=LESSON | {"definition": {"extensions": free}},
        )
    )


def test_timestamps_are_iso_8601(say):
    for good in ("2026-01-01T00:00:00Z", "2026-01-01T08:00:00.123456+08:00", "2024-02-29T23:59:59.9-03:30"):
        say.keeps(statement(timestamp=good))
    for wrong in (
        "2026-02-30T00:00:00Z",
        "2026-01-01T00:00:00-00:00",
        "1/1/2026",
        "1767225600",
        "2026-01-01 00:00:00Z",
    ):
        say.refuses(plain(timestamp=wrong), plain(object=SUB | {"timestamp": wrong}), plain(stored=wrong))


def test_timestamps_keep_milliseconds(say):
    back = say.keeps(statement(timestamp="2026-01-01T00:00:00.123Z"))
    assert ".123" in back["timestamp"]
    assert len(back["stored"].split(".")[1]) >= 4  # three digits and the Z


def test_durations(say):
    for good in ("PT1H30M", "P1Y2M3DT4H5M6.78S", "P2W", "PT0S", "PT1.5S", "PT0.001S"):
        say.keeps(statement(result={"duration": good}))
    for wrong in ("P0001-02-03T04:05:06", "P00010203T040506", "PT", "P", "1H", "PT1S1M", "01:30:00", 90):
        say.refuses(plain(result={"duration": wrong}))


def test_durations_are_compared_to_hundredths(say):
    say.keeps(statement(id=ID, result={"duration": "P1DT12H36M0.1237S"}))
    assert say.sends(statement(id=ID, result={"duration": "P1DT12H36M0.12S"})) == 200
    assert say.sends(statement(id=ID, result={"duration": "P1DT12H36M0.13S"})) == 409
    assert say.kept() == 1
