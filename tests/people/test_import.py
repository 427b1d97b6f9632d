"""People and units from a spreadsheet: whole, or not at all, and every bad row is named."""

import csv
import io
import stat
import time

import pytest
from click.testing import CliRunner
from sqlalchemy import func, select

from lms.core import db, texts
from lms.people import cli
from lms.people import queries as people
from lms.people.models import Person, Position, Unit
from tests.factories import Factories
from tests.people.browsing import reread, sign_in

UNITS = """code,name,short_name,kind,parent_code,zone,pendamping,pendamping_phone
LOKET,Loket Layanan,,other,DUKCAPIL,,,
DUKCAPIL,Dinas Kependudukan,Disdukcapil,opd,KOTA,,Sitti Rahma,0811-0000-1234
KOTA,Pemerintah Kota Contoh,Kota Contoh,agency,,Asia/Makassar,,
"""
HEAD = "nip,name,email,kind,rank,unit_code,position,supervisor_nip,from\n"
BUDI = '197503122000031003,"Budi Santoso, S.Sos.",budi@kota.example,pns,IV/a,DUKCAPIL,Kepala Bidang,,2020-01-02\n'
ANA = "19900412 201503 2 001,Ana Lestari,Ana@Kota.Example,,III/a,LOKET,Analis,197503122000031003,02-01-2020\n"
CITI = "199009132025242014,Citi,,pppk_part_time,,LOKET,Operator,,\n"


@pytest.fixture
def folder(app, tmp_path):
    (tmp_path / "units.csv").write_text(UNITS)
    assert run("units", "import", tmp_path / "units.csv").exit_code == 0
    return tmp_path


def run(group: str, *words):
    command = {c.name: c for c in cli.COMMANDS}[group]
    with texts.speak("en"):
        return CliRunner().invoke(command, [str(w) for w in words])


def bring_in(folder, text: str | bytes, *more):
    (folder / "people.csv").write_bytes(text if isinstance(text, bytes) else text.encode())
    return run("people", "import", folder / "people.csv", *more)


def count(table) -> int:
    reread()
    return db.session.scalar(select(func.count()).select_from(table))


def test_units_come_in_whatever_their_order(folder):
    loket = people.unit_by_code("LOKET")
    assert loket.parent.code == "DUKCAPIL" and loket.zone == "Asia/Makassar" and people.root_of(loket).code == "KOTA"
    assert loket.parent.pendamping == "Sitti Rahma"


@pytest.mark.parametrize(
    "row",
    [
        "X,Dinas X,,opd,NOWHERE,,,",
        "X,Dinas X,,opd,,,,",
        "X,Dinas X,,kingdom,KOTA,,,",
        "X,,,opd,KOTA,,,",
        "X,Dinas X,,opd,KOTA,Asia/Tokyo,,",
        "KOTA,Again,,agency,,,,",
        "X,Agency,,agency,KOTA,,,",
        "X,A,,opd,Y,,,\nY,B,,opd,X,,,",
    ],
)
def test_a_bad_unit_keeps_all_out(folder, row):
    (folder / "more.csv").write_text(UNITS.splitlines()[0] + "\nGOOD,Dinas Baik,,opd,KOTA,,,\n" + row + "\n")
    done = run("units", "import", folder / "more.csv")
    assert done.exit_code == 1 and "line 3" in done.output and count(Unit) == 3


def test_people_come_in_with_place_leader_and_day(folder):
    done = bring_in(folder, HEAD + ANA + BUDI + CITI)
    assert (done.exit_code, done.output) == (0, "3 people are here now.\n")
    ana = people.find_by_login("199004122015032001")
    assert (ana.name, ana.email, ana.employment.kind, ana.employment.rank) == (
        "Ana Lestari",
        "ana@kota.example",
        "pns",
        "III/a",
    )
    assert ana.placement.unit.code == "LOKET" and ana.placement.position.name == "Analis"
    assert str(ana.placement.from_on) == "2020-01-02" and people.supervisor_of(ana).name == "Budi Santoso, S.Sos."
    assert people.find_by_login("199009132025242014").employment.kind == "pppk_part_time"
    assert people.actor(ana)["account"]["homePage"].startswith("http")


@pytest.mark.parametrize(
    "text",
    [
        "\ufeff" + HEAD + ANA + BUDI,
        (
            HEAD
            + "199004122015032001,Ana Lestari,,,,LOKET,Analis Layanan,,\n197503122000031003,Budi,,,,LOKET,Kepala,,\n"
        ).replace(",", ";"),
        (HEAD + ANA + BUDI).replace("\n", "\r\n"),
        HEAD + ANA + "\n,,,,,,,,\n" + BUDI,
        "Name,NIP,Unit_Code,Position\nAna,199004122015032001,LOKET,Analis\nBudi,'197503122000031003,LOKET,Kepala\n",
    ],
    ids=["byte-order mark", "semicolons", "crlf", "empty lines", "few columns"],
)
def test_spreadsheets_write_csv_in_many_ways(folder, text):
    done = bring_in(folder, text)
    assert done.exit_code == 0, done.output
    assert count(Person) == 2


BAD = {
    "rounded": ("1.99004E+17,Dewi,,,,LOKET,Analis,,", "spreadsheet"),
    "rounded here": ('"1,99004E+17",Dewi,,,,LOKET,Analis,,', "spreadsheet"),
    "rounded and written out": ("199004122015032000,Dewi,,,,LOKET,Analis,,", "spreadsheet"),
    "no nip": (",Dewi,,,,LOKET,Analis,,", "nip, name"),
    "short nip": ("19900412201503200,Dewi,,,,LOKET,Analis,,", "18 digits"),
    "no such day": ("199002302015032001,Dewi,,,,LOKET,Analis,,", "day does not exist"),
    "no name": ("199103042015032002,,,,,LOKET,Analis,,", "nip, name"),
    "unknown unit": ("199103042015032002,Dewi,,,,MARS,Analis,,", "MARS"),
    "no position": ("199103042015032002,Dewi,,,,LOKET,,,", "position"),
    "wrong kind": ("199103042015032002,Dewi,,astronaut,,LOKET,Analis,,", "kind"),
    "kind against nip": ("199103042015032002,Dewi,,pppk,,LOKET,Analis,,", "kind"),
    "bad address": ("199103042015032002,Dewi,dewi at kota,,,LOKET,Analis,,", "email"),
    "address twice": ("199103042015032002,Dewi,budi@kota.example,,,LOKET,Analis,,", "email"),
    "nip twice": ("197503122000031003,Dewi,,,,LOKET,Analis,,", "nip"),
    "unknown leader": ("199103042015032002,Dewi,,,,LOKET,Analis,198001012005011001,", "supervisor_nip"),
    "own leader": ("199103042015032002,Dewi,,,,LOKET,Analis,199103042015032002,", "supervisor_nip"),
    "bad day": ("199103042015032002,Dewi,,,,LOKET,Analis,,31-02-2020", "from"),
    "too many cells": ("199103042015032002,Dewi,,,,LOKET,Analis,,,more", "cells"),
    "too few cells": ("199103042015032002,Dewi", "cells"),
    "control character": ("199103042015032002,De\x07wi,,,,LOKET,Analis,,", "name"),
    "very long": ("199103042015032002," + "D" * 301 + ",,,,LOKET,Analis,,", "name"),
}


@pytest.mark.parametrize("row", BAD)
def test_one_bad_row_keeps_all_out_and_is_named_with_its_line(folder, row):
    text, says = BAD[row]
    done = bring_in(folder, HEAD + BUDI + text + "\n" + CITI, "--codes", folder / "codes.csv")
    assert done.exit_code == 1
    assert "line 3" in done.output and says in done.output, done.output
    assert count(Person) == 0 and count(Position) == 0
    assert not (folder / "codes.csv").exists()


@pytest.mark.parametrize(
    "text",
    [
        b"nip,name\n1,2\n",
        (HEAD + ANA).encode("utf-16"),
        HEAD.encode() + b"199103042015032002,D\xe9wi,,,,LOKET,Analis,,\n",
        b"",
        (HEAD.replace("email", "nik") + ANA).encode(),
        (HEAD.replace("email", "name") + ANA).encode(),
        (HEAD + '199103042015032002,"Dewi,,,,LOKET,Analis,,\n').encode(),
        b"\x00" * 100,
    ],
    ids=["columns missing", "utf-16", "latin-1", "empty", "unknown column", "column twice", "open quote", "zeros"],
)
def test_a_file_that_is_no_such_csv_is_refused_in_words(folder, text):
    done = bring_in(folder, text)
    assert done.exit_code == 1 and count(Person) == 0
    assert isinstance(done.exception, SystemExit)


def test_all_bad_rows_are_listed_at_once(folder):
    done = bring_in(
        folder,
        HEAD
        + BAD["unknown unit"][0]
        + "\n"
        + BUDI
        + BAD["bad day"][0].replace("199103042015032002", "199103042015032003")
        + "\n",
    )
    assert "line 2: the unit MARS" in done.output and "line 4: from" in done.output and "2 rows are bad" in done.output


def test_whoever_is_here_already_is_a_bad_row(folder):
    assert bring_in(folder, HEAD + BUDI).exit_code == 0
    assert bring_in(folder, HEAD + BUDI + CITI).exit_code == 1
    assert count(Person) == 1
    assert bring_in(folder, HEAD + ANA).exit_code == 0  # led by somebody who is here
    assert people.supervisor_of(people.find_by_login("ana@kota.example")).name.startswith("Budi")


def test_codes_are_written_by_unit_for_oneself_alone_and_they_sign_in(folder, a: Factories):
    evil = '199103042015032002,"=HYPERLINK(""http://evil.example"")",,,,DUKCAPIL,Analis,,\n'
    assert bring_in(folder, HEAD + ANA + BUDI + evil, "--codes", folder / "codes.csv").exit_code == 0
    file = folder / "codes.csv"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    rows = list(csv.DictReader(io.StringIO(file.read_text())))
    assert [r["unit_code"] for r in rows] == ["DUKCAPIL", "DUKCAPIL", "LOKET"]
    assert all(not value.startswith(("=", "+", "-", "@")) for row in rows for value in row.values())
    ana = next(r for r in rows if r["name"] == "Ana Lestari")
    assert sign_in(a.client(), ana["nip"], code=ana["code"]).headers["Location"] == "/welcome"
    assert bring_in(folder, HEAD + CITI, "--codes", file).exit_code == 1 and count(Person) == 3


def test_a_list_of_codes_for_those_who_never_came(folder):
    bring_in(folder, HEAD + ANA + BUDI + CITI, "--codes", folder / "codes.csv")
    assert len(run("people", "codes", "DUKCAPIL").output.splitlines()) == 1  # all hold a valid code: only the head
    assert len(run("people", "codes", "DUKCAPIL", "--again").output.splitlines()) == 4
    assert len(run("people", "codes", "LOKET", "--again").output.splitlines()) == 3
    assert run("people", "codes", "MARS").exit_code == 1


def test_the_first_operator(app, a: Factories):
    done = run("admin", "create", "--name", "Rahma", "--email", "rahma@kota.example")
    code = done.output.split()[-1]
    rahma = people.find_by_login("rahma@kota.example")
    assert "operator" in people.roles_of(rahma)
    assert sign_in(a.client(), "rahma@kota.example", code=code).headers["Location"] == "/welcome"
    again = run("admin", "create", "--name", "Rahma", "--email", "rahma@kota.example")
    assert again.exit_code == 0 and count(Person) == 1
    assert run("admin", "create", "--name", "X").exit_code == 1
    assert run("admin", "create", "--name", "X", "--nip", "123").exit_code == 1


def test_three_hundred_people_come_in_within_seconds(folder):
    rows = "".join(
        f"19900412201503{n % 2 + 1}{n // 2 + 1:03d},Orang {n},,,,LOKET,Analis {n % 20},,\n" for n in range(300)
    )
    start = time.perf_counter()
    done = bring_in(folder, HEAD + rows)
    assert done.exit_code == 0 and count(Person) == 300
    assert time.perf_counter() - start < 15
