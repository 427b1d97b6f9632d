"""Pictures are what they say, and nothing more."""

import struct

import pytest

from lms.content import pictures
from lms.content.source import Complaints

pytestmark = pytest.mark.pure
HEAD = '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" viewBox="0 0 10 20">'


def told(name: str, data: bytes) -> tuple[tuple[int, int] | None, list[str]]:
    found = Complaints()
    return pictures.check(f"media/{name}", data, found), [c.says for c in found]


def svg(inside: str, head: str = HEAD) -> bytes:
    return f"{head}{inside}</svg>".encode()


GOOD = {
    "viewBox": (svg('<path d="M0 0"/>'), (10, 20)),
    "width and height": (svg("", HEAD.replace("viewBox", 'width="30px" height="40" viewBox')), (30, 40)),
    "declaration": (b'<?xml version="1.0" encoding="UTF-8"?>' + svg(""), (10, 20)),
    "gradient and use": (
        svg('<defs><linearGradient id="g"/></defs><rect fill="url(#g)"/><use xlink:href="#g"/>'),
        (10, 20),
    ),
    "style sheet of its own": (svg("<style>.a{fill:url(#g)}</style>"), (10, 20)),
    "picture inside": (svg('<image href="data:image/png;base64,iVBORw0KGgo="/>'), (10, 20)),
    "no size": (b'<svg xmlns="http://www.w3.org/2000/svg" width="100%"/>', None),
    "entities of XML itself": (svg("<text>a &amp; b &#169;</text>"), (10, 20)),
}
BAD = {
    "script": svg("<script>alert(1)</script>"),
    "script in capitals": svg("<SCRIPT>alert(1)</SCRIPT>"),
    "script with a prefix": svg('<s:script xmlns:s="http://www.w3.org/2000/svg">1</s:script>'),
    "event": svg("", HEAD.replace("viewBox", 'onload="alert(1)" viewBox')),
    "event inside": svg('<rect onClick="alert(1)"/>'),
    "foreign object": svg("<foreignObject><body xmlns='http://www.w3.org/1999/xhtml'/></foreignObject>"),
    "html": svg('<h:img xmlns:h="http://www.w3.org/1999/xhtml" src="x"/>'),
    "link": svg('<a href="https://palsu.site"><text>x</text></a>'),
    "use from outside": svg('<use xlink:href="https://palsu.site/a.svg#x"/>'),
    "picture from outside": svg('<image href="https://palsu.site/a.png"/>'),
    "svg picture inside": svg('<image href="data:image/svg+xml;base64,AAAA"/>'),
    "fill from outside": svg('<rect fill="url(https://palsu.site/a.svg#x)"/>'),
    "fill from outside, quoted": svg("<rect style=\"fill:url('//palsu.site/a')\"/>"),
    "import": svg('<style>@import "https://palsu.site/a.css";</style>'),
    "import in lower layers": svg("<style>a{b:c} @IMPORT url(#x)</style>"),
    "animation": svg('<a><set attributeName="href" to="javascript:alert(1)"/></a>'),
    "base": svg("", HEAD.replace("viewBox", 'xml:base="https://palsu.site/" viewBox')),
    "doctype": b'<!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "http://www.w3.org/Graphics/SVG/1.1/DTD/svg11.dtd">'
    + svg(""),
    "entity": b'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>' + svg("<text>&e;</text>"),
    "laughs": b'<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]>' + svg("<text>&b;</text>"),
    "style sheet from outside": b'<?xml-stylesheet href="https://palsu.site/a.css"?>' + svg(""),
    "hidden by its encoding": '<?xml version="1.0" encoding="utf-16"?><!DOCTYPE x>'.encode("utf-16") + svg(""),
    "hidden by UTF-7": b'<?xml version="1.0" encoding="utf-7"?>' + svg("+ADw-script+AD4-"),
    "not well formed": HEAD.encode(),
    "a page": b"<html><script>alert(1)</script></html>",
    "nothing": b"",
}


@pytest.mark.parametrize("data, size", GOOD.values(), ids=GOOD.keys())
def test_a_drawing_is_taken_with_its_size(data, size):
    assert told("a.svg", data) == (size, [])


@pytest.mark.parametrize("data", BAD.values(), ids=BAD.keys())
def test_a_drawing_that_could_act_is_refused(data):
    size, complaints = told("a.svg", data)
    assert size is None and len(complaints) == 1


def png(width: int, height: int) -> bytes:
    return b"\x89PNG\r\n\x1a\n" + struct.pack(">I4sIIBBBBB", 13, b"IHDR", width, height, 8, 2, 0, 0, 0) + b"\0" * 8


WEBP = b"RIFF\x20\0\0\0WEBP"
JPEG = b"\xff\xd8\xff\xe0\0\x04ab\xff\xc0\0\x11\x08" + struct.pack(">HH", 90, 160) + b"\3" + b"\0" * 12


@pytest.mark.parametrize(
    "name, data, size",
    [
        ("a.png", png(640, 480), (640, 480)),
        (
            "a.webp",
            WEBP + b"VP8X\x0a\0\0\0\0\0\0\0" + (639).to_bytes(3, "little") + (479).to_bytes(3, "little"),
            (640, 480),
        ),
        ("a.webp", WEBP + b"VP8 \x0a\0\0\0\0\0\0\x9d\x01\x2a" + struct.pack("<HH", 300, 200), (300, 200)),
        ("a.webp", WEBP + b"VP8L\x0a\0\0\0\x2f" + (299 | 199 << 14).to_bytes(4, "little") + b"\0" * 5, (300, 200)),
        ("a.jpg", JPEG, (160, 90)),
    ],
)
def test_a_photo_tells_its_size(name, data, size):
    assert told(name, data) == (size, [])


@pytest.mark.parametrize(
    "name, data",
    [
        ("a.png", JPEG),
        ("a.jpg", png(1, 1)),
        ("a.webp", b"RIFF0000WEBP"),
        ("a.png", png(0, 10)),
        ("a.png", png(1, 1)[:20]),
        ("a.png", b"<svg onload=alert(1)>"),
        ("a.jpg", b"\xff\xd8\xff"),
        ("a.png", png(60_000, 60_000)),
        ("a.png", png(9, 9) + b"\0" * 300_000),
    ],
)
def test_a_photo_that_is_none_is_refused(name, data):
    size, complaints = told(name, data)
    assert size is None and len(complaints) == 1
