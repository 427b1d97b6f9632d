"""What people read: translated, and with numbers, sizes and times written the Indonesian (or English) way.

The source texts are English; `lms/translations/id/<area>.po` holds the Indonesian of each area. The .po files are read
as they are, so there is no compiled file that could be stale.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date, datetime
from functools import cache
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_datetime
from babel.messages.pofile import read_po
from babel.numbers import format_decimal
from babel.support import LazyProxy

from lms.core.clock import ZONES
from lms.core.errors import N_
from lms.core.paths import PACKAGE

__all__ = ["LANGUAGES", "N_", "_", "_l", "language", "speak", "ngettext"]
LANGUAGES = {"id": "Bahasa Indonesia", "en": "English"}
_language: ContextVar[str] = ContextVar("language", default="id")


@cache
def catalogue_of(code: str) -> dict[str, str | tuple[str, ...]]:
    """Every translated text of a language, from all its .po files."""
    texts: dict[str, str | tuple[str, ...]] = {}
    for file in sorted((PACKAGE / "translations" / code).glob("*.po")):
        with file.open("rb") as source:
            for message in read_po(source, locale=code):
                if message.id and message.string:
                    key = message.id if isinstance(message.id, str) else message.id[0]
                    texts[key] = message.string if isinstance(message.string, str) else tuple(message.string)
    return texts


def language() -> str:
    """The language in which this request or job speaks: `id` or `en`."""
    return _language.get()


@contextmanager
def speak(code: str) -> Iterator[None]:
    """Inside, texts are in this language."""
    token = _language.set(code if code in LANGUAGES else "id")
    try:
        yield
    finally:
        _language.reset(token)


def set_language(code: str) -> None:
    """Speak this language from now on in this context (the web application's, at the start of each request)."""
    _language.set(code if code in LANGUAGES else "id")


def _(text: str, /, **params) -> str:
    """`text` in the current language, its %(name)s places filled."""
    found = catalogue_of(language()).get(text, text)
    found = found[0] if isinstance(found, tuple) else found
    return found % params if params else found


def ngettext(one: str, many: str, n: int, **params) -> str:
    """`one` or `many`, by `n`, which fills %(num)s."""
    found = catalogue_of(language()).get(one)
    if found is None:
        text = one if n == 1 else many
    else:
        forms = found if isinstance(found, tuple) else (found,)
        text = forms[min(0 if n == 1 else 1, len(forms) - 1)]
    return text % {"num": n, **params}


def _l(text: str) -> LazyProxy:
    """`text`, translated when it is shown: for forms and tables made at import."""
    return LazyProxy(_, text, enable_cache=False)


def number(value: float, digits: int = 1) -> str:
    """1234.5 as 1.234,5 (id) or 1,234.5 (en)."""
    return format_decimal(round(value, digits), locale=language())


def size(octets: int) -> str:
    """A size in kB or MB: 1,5 MB."""
    if octets >= 1_000_000:
        return f"{number(octets / 1_000_000)} MB"
    return f"{number(max(1, round(octets / 1000)), 0)} kB"


def hours(minutes: int) -> str:
    """Learning minutes as learning hours (JP) of 45 minutes: 13 JP 24 menit."""
    whole, rest = divmod(minutes, 45)
    left = _("%(n)s min", n=rest)
    if not whole:
        return left
    return f"{whole} JP {left}" if rest else f"{whole} JP"


def day(value: date) -> str:
    """12 Mar 2026."""
    return format_date(value, "d MMM y", locale=language())


def full_day(value: date) -> str:
    """12 Maret 2026."""
    return format_date(value, "d MMMM y", locale=language())


def moment(value: datetime, zone: str) -> str:
    """12 Mar 2026 07.52 WITA: in the zone of the person's unit."""
    local = format_datetime(
        value.astimezone(ZoneInfo(zone)), "d MMM y HH.mm" if language() == "id" else "d MMM y HH:mm", locale=language()
    )
    return f"{local} {ZONES.get(zone, zone)}"
