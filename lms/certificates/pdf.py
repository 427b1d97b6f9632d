"""The certificate as a PDF: tagged, for archives (PDF/A-3a) and for screen readers, with the signed data attached."""

import json
from collections.abc import Mapping, Sequence
from datetime import date
from functools import cache
from io import BytesIO
from pathlib import Path
from threading import Lock
from typing import Any
from urllib.parse import urlsplit

import segno
import typst

from lms.certificates import signing, wording
from lms.core import texts
from lms.core.texts import _

TEMPLATE = Path(__file__).parent / "certificate.typ"
_one_at_a_time = Lock()


@cache
def _compiler() -> typst.Compiler:
    fonts = typst.Fonts(include_system_fonts=False, include_embedded_fonts=True)
    return typst.Compiler(TEMPLATE, root=TEMPLATE.parent, font_paths=fonts)


def inputs(
    payload: Mapping[str, Any],
    private: Mapping[str, str],
    signature: str,
    key_id: str,
    lessons: Sequence[tuple[str, int]],
    address: str,
) -> dict[str, str]:
    """What the template is told: `data` (JSON) and `signed` (the file to attach). `address` is the public page."""
    with texts.speak("id"):
        data = {
            "title": _("Certificate %(number)s: %(course)s", number=payload["number"], course=payload["course"]),
            "description": _("Certificate of %(name)s", name=payload["name"]),
            "issued": dict(
                zip(("year", "month", "day"), date.fromisoformat(payload["issued_on"]).timetuple(), strict=False)
            ),
            "payload": payload,
            "texts": _words(payload, key_id, address),
            "identity": [pair for pair in _identity(payload, private) if pair[1]],
            "facts": _facts(payload),
            "issued_line": _issued(payload),
            "host": urlsplit(address).netloc,
            "code": _lines(payload["code"]),
            "lessons": [list(row) for row in lessons],
            "total": sum(minutes for _title, minutes in lessons),
            "qr": _qr(address),
            "key_id": key_id,
            "signature": f"{signature[:43]} {signature[43:]}",
        }
    signed = signing.packed(payload, private, signature, key_id).decode()
    return {"data": json.dumps(data, ensure_ascii=False), "signed": signed}


def make(told: Mapping[str, str]) -> bytes:
    """The PDF; the same inputs give the same pages."""
    with _one_at_a_time:
        made = _compiler().compile(format="pdf", sys_inputs=dict(told), pdf_standards="a-3a")
    assert isinstance(made, bytes)
    return made


def pictures(told: Mapping[str, str], ppi: float = 110) -> list[bytes]:
    """Its pages as PNG, to look at."""
    with _one_at_a_time:
        made = _compiler().compile(format="png", sys_inputs=dict(told), ppi=ppi)
    return [made] if isinstance(made, bytes) else list(made or [])


def _identity(payload: Mapping[str, Any], private: Mapping[str, str]) -> list[list[str]]:
    born = private["birth_date"]
    day = texts.full_day(date.fromisoformat(born)) if born else ""
    return [
        [_("NIP"), private["nip"]],
        [_("Rank and grade"), payload["rank"]],
        [_("Position"), payload["position"]],
        [_("Place and date of birth"), ", ".join(part for part in (private["birth_place"], day) if part)],
        [_("Agency"), payload["agency"]],
        [_("Work unit"), payload["unit"]],
    ]


def _facts(payload: Mapping[str, Any]) -> list[list[str]]:
    return [
        [_("Length"), payload["jp_words"]],
        [_("Time"), _span(date.fromisoformat(payload["from"]), date.fromisoformat(payload["to"]))],
        [_("Method"), payload["method"]],
    ]


def _span(first: date, last: date) -> str:
    """9-12 Maret 2026, as short as it stays clear."""
    if first == last:
        return texts.full_day(last)
    if (first.year, first.month) == (last.year, last.month):
        return f"{first.day}–{texts.full_day(last)}"
    return f"{texts.full_day(first)} – {texts.full_day(last)}"


def _issued(payload: Mapping[str, Any]) -> str:
    day = texts.full_day(date.fromisoformat(payload["issued_on"]))
    return f"{payload['place']}, {day}" if payload["place"] else day


def _lines(code: str) -> list[str]:
    groups = wording.grouped(code).split("-")
    return ["-".join(groups[:3]), "-".join(groups[3:])]


def _qr(address: str) -> str:
    out = BytesIO()
    segno.make(address, error="m", micro=False).save(
        out, kind="svg", border=0, dark="#1f1f1f", xmldecl=False, svgns=True
    )
    return out.getvalue().decode()


def _words(payload: Mapping[str, Any], key_id: str, address: str) -> dict[str, str]:
    host = urlsplit(address).netloc
    return {
        "certificate": _("Certificate"),
        "number": _("Number"),
        "given_to": _("is given to"),
        "has_completed": _("who has completed competency development through the training"),
        "signed": _(
            "Signed electronically by the learning system of %(issuer)s with an Ed25519 key (%(key)s). This is not a "
            "certified electronic signature of BSrE. Whether it stands is told by the page behind the QR code.",
            issuer=payload["issuer"],
            key=key_id,
        ),
        "check": _("Check at"),
        "qr": _("QR code that leads to %(address)s", address=address),
        "attached": _("The signed data of this certificate"),
        "lessons": _("Lessons"),
        "no": _("No."),
        "lesson": _("Lesson"),
        "minutes": _("Minutes"),
        "total": _("Together"),
        "competencies": _("Supports the competency"),
        "level": _("level"),
        "supported": _(
            "The course supports these levels; that they are seen at work is confirmed by a supervisor or assessor."
        ),
        "how_to_check": _("How to check this certificate"),
        "check_online": _(
            "Online: scan the QR code, or open %(address)s and type the code. No sign-in is needed.",
            address=host + "/certificates/",
        ),
        "check_offline": _(
            "Offline: the signed data are attached to this PDF. The command “lms certificates verify” checks them with "
            "the public key of the issuer; it cannot know of a revocation."
        ),
        "key": _("Key"),
        "signature": _("Signature"),
        "made_by": _("Made with Asah from recorded learning events."),
    }
