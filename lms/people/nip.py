"""The civil-service number: 18 digits that say when somebody was born and appointed. A sign-in name, never a key.

PNS (Perka BKN 22/2007): birth YYYYMMDD, appointment YYYYMM, sex 1 or 2, serial from 001.
PPPK: birth YYYYMMDD, year YYYY, two digits from 21 for the contract, sex, serial.
"""

import re
from dataclasses import dataclass
from datetime import date

from lms.core import errors
from lms.core.errors import N_

_SPACING = str.maketrans("", "", " \t\u00a0\u2009\u202f.-'")
_SHAPE = re.compile(r"((?:19|20)[0-9]{2})([0-9]{2})([0-9]{2})((?:19|20)[0-9]{2})([0-9]{2})([0-9])([0-9]{3})")
_ROUNDED = re.compile(r"[0-9]+[.,]?[0-9]*[eE]\+?[0-9]+")


class NipIsWrong(errors.Invalid):
    """A number that cannot be a NIP; `says` tells why."""

    def __init__(self, says: str):
        self.says = says
        super().__init__()


@dataclass(frozen=True)
class Nip:
    """A valid NIP and what it tells."""

    number: str
    """18 digits."""
    born: date
    kind: str
    """pns or pppk (a part-time PPPK's number has the same form)."""
    since: int
    """The year of the appointment or contract."""


def digits(text: str) -> str:
    """`text` without the spaces, dots, hyphens and apostrophes that people and spreadsheets put into a NIP."""
    return text.strip().translate(_SPACING)


def parse(text: str) -> Nip:
    """The NIP that `text` is; raises NipIsWrong, whose text says what is wrong."""
    if _ROUNDED.fullmatch(text.strip()):
        raise NipIsWrong(N_("the spreadsheet has rounded this NIP: make the column a text column, enter the NIP again"))
    number = digits(text)
    if len(number) != 18 or not (number.isascii() and number.isdigit()):
        raise NipIsWrong(N_("a NIP has 18 digits"))
    parts = _SHAPE.fullmatch(number)
    if parts is None:
        raise NipIsWrong(N_("digits 1-4 and 9-12 of a NIP are years that begin with 19 or 20"))
    year, month, day, since, kind_digits, sex, serial = parts.groups()
    try:
        born = date(int(year), int(month), int(day))
    except ValueError:
        raise NipIsWrong(N_("digits 1-8 of a NIP are the date of birth, and this day does not exist")) from None
    contract = int(kind_digits)
    if not (1 <= contract <= 12 or 21 <= contract <= 29):
        raise NipIsWrong(N_("digits 13-14 of a NIP are a month (PNS) or 21 to 29 (PPPK)"))
    if int(since) <= born.year:
        raise NipIsWrong(N_("this NIP says that the appointment came before the birth"))
    if sex not in "12":
        raise NipIsWrong(N_("digit 15 of a NIP is 1 or 2"))
    if serial == "000":
        raise NipIsWrong(
            N_("a NIP never ends in 000: the spreadsheet has probably rounded it; make the column a text column")
        )
    return Nip(number, born, "pns" if contract <= 12 else "pppk", int(since))


def masked(number: str) -> str:
    """A NIP with its middle hidden, as shown to strangers: 1987**********1003."""
    return number[:4] + "*" * max(0, len(number) - 8) + number[-4:]
