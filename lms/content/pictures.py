"""Pictures: whether they are what their name says, hold nothing but a picture, and how large they are."""

import re
import struct
from xml.etree import ElementTree

from lms.content.source import Complaints
from lms.core.texts import N_

MOST_OCTETS = 300_000
MOST_SIDE = 4000
TYPES = {"svg": "image/svg+xml", "png": "image/png", "webp": "image/webp", "jpg": "image/jpeg"}
"""Ending -> media type; nothing else is taken or served."""
Size = tuple[int, int]

SVG = "http://www.w3.org/2000/svg"
XHTML = "http://www.w3.org/1999/xhtml"
ACTIVE = {
    "script",
    "foreignobject",
    "iframe",
    "embed",
    "object",
    "audio",
    "video",
    "canvas",
    "handler",
    "listener",
    "a",
    "animate",
    "animatecolor",
    "animatemotion",
    "animatetransform",
    "set",
    "discard",
}
INLINE_PICTURE = re.compile(r"data:image/(png|jpeg|webp);base64,[A-Za-z0-9+/=\s]*")
OUTSIDE = re.compile(r"url\(\s*['\"]?\s*(?!#|['\"])|@import|expression\(|-moz-binding|javascript:", re.I)
DECLARATION = re.compile(r"^\s*<\?xml\s[^?]*\?>")
ENCODING = re.compile(r"encoding\s*=\s*['\"](?!utf-8['\"])", re.I)


def kind_of(path: str) -> str:
    """The ending of a path, in lower case: svg, png ..."""
    return path.rsplit(".", 1)[-1].lower()


def check(file: str, data: bytes, complaints: Complaints) -> Size | None:
    """The picture's width and height in pixels where it tells them; complaints when it cannot be used."""
    if len(data) > MOST_OCTETS:
        complaints.error(
            file,
            N_(
                "The picture is %(size)s kB, and at most 300 kB are taken, since people load it on mobile data. "
                "Save it smaller: as SVG or WebP, or with fewer pixels."
            ),
            size=round(len(data) / 1000),
        )
        return None
    if kind_of(file) == "svg":
        return _svg(file, data, complaints)
    size = {"png": _png, "webp": _webp, "jpg": _jpeg}[kind_of(file)](data)
    if size is None or not all(size):
        complaints.error(
            file,
            N_(
                "This is not a picture of the kind that its name says (%(kind)s), or it is damaged. Save it "
                "again from a picture program."
            ),
            kind=kind_of(file),
        )
        return None
    if max(size) > MOST_SIDE:
        complaints.error(
            file,
            N_("The picture is %(width)s x %(height)s pixels, and at most 4000 a side are taken. Scale it down."),
            width=size[0],
            height=size[1],
        )
        return None
    return size


def _png(data: bytes) -> Size | None:
    if not data.startswith(b"\x89PNG\r\n\x1a\n") or data[12:16] != b"IHDR" or len(data) < 33:
        return None
    return struct.unpack(">II", data[16:24])


def _webp(data: bytes) -> Size | None:
    if data[:4] != b"RIFF" or data[8:12] != b"WEBP" or len(data) < 30:
        return None
    form = data[12:16]
    if form == b"VP8X":
        return int.from_bytes(data[24:27], "little") + 1, int.from_bytes(data[27:30], "little") + 1
    if form == b"VP8L" and data[20] == 0x2F:
        bits = int.from_bytes(data[21:25], "little")
        return (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    if form == b"VP8 " and data[23:26] == b"\x9d\x01\x2a":
        width, height = struct.unpack("<HH", data[26:30])
        return width & 0x3FFF, height & 0x3FFF
    return None


def _jpeg(data: bytes) -> Size | None:
    if not data.startswith(b"\xff\xd8\xff"):
        return None
    at = 2
    while at + 9 < len(data) and data[at] == 0xFF:
        marker, length = data[at + 1], int.from_bytes(data[at + 2 : at + 4], "big")
        if 0xC0 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC):
            height, width = struct.unpack(">HH", data[at + 5 : at + 9])
            return width, height
        at += 2 + max(length, 2)
    return None


def _svg(file: str, data: bytes, complaints: Complaints) -> Size | None:
    """Nothing is defused: whatever could act, or reach outside the file, is refused.

    A DTD is refused before parsing, so no entity is ever expanded; the text is decoded here, so no declared encoding
    can hide one.
    """
    unreadable = N_("The SVG cannot be read: save it again as “plain SVG” from your drawing program.")
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        complaints.error(file, unreadable)
        return None
    declared = DECLARATION.match(text)
    if re.search(r"<!(DOCTYPE|ENTITY|ATTLIST|ELEMENT|NOTATION)", text, re.I):
        complaints.error(
            file,
            N_(
                "The SVG has a document type or entities (<!DOCTYPE ...>), which are refused. Delete that line, or "
                "save it again as “plain SVG”."
            ),
        )
        return None
    if "<?" in text[declared.end() if declared else 0 :] or (declared and ENCODING.search(declared[0])):
        complaints.error(
            file, N_("The SVG has a processing instruction or is not UTF-8. Save it again as “plain SVG” in UTF-8.")
        )
        return None
    try:
        root = ElementTree.fromstring(text)  # noqa: S314 - no DTD can be in it
    except (ElementTree.ParseError, RecursionError, ValueError):
        complaints.error(file, unreadable)
        return None
    if root.tag != f"{{{SVG}}}svg":
        complaints.error(file, unreadable)
        return None
    found = next((word for element in root.iter() for word in _unsafe(element)), None)
    if found:
        complaints.error(
            file,
            N_(
                "The SVG holds “%(found)s”. A picture may not run, link or load anything: delete it, or export the "
                "drawing as a PNG."
            ),
            found=found[:60],
        )
        return None
    return _svg_size(root)


def _unsafe(element: ElementTree.Element):
    """Names of what could act or reach outside the file."""
    space, _brace, name = element.tag.rpartition("}")
    if space.lstrip("{") == XHTML or name.lower() in ACTIVE:
        yield name
    if name.lower() == "style" and OUTSIDE.search(element.text or ""):
        yield name
    for attribute, value in element.attrib.items():
        local = attribute.rpartition("}")[2].lower()
        if local.startswith("on") or attribute.endswith("namespace}base"):
            yield local
        elif (
            local in ("href", "src")
            and not (value.strip().startswith("#") or name == "image" and INLINE_PICTURE.fullmatch(value.strip()))
            or OUTSIDE.search(value)
        ):
            yield f"{local}={value}"


def _svg_size(root: ElementTree.Element) -> Size | None:
    def pixels(value: str | None) -> float | None:
        found = re.fullmatch(r"\s*(\d{1,5}(?:\.\d+)?)(?:px)?\s*", value or "")
        return float(found[1]) if found else None

    width, height = pixels(root.get("width")), pixels(root.get("height"))
    box = (root.get("viewBox") or "").replace(",", " ").split()
    if not (width and height) and len(box) == 4:
        width, height = pixels(box[2]), pixels(box[3])
    return (max(1, round(width)), max(1, round(height))) if width and height else None
