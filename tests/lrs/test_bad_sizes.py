"""Long hostile inputs: every regular expression and every parser takes a time that grows no faster than its input."""

import gc
import json
import re
import time
from itertools import product

import pytest

from lms.lrs import alternate, multipart, parameters, protocol, rules, signatures, strictjson, versions
from lms.lrs.errors import InvalidRequest, InvalidStatement
from lms.lrs.validation import check_statement

from .samples import ANA, ANSWERED, FULL, LESSON, statement

pytestmark = pytest.mark.pure

MODULES = (alternate, multipart, parameters, protocol, rules, signatures, strictjson)
PATTERNS = {
    f"{module.__name__.rpartition('.')[2]}.{name}": pattern
    for module in MODULES
    for name, pattern in vars(module).items()
    if isinstance(pattern, re.Pattern)
} | {
    f"versions.{version.header}.{name}": pattern
    for version in versions.VERSIONS
    for name, pattern in vars(version).items()
    if isinstance(pattern, re.Pattern)
}
USED = {
    "protocol._ETAG": "match",
    "protocol._BASE": "match",
    "multipart._LINE_END": "match",
    "multipart._END": "match",
    "strictjson._SUSPECT": "search",
    "strictjson._EXACT": "sub",
}
"""How a pattern is applied, where it is not by fullmatch."""
BEGINNINGS = (
    "",
    "x:",
    "mailto:a",
    "mailto:a@",
    "P",
    "PT1",
    '"',
    "2026-01-01T00:00:00.",
    "a/b;",
    "id",
    "x-",
    "W/",
    "/xapi",
    "1.0.",
    "A: ",
)
REPEATED = (
    "a",
    "1",
    "A",
    " ",
    "\t",
    "-a",
    "-aa",
    "a-",
    "%20",
    "%",
    "\\",
    '\\"',
    '"',
    '"a",',
    "a@",
    ".",
    "[",
    "{",
    ",",
    "\\u",
    "\\u0000",
    "=",
    "\x80",
    "\r\n",
    "/1.0.3",
)
ENDS = ("", "\n", "\0", "!", '"', "\\", "@", "-", "S", "\x7f", "\r")


def seconds(do, *given):
    """The least time of two, without the garbage collector, whose time depends on all that other tests left."""
    found = []
    gc.disable()
    try:
        for _ in range(2):
            began = time.thread_time()
            do(*given)
            found.append(time.thread_time() - began)
    finally:
        gc.enable()
    return min(found)


def apply(name):
    """The function by which the pattern is used."""
    pattern, how = PATTERNS[name], USED.get(name, "fullmatch")
    empty = "" if isinstance(pattern.pattern, str) else b""
    if name == "strictjson._STRING_OR_PLAIN":
        return lambda text: pattern.sub("", json.dumps([text]))  # it only sees what was found to be JSON
    return (lambda text: pattern.sub(empty, text)) if how == "sub" else getattr(pattern, how)


def grows_evenly(do, small, large):
    """Twice the input takes less than three times as long, or next to nothing. A busy machine is asked again."""
    for _ in range(4):
        once, twice = seconds(do, small), seconds(do, large)
        if twice < max(3 * once, 0.02):
            return twice
    raise AssertionError(f"{once:.3f} s, then {twice:.3f} s for twice as much")


@pytest.mark.parametrize("name", PATTERNS)
def test_no_text_makes_a_pattern_slow(name):
    do, slowest = apply(name), (0.0, "", "", "")
    octets = isinstance(PATTERNS[name].pattern, bytes)

    def made(size, beginning, repeated, end):
        text = beginning + repeated * (size // len(repeated)) + end
        return text.encode("latin-1") if octets else text

    for parts in product(BEGINNINGS, REPEATED, ENDS):
        began, text = time.thread_time(), made(10_000, *parts)
        do(text)
        took = time.thread_time() - began
        assert took < 0.05, parts
        slowest = max(slowest, (took, *parts))
    grows_evenly(do, made(1_000_000, *slowest[1:]), made(2_000_000, *slowest[1:]))


def refuses(do, value):
    try:
        return do(value)
    except (InvalidStatement, InvalidRequest, strictjson.NotStrict, multipart.NotMultipart, signatures.NotSigned):
        return None


JSON = {
    "open arrays": lambda n: "[" * n,
    "open objects": lambda n: '{"a":' * (n // 5),
    "arrays beside each other": lambda n: "[" + "[]," * (n // 3) + "[]]",
    "a text of quotes": lambda n: '"' + '\\"' * (n // 2) + '"',
    "a text of backslashes": lambda n: '"' + "\\\\" * (n // 2) + '"',
    "a text of NULs": lambda n: '"' + "\\u0000" * (n // 6) + '"',
    "a text of half pairs": lambda n: '"' + "\\ud83d" * (n // 6) + '"',
    "a text of braces": lambda n: '"' + "[{" * (n // 2) + '"',
    "an open text": lambda n: '"' + "a" * n,
    "many texts": lambda n: "[" + '"a",' * (n // 4) + '"a"]',
    "many keys": lambda n: "{" + ",".join(f'"k{k}":1' for k in range(n // 12)) + "}",
    "the same key": lambda n: "{" + ",".join(['"k":1'] * (n // 6)) + "}",
    "two same keys of many": lambda n: "{" + ",".join(f'"k{k}":1' for k in range(n // 12)) + ',"k0":1}',
    "objects with 900 keys": lambda n: (
        "[" + ",".join(["{" + ",".join(f'"{k}":1' for k in range(900)) + "}"] * (n // 7000)) + "]"
    ),
    "a number": lambda n: "1" * n,
    "a fraction": lambda n: "0." + "1" * n,
    "an exponent": lambda n: "1e" + "1" * n,
    "many numbers": lambda n: "[" + "1.50," * (n // 5) + "1]",
    "white space": lambda n: " " * n + "1",
    "line ends and a fault": lambda n: "[" + "\n" * n + "x",
}


@pytest.mark.parametrize("name", JSON)
def test_no_json_is_slow_to_read(name):
    def do(text):
        value = refuses(strictjson.parse, text)
        if value is not None:
            strictjson.dumps(value)

    assert grows_evenly(do, JSON[name](250_000), JSON[name](500_000)) < 2


STATEMENTS = {
    "an IRI": lambda n: statement(verb={"id": "x:" + "a" * n}),
    "no IRI": lambda n: statement(verb={"id": "a" * n}),
    "an IRI of percents": lambda n: statement(verb={"id": "x:" + "%2" * (n // 2)}),
    "an address": lambda n: statement(actor={"mbox": "mailto:" + "a" * n}),
    "an address of points": lambda n: statement(actor={"mbox": "mailto:a@" + "." * n + "@"}),
    "a UUID": lambda n: statement(id="0" * n),
    "a timestamp": lambda n: statement(timestamp="2026-01-01T00:00:00." + "0" * n),
    "a duration": lambda n: statement(result={"duration": "P" + "1" * n}),
    "a duration of parts": lambda n: statement(result={"duration": "P" + "1Y1M" * (n // 4)}),
    "a language": lambda n: statement(context={"language": "id" + "-aaaaa" * (n // 6)}),
    "languages": lambda n: statement(verb=ANSWERED | {"display": {f"x-{k}": "a" for k in range(n // 12)}}),
    "a media type": lambda n: statement(attachments=[FULL["attachments"][0] | {"contentType": "a/b" + ";" * n + "\n"}]),
    "a hash": lambda n: statement(attachments=[FULL["attachments"][0] | {"sha2": "a" * n}]),
    "members": lambda n: statement(actor={"objectType": "Group", "member": [ANA] * (n // 100)}),
    "components": lambda n: statement(
        object=LESSON
        | {"definition": {"interactionType": "choice", "choices": [{"id": str(k)} for k in range(n // 16)]}}
    ),
    "context activities": lambda n: statement(context={"contextActivities": {"other": [LESSON] * (n // 80)}}),
    "extensions": lambda n: statement(result={"extensions": {f"x:{k}": k for k in range(n // 14)}}),
    "a wrong value to show": lambda n: statement(result={"success": ["a"] * (n // 4)}),
    "unknown properties": lambda n: statement() | {f"k{k}": 1 for k in range(n // 12)},
    "an unknown property": lambda n: statement() | {"k" * n: 1},
}


@pytest.mark.parametrize("name", STATEMENTS)
def test_no_statement_is_slow_to_check(name):
    def do(one):
        refuses(check_statement, one)

    assert grows_evenly(do, STATEMENTS[name](250_000), STATEMENTS[name](500_000)) < 2


OTHERS = {
    "parameters": (lambda text: parameters.read(text, parameters.MANY), lambda n: "verb=x:" + "%61" * (n // 3)),
    "many parameters": (lambda text: parameters.read(text, parameters.MANY), lambda n: "a=1&" * (n // 4)),
    "an agent": (
        lambda text: parameters.statements_query({"agent": text}, versions.V20),
        lambda n: json.dumps({"mbox": "mailto:" + "a" * n}),
    ),
    "a cursor": (parameters.from_more, lambda n: "A" * n),
    "a form": (alternate.fields, lambda n: b"content=" + b"%7B" * (n // 3)),
    "parts without end": (lambda body: multipart.parse(body, "b"), lambda n: b"--b\r\n\r\n" + b"\r\n--" * (n // 4)),
    "almost boundaries": (lambda body: multipart.parse(body, "b" * 70), lambda n: b"\r\n--" + b"b" * n),
    "headers of a part": (lambda body: multipart.parse(body, "b"), lambda n: b"--b\r\n" + b"a: b\r\n" * (n // 6)),
    "a signature": (signatures.read, lambda n: b"A" * (n // 3) + b"." + b"A" * (n // 3) + b"." + b"A" * (n // 3)),
    "points": (signatures.read, lambda n: b"." * n),
}


@pytest.mark.parametrize("name", OTHERS)
def test_no_request_is_slow_to_read(name, request):
    if name == "a cursor":
        request.getfixturevalue("app")  # it knows the secret
    do, made = OTHERS[name]
    assert grows_evenly(lambda value: refuses(do, value), made(500_000), made(1_000_000)) < 2


def test_headers_are_cut_before_they_are_read(app):
    environ = {
        "REQUEST_METHOD": "GET",
        "PATH_INFO": "/",
        "SERVER_NAME": "a",
        "SERVER_PORT": "80",
        "wsgi.url_scheme": "http",
    }
    for repeated in ("a", " ", ",", '"a",', 'W/"', ";q=1,", "-a", "a ;"):

        def do(text):
            with app.request_context(environ | {"HTTP_IF_MATCH": text, "HTTP_ACCEPT_LANGUAGE": text}):
                refuses(lambda _: protocol.condition(), None)
                protocol.languages()

        grows_evenly(do, repeated * 100_000, repeated * 200_000)


def test_no_input_of_these_tables_has_disappeared():
    assert (len(JSON), len(STATEMENTS), len(OTHERS)) == (20, 20, 10)
    assert len(PATTERNS) >= 20
