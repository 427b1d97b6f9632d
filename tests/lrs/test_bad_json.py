"""Bad JSON and Unicode, each case by its name: refused means that nothing is stored, accepted that it reads back."""

import json

import pytest

from .samples import statement
from .verdicts import PLAIN, kept_as_sent, refused

RESULT = PLAIN % ',"result":{"extensions":{"x:e":%s}}'
RESPONSE = PLAIN % ',"result":{"response":"%s"}'
DEEP = RESULT % ("[" * 27 + "]" * 27)

JSON_REFUSED = {
    "empty": b"",
    "blank": b"  ",
    "byte order mark": b"\xef\xbb\xbf" + (PLAIN % "").encode(),
    "UTF-16": (PLAIN % "").encode("utf-16"),
    "UTF-16 without a mark": (PLAIN % "").encode("utf-16-le"),
    "UTF-32": (PLAIN % "").encode("utf-32"),
    "Latin-1": (RESPONSE % "\u00e9").encode("latin-1"),
    "bad UTF-8": (RESPONSE % "!").encode().replace(b"!", b"\xff"),
    "overlong UTF-8": (RESPONSE % "!").encode().replace(b"!", b"\xc0\x80"),
    "UTF-8 of a surrogate": (RESPONSE % "!").encode().replace(b"!", b"\xed\xa0\x80"),
    "text after it": PLAIN % "" + " x",
    "two values": (PLAIN % "") * 2,
    "a statement a line": "\n".join([PLAIN % ""] * 2),
    "record separator": "\x1e" + PLAIN % "",
    "no-break space around it": "\u00a0" + PLAIN % "",
    "NUL after it": (PLAIN % "").encode() + b"\0",
    "cut off": (PLAIN % "")[:-1],
    "single quotes": (PLAIN % "").replace('"', "'"),
    "trailing comma": PLAIN % ",",
    "comment": PLAIN % "/**/",
    "depth 33": RESULT % ("[" * 30 + "]" * 30),
    "depth 2000": "[" * 2000 + "]" * 2000,
    "depth 100000": '{"a":' * 100_000,
    "key twice": PLAIN % ',"actor":{"mbox":"mailto:a@b.id"}',
    "key twice, escaped": PLAIN % ',"\\u0061ctor":{"mbox":"mailto:a@b.id"}',
    "key twice in an extension": RESULT % '{"a":1,"a":1}',
    "key twice in a deep extension": RESULT % '[[{"a":{"b":1,"c":2,"b":1}}]]',
    "key twice among 100000": RESULT % ("{" + ",".join(f'"k{n}":1' for n in range(100_000)) + ',"k5":1}'),
    "depth by half closed arrays": RESULT % ("[" * 40 + "]" * 10),
    "NaN": RESULT % "NaN",
    "Infinity": RESULT % "Infinity",
    "-Infinity": RESULT % "-Infinity",
    "1e400": RESULT % "1e400",
    "-1e400": RESULT % "-1e400",
    "1e-99999999999": RESULT % "1e-99999999999",
    "0e99999999999": RESULT % "0e99999999999",
    "5000 digits": RESULT % ("9" * 5000),
    "5000 decimals": RESULT % ("0." + "1" * 5000),
    "leading zero": RESULT % "01",
    "plus sign": RESULT % "+1",
    "hex": RESULT % "0x1",
    "control character": RESPONSE % "\x01",
    "raw NUL": RESPONSE % "\0",
    "unknown escape": RESPONSE % "\\x",
    "number": "1",
    "text": '"a"',
    "null": "null",
    "true": "true",
    "array in array": "[[]]",
    "array of numbers": "[1]",
    "100000 keys": "{" + ",".join(f'"k{n}":1' for n in range(100_000)) + "}",
    "key of 1 MB": '{"%s":1}' % ("k" * 1_000_000),
    "number that ends in a point": RESULT % "1.",
    "number that begins with a point": RESULT % ".1",
    "number in an exponent of 1 MB": RESULT % ("1e" + "0" * 1_000_000 + "1"),
    "1001 characters of a number": RESULT % ("-" + "9" * 1000),
    "foreign digits": RESULT % "\u0661",
    "path bomb": RESULT.replace("x:e", "no iri " + "k" * 100_000) % "1",
}
JSON_ACCEPTED = {
    "depth 32": DEEP,
    "white space": " \n\t" + PLAIN % "" + "\r\n",
    "braces in a text": RESPONSE % ("[{" * 5000),
    "escaped quotes in a text": RESPONSE % ('\\"' * 5000),
    "key of 100 kB in an extension": RESULT % ('{"%s":1}' % ("k" * 100_000)),
    "text of 900 kB": RESPONSE % ("a" * 900_000),
    "0.10": RESULT % "0.10",
    "1E5": RESULT % "1E5",
    "20 digits": RESULT % "12345678901234567890",
    "1000 digits": RESULT % ("9" * 1000),
    "null in an extension": RESULT % "null",
    "empty key in an extension": RESULT % '{"":{"":[]}}',
    "huge exponent that fits": RESULT % "1.7976931348623157e308",
    "tiny": RESULT % "5e-324",
    "minus zero": RESULT % "-0",
    "array of one": "[" + PLAIN % "" + "]",
    "10000 keys in an extension": RESULT % ("{" + ",".join(f'"k{n}":{n}' for n in range(10_000)) + "}"),
}
TEXT_REFUSED = {
    "NUL": "a\\u0000b",
    "NUL alone": "\\u0000",
    "high surrogate": "\\ud800",
    "low surrogate": "\\uDC00",
    "surrogates the wrong way": "\\udc00\\ud800",
    "two high surrogates": "\\ud83d\\ud83d",
    "NUL in the middle of escapes": "\\\\\\u0000",
    "NUL in a key": '","extensions":{"x:\\u0000":1},"response2":"',
    "half a pair in a key": '","extensions":{"x:\\ud83d":1},"response2":"',
}
TEXT_ACCEPTED = {
    "right-to-left override": "\u202eabc",
    "zero width": "a\u200b\u200db\ufeff",
    "composed": "\u00e9",
    "decomposed": "e\u0301",
    "4-byte emoji": "\U0001f600",
    "pair by escapes": "\\ud83d\\ude00",
    "homoglyph digits": "\u0661\u0662\u0663",
    "fullwidth": "\uff11\uff12",
    "noncharacter": "\uffff",
    "private use": "\ue000",
    "escaped backslash and u": "\\\\u0000",
    "line separators": "\u2028\u2029\u0085",
    "markup": "<script>alert(1)</script>",
    "SQL": "'; DROP TABLE statement;--",
    "format": "%s%(x)s{0}",
    "empty": "",
    "Javanese": "\ua9a0\ua9b8",
    "one grapheme of 1 MB": "e" + "\u0301" * 500_000,
    "DEL": "\x7f",
    "homoglyph of a name": "\u0410n\u0430",
    "tag characters": "\U000e0041\U000e007f",
    "last code point": "\U0010ffff",
    "a family of emoji": "\U0001f468\u200d\U0001f469\u200d\U0001f467",
    "isolates and marks": "\u2066a\u2069\u200e\u200f",
    "replacement character": "\ufffd",
    "Thai without spaces": "\u0e2a\u0e27\u0e31\u0e2a\u0e14\u0e35",
    "a mark like our own": "\\\\u00000.1\\\\u0000",
}


@pytest.mark.parametrize("name", JSON_REFUSED)
def test_json_that_is_refused(store, kept, name):
    refused(store, kept, JSON_REFUSED[name])


@pytest.mark.parametrize("name", JSON_ACCEPTED)
def test_json_that_is_accepted(store, kept, name):
    kept_as_sent(store, kept, JSON_ACCEPTED[name])


def test_more_than_the_store_takes_is_refused(store, kept):
    refused(store, kept, RESPONSE % ("a" * 1_100_000), status=(413,))
    refused(store, kept, "[" + ",".join([PLAIN % ""] * 5001) + "]", status=(413,))


@pytest.mark.parametrize("name", TEXT_REFUSED)
def test_text_that_is_refused(store, kept, name):
    refused(store, kept, RESPONSE % TEXT_REFUSED[name])


@pytest.mark.parametrize("name", TEXT_ACCEPTED)
def test_text_that_is_accepted(store, kept, name):
    kept_as_sent(store, kept, RESPONSE % TEXT_ACCEPTED[name])


def test_texts_that_look_alike_are_not_alike(store):
    for name in ("\u00e9", "e\u0301", "A", "\u0410"):
        store.post(statement(actor={"account": {"homePage": "x:y", "name": name}}))
    for name in ("\u00e9", "e\u0301", "A", "\u0410"):
        assert len(store.find(agent=json.dumps({"account": {"homePage": "x:y", "name": name}}))) == 1


def test_no_input_of_this_table_has_disappeared():
    assert (len(JSON_REFUSED), len(JSON_ACCEPTED)) == (58, 17)  # JSON syntax and size: 24 were asked for
    assert (len(TEXT_REFUSED), len(TEXT_ACCEPTED)) == (9, 27)  # Unicode text: 20 were asked for
