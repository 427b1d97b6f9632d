"""Bad ids, times, durations and scores, by name: refused means nothing is stored, accepted that it reads back."""

import pytest

from lms.lrs import rules

from .samples import ANSWERED, LESSON, statement
from .verdicts import PLAIN, kept_as_sent, refused


def account(**changes):
    return {
        "account": {
            key: value
            for key, value in ({"homePage": "https://a.id", "name": "1"} | changes).items()
            if value is not None
        }
    }


ID = "0190a1b2-1111-7000-8000-000000000001"
IDS_REFUSED = {
    "UUID in braces": {"id": "{" + ID + "}"},
    "UUID without dashes": {"id": ID.replace("-", "")},
    "UUID as URN": {"id": "urn:uuid:" + ID},
    "UUID with a letter g": {"id": ID[:-1] + "g"},
    "UUID too short": {"id": ID[:-1]},
    "UUID with a newline": {"id": ID + "\n"},
    "UUID of foreign digits": {"id": "\u0660" + ID[1:]},
    "UUID as number": {"id": 1},
    "UUID as array": {"id": [ID]},
    "UUID as object": {"id": {}},
    "UUID empty": {"id": ""},
    "UUID null": {"id": None},
    "registration no UUID": {"context": {"registration": "a"}},
    "IRI relative": {"object": {"id": "/a"}},
    "IRI without scheme": {"object": {"id": "asah.example/a"}},
    "IRI only a fragment": {"object": {"id": "#a"}},
    "IRI empty": {"verb": {"id": ""}},
    "IRI only a scheme": {"verb": {"id": "https:"}},
    "IRI with a space": {"verb": {"id": "x:a b"}},
    "IRI with a newline": {"verb": {"id": "x:a\n"}},
    "IRI with a bad percent": {"verb": {"id": "x:%zz"}},
    "IRI as number": {"verb": {"id": 1}},
    "IRI starts with a digit": {"verb": {"id": "1x:a"}},
    "activity type no IRI": {"object": LESSON | {"definition": {"type": "a"}}},
    "moreInfo no IRL": {"object": LESSON | {"definition": {"moreInfo": "a"}}},
    "extension key no IRI": {"result": {"extensions": {"a": 1}}},
    "mbox without mailto": {"actor": {"mbox": "a@b.id"}},
    "mbox without at": {"actor": {"mbox": "mailto:a"}},
    "mbox of two": {"actor": {"mbox": "mailto:a@b.id,c@d.id"}},
    "mbox with two at": {"actor": {"mbox": "mailto:a@b@c"}},
    "mbox in capitals": {"actor": {"mbox": "MAILTO:a@b.id"}},
    "mbox with a space": {"actor": {"mbox": "mailto:a @b.id"}},
    "mbox as array": {"actor": {"mbox": ["mailto:a@b.id"]}},
    "sha1 too short": {"actor": {"mbox_sha1sum": "a" * 39}},
    "sha1 no hex": {"actor": {"mbox_sha1sum": "g" * 40}},
    "openid no IRI": {"actor": {"openid": "a"}},
    "no identifier": {"actor": {"name": "Ana"}},
    "two identifiers": {"actor": {"mbox": "mailto:a@b.id", "openid": "x:a"}},
    "identifier null": {"actor": {"mbox": None}},
    "account without name": {"actor": account(name=None)},
    "account without homePage": {"actor": account(homePage=None)},
    "account homePage no IRL": {"actor": account(homePage="a")},
    "account name a number": {"actor": account(name=1)},
    "account with more": {"actor": account(x=1)},
    "account as text": {"actor": {"account": "a"}},
    "language of no shape": {"verb": ANSWERED | {"display": {"xx-yy-zz-ww": "a"}}},
    "language empty": {"verb": ANSWERED | {"display": {"": "a"}}},
    "language with underscore": {"verb": ANSWERED | {"display": {"id_ID": "a"}}},
    "language too long": {"verb": ANSWERED | {"display": {"indonesian": "a"}}},
    "language of a number": {"verb": ANSWERED | {"display": {"id": 1}}},
    "language null": {"verb": ANSWERED | {"display": {"id": None}}},
    "display as text": {"verb": ANSWERED | {"display": "a"}},
    "context language": {"context": {"language": "a_b"}},
    "context language of 8 kB": {"context": {"language": "id-" + "a" * 8000}},
}
IDS_ACCEPTED = {
    "UUID in capitals": {"id": ID.upper()},
    "UUID nil": {"id": "00000000-0000-0000-0000-000000000000"},
    "UUID version 0": {"id": "0190a1b2-1111-0000-8000-000000000001"},
    "IRI javascript:": {"object": {"id": "javascript:alert(1)"}},
    "IRI of 8 kB": {"object": {"id": "x:" + "a" * 8192}},
    "IRI of 8 kB as verb": {"verb": {"id": "x:" + "b" * 8192}},
    "IRI in Arabic": {"verb": {"id": "http://example.com/\u0641\u0639\u0644/\u062e"}},
    "IRI urn": {"verb": {"id": "urn:x:1"}},
    "IRI tag": {"verb": {"id": "tag:a.id,2026:x"}},
    "IRI with fragment": {"verb": {"id": "http://a.id/v#x"}},
    "IRI with percent": {"verb": {"id": "x:%20"}},
    "sha1": {"actor": {"mbox_sha1sum": "Ab" * 20}},
    "account name empty": {"actor": account(name="")},
    "mbox with plus": {"actor": {"mbox": "mailto:a+b@c.id"}},
    "language with script": {"context": {"language": "jv-Java-ID"}},
    "language private": {"context": {"language": "x-dinas"}},
    "language grandfathered": {"context": {"language": "i-klingon"}},
    "language with region number": {"context": {"language": "es-419"}},
    "language with extension": {"context": {"language": "id-u-ca-islamic"}},
}
TIMES_REFUSED = [
    "2026-02-30T00:00:00Z",
    "2026-13-01T00:00:00Z",
    "2025-02-29T00:00:00Z",
    "2026-01-01T24:00:00Z",
    "2026-01-01T23:60:00Z",
    "2026-01-01T23:59:60Z",
    "2026-01-01T00:00:00-00:00",
    "2026-01-01T00:00:00-0000",
    "2026-01-01T00:00:00-00",
    "2026-01-01T00:00:00+99:00",
    "2026-01-01T00:00:00+00:60",
    "10000-01-01T00:00:00Z",
    "0000-01-01T00:00:00Z",
    "0001-01-01T00:00:00+14:00",
    "9999-12-31T23:59:59-14:00",
    "2026-01-01",
    "2026-01-01T00Z",
    "2026-W01-1T00:00:00Z",
    "2026-001T00:00:00Z",
    "20260101T000000Z",
    "2026-01-01 00:00:00Z",
    "01/01/2026",
    "now",
    "infinity",
    "",
    "0",
    1767225600,
    None,
    True,
    "2026-01-01T00:00:00Z\n",
    "\u0662\u0660\u0662\u0666-01-01T00:00:00Z",
    "2026-01-01T00:00:00." + "1" * 31 + "Z",
]
TIMES_ACCEPTED = [
    "2026-01-01T00:00:00Z",
    "2026-01-01T00:00:00.1Z",
    "2026-01-01T00:00:00.123456789Z",
    "2026-01-01T08:00:00+08:00",
    "2026-01-01T08:00:00+0800",
    "2026-01-01T08:00:00+08",
    "2024-02-29T00:00:00-03:30",
    "2026-01-01T00:00:00",
    "1970-01-01T00:00:00Z",
    "2999-12-31T23:59:59Z",
]
DURATIONS_REFUSED = [
    "P",
    "PT",
    "P1Y2M3DT",
    "P4W1D",
    "-PT1S",
    "PT-1S",
    "P1S",
    "PT1D",
    "1H",
    "PT1.5H1M",
    "P1.5YT1S",
    "pt1s",
    "PT1S ",
    "",
    "PT1,S",
    "PT\u0661S",
    "P0001-02-03T04:05:06",
    60,
    None,
    "PT1S\n",
]
DURATIONS_ACCEPTED = [
    "PT0S",
    "PT16559.14S",
    "P3Y1M29DT4H35M59.14S",
    "P4W",
    "P3Y",
    "PT1.5H",
    "PT1,5H",
    "P1Y2M3DT4H5M6.789012345S",
    "PT36H",
    "P0D",
]
SCORES_REFUSED = [
    '{"scaled":1.0001}',
    '{"scaled":-1.0001}',
    '{"scaled":1.00000000000000000001}',
    '{"scaled":"0.5"}',
    '{"scaled":true}',
    '{"scaled":null}',
    '{"scaled":[0.5]}',
    '{"raw":11,"max":10}',
    '{"raw":-1,"min":0}',
    '{"min":10,"max":1}',
    '{"min":1,"max":1}',
    '{"raw":"5"}',
    '{"Scaled":0.5}',
    '{"percent":5}',
    "0.5",
    '"0.5"',
    "[]",
    "null",
]
SCORES_ACCEPTED = [
    '{"scaled":1}',
    '{"scaled":-1.0}',
    '{"scaled":0}',
    '{"raw":10,"min":0,"max":10}',
    '{"raw":-5}',
    '{"raw":1e300,"max":1e301}',
    "{}",
]


@pytest.mark.parametrize("name", IDS_REFUSED)
def test_ids_that_are_refused(store, kept, name):
    refused(store, kept, statement() | IDS_REFUSED[name])


@pytest.mark.parametrize("name", IDS_ACCEPTED)
def test_ids_that_are_accepted(store, kept, name):
    kept_as_sent(store, kept, statement() | IDS_ACCEPTED[name])


@pytest.mark.parametrize("value", TIMES_REFUSED, ids=repr)
def test_timestamps_that_are_refused(store, kept, value):
    refused(store, kept, statement() | {"timestamp": value})


@pytest.mark.parametrize("value", TIMES_ACCEPTED, ids=repr)
def test_timestamps_that_are_accepted(store, kept, value):
    kept_as_sent(store, kept, statement(timestamp=value))


@pytest.mark.parametrize("value", DURATIONS_REFUSED, ids=repr)
def test_durations_that_are_refused(store, kept, value):
    refused(store, kept, statement(result={"duration": value}))


@pytest.mark.parametrize("value", DURATIONS_ACCEPTED, ids=repr)
def test_durations_that_are_accepted(store, kept, value):
    kept_as_sent(store, kept, statement(result={"duration": value}))


@pytest.mark.parametrize("score", SCORES_REFUSED)
def test_scores_that_are_refused(store, kept, score):
    refused(store, kept, PLAIN % f',"result":{{"score":{score}}}')


@pytest.mark.parametrize("score", SCORES_ACCEPTED)
def test_scores_that_are_accepted(store, kept, score):
    kept_as_sent(store, kept, PLAIN % f',"result":{{"score":{score}}}')


def test_no_language_tag_of_daily_use_is_refused():
    for tag in (
        "id",
        "en-US",
        "zh-Hans-CN",
        "sl-rozaj-biske-1994",
        "de-CH-1901",
        "jv",
        "su",
        "ban-Bali",
        "x-a-b",
        "EN-us",
        "tlh",
        "sgn-BE-FR",
        "en-GB-oed",
    ):
        assert rules.is_language(tag), tag
    for tag in ("i", "id-", "-id", "id--ID", "english-us-x", "1d", "a-b", "id-ID-", "xx-yy-zz", "id\n"):
        assert not rules.is_language(tag), tag
