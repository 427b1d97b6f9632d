"""The commands that authors and operators use."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from lms.catalogue import actions, queries
from lms.catalogue.cli import courses
from lms.content import unpack
from lms.core import db, texts
from tests.content.samples import COURSE, course


@pytest.fixture
def run():
    def run(*args):
        with texts.speak("en"):
            return CliRunner().invoke(courses, [str(arg) for arg in args])

    return run


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    unpack.to_folder(course(), tmp_path / "surat-singkat")
    return tmp_path / "surat-singkat"


def test_check_prints_minutes_beside_the_authors(run, folder):
    result = run("check", folder)
    assert result.exit_code == 0
    assert "01-satu-gagasan                     2 (1)" in result.output
    assert "post-test 5; in all 8 (8) minutes, at most 0 JP, claimed 0 JP" in result.output


def test_check_says_what_is_wrong_and_fails(run, folder):
    (folder / "course.toml").write_text(COURSE.replace("jp = 0", "jp = 3"))
    result = run("check", folder)
    assert result.exit_code == 1
    assert "! course.toml: The course claims 3 JP" in result.output
    (folder / "course.toml").write_text(COURSE.replace('"M.3"', '"T.XYZ"'))
    assert "“T.XYZ” is not in the dictionary" in run("check", folder).output
    (folder / "course.toml").write_text(COURSE)
    folder.rename(folder.parent / "lain")
    assert run("check", folder.parent / "lain").exit_code == 1


def test_import_list_and_export(run, folder, tmp_path):
    assert "surat-singkat, version 1: draft" in run("import", folder).output
    archive = tmp_path / "kursus.zip"
    archive.write_bytes(unpack.pack(course()))
    assert "surat-singkat, version 1: published" in run("import", archive, "--publish").output
    assert run("import", archive, "--publish").exit_code == 0
    assert "published      1" in run("list").output
    out = tmp_path / "keluar"
    assert run("export", "surat-singkat", out).exit_code == 0
    assert unpack.from_folder(out) == course()
    assert "is not empty" in run("export", "surat-singkat", out).output
    assert "no version 7" in run("export", "surat-singkat", tmp_path / "x", "--version", 7).output
    assert run("export", "tidak-ada", tmp_path / "y").exit_code == 1


def test_a_bad_folder_or_zip_imports_nothing(run, folder, tmp_path, a):
    (folder / "course.toml").write_text(COURSE.replace("jp = 0", "jp = 3"))
    result = run("import", folder, "--publish")
    assert result.exit_code == 1 and "Nothing was imported" in result.output
    (tmp_path / "x.zip").write_bytes(b"PK\x03\x04 rusak")
    assert "not a zip archive" in run("import", tmp_path / "x.zip").output
    assert "no agency with the code" in run("import", folder, "--agency", "XYZ").output
    assert queries.find_course("surat-singkat") is None


def test_import_for_an_agency(run, folder, a):
    a.agency()
    assert run("import", folder, "--agency", "KOTA").exit_code == 0
    assert queries.find_course("surat-singkat") is None
    assert queries.course("surat-singkat", a.agency()).agency_id == a.agency().id
    with db.transaction():
        actions.publish_shipped(course())
    assert run("list").output.count("surat-singkat") == 2
