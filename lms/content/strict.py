"""TOML read strictly: what is missing, misspelt or of the wrong kind is said in words, with its place."""

import difflib
import math
import re
import tomllib
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from lms.content.source import Complaints, Words
from lms.core.texts import N_

BOM = b"\xef\xbb\xbf"
SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
COMPETENCY_CODE = re.compile(r"[A-Z]{1,4}(\.[A-Z0-9]{1,8}){1,2}")


@dataclass(frozen=True)
class Key:
    """What one key of a table must hold: `fits` tells whether a value does, `expects` says it to the author."""

    fits: Callable[[Any], bool]
    expects: str
    """A msgid; `params` fill its places."""
    params: dict[str, Any] = field(default_factory=dict)
    required: bool = True


def _is_text(value: Any, most: int) -> bool:
    return (
        isinstance(value, str)
        and bool(value.strip())
        and len(value) <= most
        and not re.search(r"[\x00-\x08\x0b-\x1f\x7f]", value)
    )


LINE = Key(lambda v: _is_text(v, 300) and "\n" not in v, N_("one line of text between quotes, at most 300 characters"))
TEXT = Key(lambda v: _is_text(v, 5000), N_("a text between quotes, at most 5000 characters"))
NAME = Key(
    lambda v: isinstance(v, str) and len(v) <= 80 and SLUG.fullmatch(v) is not None,
    N_("a name of lower-case letters, digits and hyphens"),
)
CODE = Key(
    lambda v: isinstance(v, str) and COMPETENCY_CODE.fullmatch(v) is not None,
    N_('a competency code such as "M.1", "SK.1" or "T.KI"'),
)
DAY = Key(lambda v: type(v) is date, N_("a date without quotes, such as 2027-11-22"))
YES_NO = Key(lambda v: isinstance(v, bool), N_("true or false, without quotes"))
FIGURE = Key(
    lambda v: isinstance(v, int | float) and not isinstance(v, bool) and math.isfinite(v) and abs(v) <= 1e15,
    N_("a number without quotes, such as 30 or 1.5"),
)
LINES = Key(
    lambda v: isinstance(v, list) and len(v) <= 50 and all(_is_text(t, 1000) for t in v),
    N_('a list of texts, such as ["first", "second"]'),
)
TABLES = Key(
    lambda v: isinstance(v, list) and bool(v) and len(v) <= 100 and all(isinstance(t, dict) for t in v),
    N_("one table or more, each under its own heading in double brackets"),
)


def whole(least: int, most: int) -> Key:
    """A whole number from `least` to `most`."""
    return Key(
        lambda v: type(v) is int and least <= v <= most,
        N_("a whole number from %(least)s to %(most)s, without quotes"),
        {"least": least, "most": most},
    )


def optional(key: Key) -> Key:
    """The same, but it may be left out."""
    return replace(key, required=False)


def one_of(*names: str) -> Key:
    """One of these words."""
    return Key(lambda v: isinstance(v, str) and v in names, "“" + "”, “".join(names) + "”")


def text_of(file: str, data: bytes, complaints: Complaints) -> str | None:
    """The text in `data`, or None when it cannot be read; a byte order mark and Windows line ends are errors too."""
    if data.startswith(BOM):
        complaints.error(file, N_("The file begins with an invisible mark (BOM). Save it as “UTF-8” without BOM."))
        data = data.removeprefix(BOM)
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        complaints.error(
            file,
            N_("Line %(line)s holds letters that are not UTF-8. Save the file with the encoding UTF-8."),
            line=data[: error.start].count(b"\n") + 1,
        )
        return None
    if "\x00" in text:
        complaints.error(
            file, N_("The file holds zero bytes, so it is not a text file. Save it as plain text in UTF-8.")
        )
        return None
    if "\r" in text:
        complaints.error(
            file, N_("The lines end the Windows way (CRLF). Choose the line end LF in your editor and save it again.")
        )
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    return text


def parse(file: str, text: str, complaints: Complaints, before: int = 0) -> dict[str, Any] | None:
    """The TOML in `text`, or None after a complaint; `before` is how many lines of the file stand above it."""
    try:
        return tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError, ValueError) as error:
        found = re.search(r"at line (\d+)", str(error))
        line = int(found[1]) if found else text.count("\n") + 1
        lines = text.split("\n")
        shown = lines[line - 1].strip()[:60] if line <= len(lines) else ""
        complaints.error(
            file,
            N_(
                "Line %(line)s cannot be read: %(shown)s. Look there, and in the line above, for a missing "
                "quote, bracket, comma or equals sign."
            ),
            line=line + before,
            shown=shown or "…",
        )
        return None


def take(
    raw: dict[str, Any], keys: dict[str, Key], file: str, where: str, complaints: Complaints
) -> dict[str, Any] | None:
    """The values of `keys` in `raw` (None for optional ones left out), or None after complaints."""
    good = True
    for name in raw:
        if name not in keys:
            near = difflib.get_close_matches(name, keys, 1)
            if near:
                complaints.error(
                    file,
                    N_("“%(key)s” is not known here. Did you mean “%(near)s”?"),
                    where,
                    key=name[:60],
                    near=near[0],
                )
            else:
                complaints.error(
                    file,
                    N_("“%(key)s” is not known here. Remove it. Known are: %(known)s."),
                    where,
                    key=name[:60],
                    known=", ".join(keys),
                )
            good = False
    for name, key in keys.items():
        if name not in raw:
            if key.required:
                complaints.error(
                    file,
                    N_("“%(key)s” is missing. Add it: %(expects)s."),
                    where,
                    key=name,
                    expects=Words(key.expects, key.params),
                )
                good = False
        elif not key.fits(raw[name]):
            complaints.error(
                file,
                N_("“%(key)s” cannot be used as it is. It must be %(expects)s."),
                where,
                key=name,
                expects=Words(key.expects, key.params),
            )
            good = False
    return {name: raw.get(name) for name in keys} if good else None
