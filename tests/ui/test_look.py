"""The look keeps its promises: weights, contrast, drawings, and nothing that came from elsewhere unseen."""

import gzip
import json
import re
import shutil
from pathlib import Path

import pytest

from lms.core import paths
from tools import build_static

pytestmark = pytest.mark.pure
ROOT = Path(__file__).parents[2]
STATIC = paths.PACKAGE / "static"
CSS = (STATIC / "css/app.css").read_text()
PICTURES = ("counter", "puskesmas", "kelurahan", "school", "hall", "phone", "stamp", "whetstone")


def colour(token: str) -> tuple[int, ...]:
    """The red, green and blue (0-255) of a token in :root."""
    found = re.search(rf"--{token}: #([0-9a-f]+);", CSS)
    assert found, token
    digits = found[1] if len(found[1]) == 6 else "".join(d * 2 for d in found[1])
    return tuple(int(digits[i : i + 2], 16) for i in (0, 2, 4))


def contrast(one: str, other: str) -> float:
    """The contrast of two tokens (WCAG 2.2, 1.4.3)."""

    def light(token: str) -> float:
        parts = [c / 255 for c in colour(token)]
        red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    dark, bright = sorted((light(one), light(other)))
    return (bright + 0.05) / (dark + 0.05)


@pytest.mark.parametrize(
    ("text", "ground"),
    [
        ("ink", "paper"),
        ("ink-soft", "paper"),
        ("ink-soft", "sheet"),
        ("ink-soft", "brand-tint"),
        ("brand", "paper"),
        ("brand", "brand-tint"),
        ("on-brand", "brand"),
        ("on-brand", "brand-strong"),
        ("on-brand", "heat3"),
        ("ink", "heat2"),
        ("gold-text", "gold-tint"),
        ("gold-text", "sheet"),
        ("good", "good-tint"),
        ("good", "paper"),
        ("bad", "bad-tint"),
        ("bad", "paper"),
        ("warning", "warning-tint"),
        ("info", "info-tint"),
    ],
)
def test_text_can_be_read(text, ground):
    assert contrast(text, ground) >= 4.5


@pytest.mark.parametrize(
    ("shape", "ground"),
    [
        ("line-firm", "sheet"),
        ("line-firm", "paper"),
        ("focus", "paper"),
        ("gold", "sheet"),
        ("gold", "paper"),
        ("brand", "paper"),
    ],
)
def test_shapes_that_say_something_can_be_seen(shape, ground):
    assert contrast(shape, ground) >= 3


def test_the_style_sheet_is_light():
    assert len(gzip.compress(CSS.encode(), 9)) <= 15_000


def test_colours_are_tokens():
    body = CSS[CSS.index("/* Ground */") :]
    assert re.findall(r"#[0-9a-f]{3,8}\b", re.sub(r"#fff\b|#000\b|#flash", "", body)) == []


def test_cards_cast_no_shadow():
    cast = re.findall(r"box-shadow: ([^;]+);", CSS)
    assert [rule for rule in cast if not rule.startswith(("inset", "none", "0 0 0 100vmax"))] == []


@pytest.mark.parametrize("name", PICTURES)
def test_drawings_are_small_and_harmless(name):
    drawing = (STATIC / f"img/{name}.svg").read_text()
    assert len(drawing.encode()) <= 2_000
    assert "<title>" in drawing and not re.search(r"<script|style=|href|\son\w+=", drawing)


def test_each_icon_of_the_app_exists():
    manifest = json.loads((STATIC / "manifest.webmanifest").read_text())
    assert manifest["icons"] and all((STATIC / icon["src"]).is_file() for icon in manifest["icons"])


def test_packages_are_exact_and_their_lock_names_no_address():
    wanted = json.loads((ROOT / "package.json").read_text())["dependencies"]
    lock = json.loads((ROOT / "package-lock.json").read_text())
    assert wanted["htmx.org"] == "2.0.11"
    assert all(re.fullmatch(r"\d+\.\d+\.\d+", version) for version in wanted.values())
    assert "://" not in json.dumps(lock)
    assert all("integrity" in package for name, package in lock["packages"].items() if name)


def test_set_up_copies_the_font_the_script_and_their_licences(tmp_path):
    modules, vendor = tmp_path / "node_modules", tmp_path / "vendor"
    with pytest.raises(FileNotFoundError, match="npm ci"):
        build_static.build(modules, vendor)
    for path in build_static.TAKEN:
        (modules / path).parent.mkdir(parents=True, exist_ok=True)
        (modules / path).write_text(path)
    vendor.mkdir()
    (vendor / "old.js").write_text("left over")
    build_static.build(modules, vendor)
    assert {made.name for made in vendor.iterdir()} == set(build_static.TAKEN.values())
    shutil.rmtree(vendor)


def test_the_font_is_the_one_that_the_style_sheet_asks_for_and_light():
    font = STATIC / "vendor/plus-jakarta-sans-latin.woff2"
    assert f"../vendor/{font.name}" in CSS
    assert font.is_file(), "run `make run` or `make test`: they set up lms/static/vendor/"
    assert font.stat().st_size <= 30_000
