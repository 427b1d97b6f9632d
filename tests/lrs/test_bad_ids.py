"""Bad UUIDs, IRIs, addresses and language tags, by name: refused means nothing stored, accepted that it reads back."""

import pytest

from lms.lrs import rules

from .samples import ANSWERED, LESSON, statement
from .verdicts import kept_as_sent, refused


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
    "UUID with a space before": {"id": " " + ID},
    "UUID with dashes elsewhere": {"id": "0190a1b-21111-7000-8000-000000000001"},
    "UUID of 8 kB": {"id": ID * 220},
    "registration in braces": {"context": {"registration": "{" + ID + "}"}},
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
    "IRI with a tab": {"verb": {"id": "x:\ta"}},
    "IRI with angle brackets": {"verb": {"id": "<http://a.id/v>"}},
    "IRI with a brace": {"verb": {"id": "x:{a}"}},
    "IRI with a no-break space": {"verb": {"id": "x:\u00a0"}},
    "IRI with a line separator": {"verb": {"id": "x:a\u2028b"}},
    "IRI with a space before": {"verb": {"id": " http://a.id/v"}},
    "IRI with a scheme in Cyrillic": {"verb": {"id": "\u0445ttp://a.id/v"}},
    "IRI without a scheme but with a colon": {"verb": {"id": "://a.id/v"}},
    "IRI of 1 MB without a scheme": {"verb": {"id": "a" * 900_000}},
    "verb without id": {"verb": {"display": {"id": "x"}}},
    "activity without id": {"object": {"definition": {}}},
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
    "mbox of a name": {"actor": {"mbox": "mailto:Ana <a@b.id>"}},
    "mbox with a newline": {"actor": {"mbox": "mailto:a@b.id\n"}},
    "mbox empty": {"actor": {"mbox": ""}},
    "mbox with only mailto": {"actor": {"mbox": "mailto:"}},
    "mbox without a host": {"actor": {"mbox": "mailto:a@"}},
    "mbox as array": {"actor": {"mbox": ["mailto:a@b.id"]}},
    "sha1 too short": {"actor": {"mbox_sha1sum": "a" * 39}},
    "sha1 too long": {"actor": {"mbox_sha1sum": "a" * 41}},
    "sha1 as number": {"actor": {"mbox_sha1sum": 10**39}},
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
    "language null as context": {"context": {"language": None}},
    "context language as map": {"context": {"language": {"id": "a"}}},
    "name as number": {"actor": {"mbox": "mailto:a@b.id", "name": 5}},
    "name null": {"actor": {"mbox": "mailto:a@b.id", "name": None}},
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
    "IRI with an en quad, as RFC 3987 has it": {"verb": {"id": "x:\u2000"}},
    "IRI in Arabic": {"verb": {"id": "http://example.com/\u0641\u0639\u0644/\u062e"}},
    "IRI data:": {"object": {"id": "data:text/html,x"}},
    "IRI in capitals": {"object": {"id": "HTTP://A.ID/X"}},
    "IRI of 900 kB": {"object": {"id": "x:" + "a" * 900_000}},
    "UUID version 7": {"id": "0190a1b2-1111-7000-8000-00000000000f"},
    "UUID of another variant": {"id": "0190a1b2-1111-7000-c000-000000000001"},
    "account name of 100 kB": {"actor": account(name="a" * 100_000)},
    "account name with spaces and an emoji": {"actor": account(name=" a b \U0001f600")},
    "openid": {"actor": {"openid": "https://ana.example/"}},
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


@pytest.mark.parametrize("name", IDS_REFUSED)
def test_ids_that_are_refused(store, kept, name):
    refused(store, kept, statement() | IDS_REFUSED[name])


@pytest.mark.parametrize("name", IDS_ACCEPTED)
def test_ids_that_are_accepted(store, kept, name):
    kept_as_sent(store, kept, statement() | IDS_ACCEPTED[name])


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


def test_no_input_of_these_tables_has_disappeared():
    assert (len(IDS_REFUSED), len(IDS_ACCEPTED)) == (80, 28)  # 26 were asked for
