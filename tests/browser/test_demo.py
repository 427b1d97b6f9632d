"""The demo agency: true all the way down, and gone without a trace of anybody real."""

import shutil
import sqlite3
from dataclasses import replace
from pathlib import Path

import pytest

from tests.browser.conftest import PEOPLE, UNITS, Site

pytestmark = [pytest.mark.browser, pytest.mark.pure]


@pytest.fixture
def copy(demo: Site, tmp_path: Path) -> Site:
    """The demo's data as they are now, in a folder of their own."""
    (tmp_path / "var").mkdir()
    source = sqlite3.connect(f"file:{demo.folder}/var/asah.db?mode=ro", uri=True)
    with sqlite3.connect(tmp_path / "var" / "asah.db") as target:
        source.backup(target)
    source.close()
    shutil.copytree(demo.folder / "var" / "files", tmp_path / "var" / "files")
    return replace(demo, folder=tmp_path, env={**demo.env, "ASAH_DATA": str(tmp_path / "var")}, process=None)


def rows(site: Site, query: str) -> list[tuple]:
    """What the database of `site` answers."""
    with sqlite3.connect(site.folder / "var" / "asah.db") as connection:
        return connection.execute(query).fetchall()


def test_everything_in_it_follows_from_statements(copy: Site):
    progress = "SELECT * FROM progress ORDER BY registration"
    lessons = "SELECT * FROM lesson_progress ORDER BY registration, lesson_key"
    before = rows(copy, progress), rows(copy, lessons)
    assert len(before[0]) > 60
    copy.lms("progress", "rebuild")
    assert (rows(copy, progress), rows(copy, lessons)) == before
    copy.lms("records", "verify")
    copy.lms("audit", "verify")
    assert rows(copy, "SELECT count(*) FROM job WHERE state = 'dead'") == [(0,)]


def test_a_changed_ledger_is_named(copy: Site):
    with sqlite3.connect(copy.folder / "var" / "asah.db") as connection:
        connection.execute("UPDATE hours_entry SET minutes = minutes + 45 WHERE id = (SELECT min(id) FROM hours_entry)")
    with pytest.raises(AssertionError, match="records verify"):
        copy.lms("records", "verify")


def test_wiping_it_leaves_everybody_real(copy: Site):
    (copy.folder / "units.csv").write_text(UNITS)
    (copy.folder / "people.csv").write_text(PEOPLE)
    copy.lms("units", "import", str(copy.folder / "units.csv"))
    copy.lms("people", "import", str(copy.folder / "people.csv"))
    real = rows(copy, "SELECT name, email FROM person WHERE NOT demo ORDER BY name")
    assert len(real) == 3
    copy.lms("demo", "wipe")
    assert rows(copy, "SELECT name, email FROM person ORDER BY name") == real
    assert rows(copy, "SELECT code FROM unit ORDER BY code") == [("DUKCAPIL",), ("KOTA",)]
    for table in (
        "statement",
        "enrolment",
        "progress",
        "lesson_progress",
        "competency_record",
        "hours_entry",
        "certificate",
    ):
        assert rows(copy, f"SELECT count(*) FROM {table}") == [(0,)], table
    assert rows(copy, "SELECT count(*) FROM course WHERE state = 'published'") == [(6,)]
    assert rows(copy, "PRAGMA foreign_key_check") == []
    copy.lms("records", "verify")
    assert "no demo agency" in copy.lms("demo", "wipe")
