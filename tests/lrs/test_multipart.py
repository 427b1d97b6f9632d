"""Statements with contents: what is refused leaves nothing behind, what is taken comes back octet by octet."""

import hashlib
import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lms.core import db
from lms.lrs import multipart
from lms.lrs.models import Attachment

from .parts import JSON, TYPE, attached, body, jws, part, read, signed, with_content
from .samples import statement

PROOF = b"Bukti kehadiran\n"
ONE = statement(id="0190a1b2-2222-7000-8000-000000000001", attachments=[attached(PROOF)])
PLAIN = statement(id="0190a1b2-2222-7000-8000-000000000002")

UNHURRIED = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])

NAMED = {
    "a missing part": body(ONE),
    "a wrong sha2": body(ONE, part(b"other", X_Experience_API_Hash=ONE["attachments"][0]["sha2"])),
    "no boundary in the header": (body(ONE, part(PROOF)), {"Content-Type": "multipart/mixed"}),
    "no boundary in the body": (body(ONE, part(PROOF)), {"Content-Type": "multipart/mixed; boundary=lain"}),
    "the boundary in a content": with_content(b"before\r\n--batas\r\nafter"),
    "10,000 parts": body(PLAIN, *[part(b"%d" % n) for n in range(10_000)]),
    "a body that was cut": body(ONE, part(PROOF))[:-12],
    "a part too many": body(ONE, part(PROOF), part(b"nobody's")),
    "a part twice": body(ONE, part(PROOF), part(PROOF)),
    "headers of 9 kB": body(ONE, part(PROOF, X_Long="a" * 9000)),
    "no hash": body(ONE, part(PROOF, X_Experience_API_Hash=None)),
    "a content in base64": body(ONE, part(PROOF, Content_Transfer_Encoding="base64")),
    "a JWS of alg none": signed(PLAIN, jws(PLAIN, alg="none"))[0],
    "a JWS by another key than its x5c": signed(PLAIN, jws(PLAIN)[:-342] + jws(PLAIN, signer="Budi")[-342:])[0],
}
"""The fourteen of the threat model."""
MORE = {
    "no encoding": body(ONE, part(PROOF, Content_Transfer_Encoding=None)),
    "statements as text": body(ONE, part(PROOF), first={"Content-Type": "text/plain"}),
    "statements without a type": body(ONE, part(PROOF), first={}),
    "statements in base64": body(ONE, part(PROOF), first=JSON | {"Content-Transfer-Encoding": "base64"}),
    "statements in UTF-16": body(ONE, part(PROOF), first={"Content-Type": "application/json; charset=utf-16"}),
    "statements in two parts": body(ONE, (JSON, json.dumps(ONE).encode()), part(PROOF)),
    "statements after the content": body(PROOF, part(json.dumps(ONE).encode()), first=part(PROOF)[0]),
    "no statements": (b"--batas--\r\n", {}),
    "statements that are no JSON": body(b"{", part(PROOF)),
    "an invalid statement": body({**ONE, "actor": 1}, part(PROOF)),
    "lines that end in LF": body(ONE, part(PROOF)).replace(b"\r\n", b"\n"),
    "no first boundary": body(ONE, part(PROOF))[9:],
    "a boundary that goes on": body(ONE, part(PROOF)).replace(b"\r\n--batas\r\n", b"\r\n--batasan\r\n"),
    "a header twice": body(ONE, ({**part(PROOF)[0], "content-type": "text/plain"}, PROOF)),
    "a folded header": body(ONE, part(PROOF, Content_Disposition="attachment;\r\n filename=a")),
    "a line that is no header": body(ONE, part(PROOF, Content_Disposition="a\r\nno header")),
    "another type than the statement's": body(ONE, part(PROOF, Content_Type="image/png")),
    "a wrong Content-Length": body(ONE, part(PROOF, Content_Length="3")),
    "a Content-Length that the statement denies": body(
        statement(attachments=[attached(PROOF, length=3)]), part(PROOF, Content_Length=str(len(PROOF)))
    ),
    "a hash that is none": body(ONE, part(PROOF, X_Experience_API_Hash="a" * 63)),
    "a hash of another function": body(ONE, part(PROOF, X_Experience_API_Hash=hashlib.sha3_256(PROOF).hexdigest())),
    "one of two without content": body([ONE, statement(attachments=[attached(b"2")])], part(PROOF)),
    "a SubStatement's without content": body(
        statement(object={**statement(attachments=[attached(b"2")]), "objectType": "SubStatement"})
    ),
    "a boundary of 71 letters": (
        body(ONE, part(PROOF), boundary="b" * 71),
        {"Content-Type": f"multipart/mixed; boundary={'b' * 71}"},
    ),
    "a boundary of other letters": (
        body(ONE, part(PROOF), boundary="b@"),
        {"Content-Type": 'multipart/mixed; boundary="b@"'},
    ),
    "multipart/form-data": (body(ONE, part(PROOF)), {"Content-Type": "multipart/form-data; boundary=batas"}),
    "JSON without fileUrl": (json.dumps(ONE).encode(), JSON),
    "JSON whose SubStatement's has no fileUrl": (
        json.dumps(
            statement(object={**statement(attachments=[attached(b"2")]), "objectType": "SubStatement"})
        ).encode(),
        JSON,
    ),
}


def sent(given):
    return given if isinstance(given, tuple) else (given, TYPE)


@pytest.mark.pure
def test_fourteen_inputs_are_named():
    assert len(NAMED) == 14


@pytest.mark.parametrize("name", [*NAMED, *MORE])
def test_what_is_refused_leaves_nothing_behind(store, kept, name):
    octets, headers = sent((NAMED | MORE)[name])
    answer = store.post(octets, headers=TYPE | headers)
    assert answer.status_code == 400, answer.text[:500]
    assert answer.json["clause"].startswith("xAPI 1.0.3") and "Nothing was stored" in answer.json["error"]
    assert (kept(), db.session.query(Attachment).count()) == (0, 0)


@pytest.mark.parametrize("base", ["/xapi/1.0.3", "/xapi/2.0"])
@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\r\n",
        b"-batas--batas",
        b"a --batas\n--batas--\n\r--batas",
        b"\r\n--bata\r\n-",
        bytes(range(256)) * 4,
        b"ends\r\n",
        b"\r\nbegins",
        b"\x00" * 70_000,
        b"a" * 1_000_000,
    ],
    ids=lambda one: repr(one[:24]),
)
def test_what_is_taken_comes_back_octet_by_octet(store, content, base):
    version = {"X-Experience-API-Version": "1.0.3" if base.endswith("1.0.3") else "2.0.0"}
    answer = store.post(with_content(content), base=base, headers=TYPE | version)
    assert answer.status_code == 200, answer.text
    back = store.ask("GET", "/statements", statementId=answer.json[0], attachments="true", base=base, headers=version)
    whole, [(headers, octets)] = read(back)
    assert (whole["attachments"], octets) == ([attached(content)], content)
    assert headers == part(content)[0]


@pytest.mark.parametrize(
    ("octets", "kind"),
    [
        (b"hello there\r\n" + body(ONE, part(PROOF)) + b"and good bye", TYPE["Content-Type"]),
        (b"\r\n" + body(ONE, part(PROOF))[:-2], TYPE["Content-Type"]),
        (body(ONE, part(PROOF)).replace(b"--batas\r\n", b"--batas \t\r\n"), "Multipart/Mixed; Boundary=batas"),
        (
            body(ONE, part(PROOF), boundary="abcABC0123'()+_,-./:=?"),
            'multipart/mixed; boundary="abcABC0123\'()+_,-./:=?"',
        ),
        (body(ONE, part(PROOF, Content_Type=None)), TYPE["Content-Type"]),
        (body(ONE, part(PROOF, Content_Type="Text/Plain; charset=utf-8")), TYPE["Content-Type"]),
        (body(ONE, part(PROOF, Content_Transfer_Encoding="BINARY")), TYPE["Content-Type"]),
        (
            body(ONE, part(PROOF, X_Experience_API_Hash=part(PROOF)[0]["X-Experience-API-Hash"].upper())),
            TYPE["Content-Type"],
        ),
        (body(ONE, part(PROOF, Content_Length=str(len(PROOF)))), TYPE["Content-Type"]),
        (body(ONE, part(PROOF, Content_Disposition='form-data; name="bukti \u00e9"')), TYPE["Content-Type"]),
        (body([ONE], part(PROOF), first=JSON | {"Content-Transfer-Encoding": "8bit"}), TYPE["Content-Type"]),
    ],
    ids=lambda one: repr(one[:40]),
)
def test_freedoms_of_the_format(store, octets, kind):
    answer = store.post(octets, headers={"Content-Type": kind})
    assert answer.status_code == 200, answer.text
    _, [(_, content)] = read(store.ask("GET", "/statements", statementId=ONE["id"], attachments="true"))
    assert content == PROOF


def test_a_hundred_attachments_are_taken(store):
    contents = [b"%d" % n for n in range(100)]
    assert store.post(with_content(*contents), headers=TYPE).status_code == 200
    assert store.post(with_content(*contents, b"100"), headers=TYPE).status_code == 400
    assert len(read(store.ask("GET", "/statements", attachments="true"))[1]) == 100


@pytest.mark.pure
@pytest.mark.parametrize(
    ("octets", "parts"),
    [
        (b"--x\r\n\r\n--x--", [({}, b"")]),
        (b"--x\r\n\r\n\r\n--x--", [({}, b"")]),
        (b"--x\r\nA: b\r\n\r\n--x--", [({"a": "b"}, b"")]),
        (b"--x\r\nA:b \r\nB:\r\n\r\n1\r\n--x\r\n\r\n2\r\n--x--\r\n--x\r\n", [({"a": "b", "b": ""}, b"1"), ({}, b"2")]),
    ],
)
def test_parts(octets, parts):
    assert [(one.headers, bytes(one.content)) for one in multipart.parse(octets, "x")] == parts


@pytest.mark.pure
@UNHURRIED
@given(
    st.lists(
        st.tuples(
            st.dictionaries(
                st.text("Ab-", min_size=1, max_size=5), st.text('!a:; "', max_size=9).map(str.strip), max_size=5
            ).filter(lambda headers: len({name.lower() for name in headers}) == len(headers)),
            st.binary(max_size=200),
        ),
        min_size=1,
        max_size=9,
    )
)
def test_what_is_written_is_read_again(parts):
    boundary = "3f1c" * 16
    octets = b"".join(multipart.write(boundary, [(headers, [content]) for headers, content in parts]))
    assert len(octets) == multipart.length(boundary, [(headers, len(content)) for headers, content in parts])
    back = [(one.headers, bytes(one.content)) for one in multipart.parse(octets, boundary)]
    assert back == [({name.lower(): value for name, value in headers.items()}, content) for headers, content in parts]


@pytest.mark.pure
@UNHURRIED
@given(
    st.lists(st.sampled_from([b"--x", b"\r\n", b"--", b"A: b", b":", b" ", b"\r", b"\n", b"--x--", b"\xff"])).map(
        b"".join
    )
)
def test_whatever_is_sent_is_parts_or_a_reason(octets):
    try:
        assert multipart.parse(octets, "x")
    except multipart.NotMultipart as error:
        assert str(error)


@pytest.mark.pure
def test_reading_takes_time_by_the_octet_and_no_copies():
    octets = b"--x\r\n\r\n" + b"\r\n--" * 500_000 + b"\r\n--x--"
    [one] = multipart.parse(octets, "x")
    assert one.content.obj is octets and len(one.content) == 2_000_000
    with pytest.raises(multipart.NotMultipart):
        multipart.parse(b"--x\r\nA: " + b" " * 7_000 + b"\x01\r\n\r\n\r\n--x--", "x")
