"""People and units from a spreadsheet's CSV: every row is checked before any is used: all or nothing."""

import csv
import io
import re
import unicodedata
from dataclasses import dataclass, field
from datetime import date, datetime

from sqlalchemy import select

from lms.core import audit, clock, db
from lms.core.texts import _
from lms.people import actions, nip, queries
from lms.people.models import Employment, Person, Unit

PEOPLE = ("nip", "name", "email", "kind", "rank", "unit_code", "position", "supervisor_nip", "from")
UNITS = ("code", "name", "short_name", "kind", "parent_code", "zone", "pendamping", "pendamping_phone")
KINDS = ("pns", "pppk", "pppk_part_time")
EMAIL = re.compile(r"[^@\s\x00-\x1f]{1,64}@[^@\s\x00-\x1f]{1,190}")
DATES = ("%Y-%m-%d", "%d-%m-%Y", "%d/%m/%Y")
LONGEST = 300
"""Characters in a cell."""


@dataclass(frozen=True)
class BadRow:
    """Why a row cannot be used."""

    line: int
    """Its line in the file, counted from 1; the head is line 1."""
    reason: str

    def __str__(self):
        return _("line %(n)s: %(reason)s", n=self.line, reason=self.reason)


class ImportRefused(Exception):
    """Nothing was imported; `.rows` says why, a line each."""

    def __init__(self, rows: list[BadRow]):
        super().__init__("\n".join(map(str, rows)))
        self.rows = rows


@dataclass
class Row:
    """A line of the file."""

    line: int
    cells: dict[str, str]
    bad: list[str] = field(default_factory=list)

    def __getitem__(self, name: str) -> str:
        return self.cells[name]


def read(data: bytes, columns: tuple[str, ...], needed: tuple[str, ...]) -> list[Row]:
    """The rows of a CSV in UTF-8 (with or without its mark), parted by commas or semicolons; raises ImportRefused."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise _refused(1, _("the file is not in UTF-8: save it as “CSV UTF-8”")) from None
    first = text.split("\n", 1)[0]
    lines = csv.reader(
        io.StringIO(text, newline=""), delimiter=";" if first.count(";") > first.count(",") else ",", strict=True
    )
    rows: list[Row] = []
    try:
        head = [cell.strip().lower() for cell in next(lines, [])]
        unknown, missing = [h for h in head if h not in columns], [c for c in needed if c not in head]
        if unknown or missing or len(set(head)) < len(head):
            raise _refused(
                1,
                _(
                    "the columns must be %(columns)s; not known: %(unknown)s; missing: %(missing)s",
                    columns=", ".join(columns),
                    unknown=", ".join(unknown) or "-",
                    missing=", ".join(missing) or "-",
                ),
            )
        for cells in lines:
            if any(cell.strip() for cell in cells):
                rows.append(_row(lines.line_num, head, cells, columns))
    except csv.Error:
        raise _refused(lines.line_num, _("a quotation mark is open or out of place")) from None
    return rows


def _refused(line: int, reason: str) -> ImportRefused:
    return ImportRefused([BadRow(line, reason)])


def _row(line: int, head: list[str], cells: list[str], columns: tuple[str, ...]) -> Row:
    found = {name: unicodedata.normalize("NFC", cell.strip()) for name, cell in zip(head, cells, strict=False)}
    row = Row(line, {name: found.get(name, "") for name in columns})
    if len(cells) != len(head):
        row.bad.append(_("%(have)s cells, but the head has %(need)s", have=len(cells), need=len(head)))
    for name, cell in row.cells.items():
        if len(cell) > LONGEST or any(unicodedata.category(c) in ("Cc", "Cs") for c in cell):
            row.bad.append(_("%(column)s is too long or has control characters", column=name))
    return row


def _finish(rows: list[Row]) -> None:
    bad = [BadRow(row.line, reason) for row in rows for reason in row.bad]
    if bad:
        raise ImportRefused(bad)


def _twice(rows: list[Row], name: str, values: list[str]) -> None:
    """Mark rows whose (non-empty) value stands in an earlier row too."""
    first: dict[str, int] = {}
    for row, value in zip(rows, values, strict=True):
        if value and value in first:
            row.bad.append(_("%(column)s stands in line %(n)s too", column=name, n=first[value]))
        elif value:
            first[value] = row.line


def _number(row: Row, column: str) -> str:
    if not row[column]:
        return ""
    try:
        return nip.parse(row[column]).number
    except nip.NipIsWrong as wrong:
        row.bad.append(f"{column}: {_(wrong.says)}")
        return ""


def _day(row: Row) -> date | None:
    if not row["from"]:
        return None
    for form in DATES:
        try:
            return datetime.strptime(row["from"], form).date()  # noqa: DTZ007 - a day, not a moment
        except ValueError:
            continue
    row.bad.append(_("from: write the day as 2026-03-09 or 09-03-2026"))
    return None


def units(data: bytes, by: Person | None = None) -> list[Unit]:
    """The units of the file are there, parents before children whatever their order; raises ImportRefused."""
    rows = read(data, UNITS, ("code", "name"))
    _twice(rows, "code", [row["code"] for row in rows])
    waiting = {row["code"]: row for row in rows}
    for row in rows:
        if not row["code"] or not row["name"]:
            row.bad.append(_("code and name are needed"))
        elif queries.unit_by_code(row["code"]):
            row.bad.append(_("the unit %(code)s is here already", code=row["code"]))
        if row["parent_code"] and row["parent_code"] not in waiting and not queries.unit_by_code(row["parent_code"]):
            row.bad.append(_("the unit %(code)s is not known", code=row["parent_code"]))
        if (row["kind"] or "opd") not in actions.UNIT_KINDS:
            row.bad.append(_("kind is one of %(kinds)s", kinds=", ".join(actions.UNIT_KINDS)))
        elif (row["kind"] == "agency") == bool(row["parent_code"]):
            row.bad.append(_("a unit of kind agency has no parent_code, and any other has one"))
        if row["zone"] and row["zone"] not in clock.ZONES:
            row.bad.append(_("zone is one of %(zones)s", zones=", ".join(clock.ZONES)))
    _finish(rows)
    made: list[Unit] = []
    while waiting:
        ready = [row for row in waiting.values() if row["parent_code"] not in waiting]
        if not ready:
            raise ImportRefused(
                [BadRow(row.line, _("these units stand above each other in a circle")) for row in waiting.values()]
            )
        for row in ready:
            made.append(
                actions.add_unit(
                    row["name"],
                    row["kind"] or "opd",
                    queries.unit_by_code(row["parent_code"]),
                    row["zone"] or None,
                    row["code"],
                    row["short_name"],
                    row["pendamping"],
                    row["pendamping_phone"],
                )
            )
            del waiting[row["code"]]
    audit.note("units.imported", by=by.id if by else None, count=len(made))
    return made


def people(data: bytes, by: Person | None = None) -> list[Person]:
    """The people of the file are there, with place and supervisor; raises ImportRefused."""
    rows = read(data, PEOPLE, ("nip", "name", "unit_code", "position"))
    numbers, emails = [_number(row, "nip") for row in rows], [row["email"].lower() for row in rows]
    leaders, days = [_number(row, "supervisor_nip") for row in rows], [_day(row) for row in rows]
    _twice(rows, "nip", numbers)
    _twice(rows, "email", emails)
    here = {held.number: held.person_id for held in db.session.scalars(select(Employment))}
    taken = set(db.session.scalars(select(Person.email).where(Person.email.is_not(None))))
    known = {u.code: u for u in db.session.scalars(select(Unit))}
    for row, number, email, leader in zip(rows, numbers, emails, leaders, strict=True):
        if not row["nip"] or not row["name"] or not row["position"]:
            row.bad.append(_("nip, name and position are needed"))
        if number in here:
            row.bad.append(_("somebody with this NIP is here already"))
        if email and (email in taken or not EMAIL.fullmatch(email)):
            row.bad.append(_("email: not an address, or here already"))
        if row["unit_code"] not in known:
            row.bad.append(_("the unit %(code)s is not known", code=row["unit_code"] or "-"))
        if leader and (leader == number or (leader not in here and leader not in numbers)):
            row.bad.append(_("supervisor_nip: nobody with this NIP in the file or here, or the person themselves"))
        if row["kind"] and (
            row["kind"] not in KINDS or (number and row["kind"][:4].rstrip("_") != nip.parse(number).kind)
        ):
            row.bad.append(_("kind is one of %(kinds)s, and must fit the NIP", kinds=", ".join(KINDS)))
    _finish(rows)
    made: dict[str, Person] = {}
    agencies = {code: queries.root_of(known[code]) for code in {row["unit_code"] for row in rows}}
    posts = {
        (code, name): actions.add_position(agencies[code], name)
        for code, name in sorted({(row["unit_code"], row["position"]) for row in rows})
    }
    for row, number, email, day in zip(rows, numbers, emails, days, strict=True):
        made[number] = actions.add_person(
            row["name"],
            number,
            row["kind"] or nip.parse(number).kind,
            known[row["unit_code"]],
            posts[row["unit_code"], row["position"]],
            email=email or None,
            rank=row["rank"],
            on=day,
        )
    for number, leader, day in zip(numbers, leaders, days, strict=True):
        if leader:
            actions.set_supervisor(made[number], made.get(leader) or queries.person_by_id(here[leader]), day)
    audit.note("people.imported", by=by.id if by else None, count=len(made))
    return list(made.values())
