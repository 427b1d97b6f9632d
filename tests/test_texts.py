"""Every text that people see exists in both languages, and says the same with the same places to fill."""

import re
from pathlib import Path

import pytest
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

pytestmark = pytest.mark.pure
ROOT = Path(__file__).parent.parent
KEYWORDS = {"_": None, "_l": None, "N_": None, "ngettext": (1, 2)}
JINJA = {"extensions": "jinja2.ext.do", "trimmed": "false", "silent": "false"}
PLACE = re.compile(r"%\((\w+)\)[sd]")


def texts_in_code() -> dict[str, str]:
    """Every source text, and where it stands first."""
    found: dict[str, str] = {}
    for folder, method in (
        ("lms", [("**.py", "python")]),
        ("templates", [("**.html", "jinja2"), ("**.txt", "jinja2")]),
    ):
        for name, line, message, _, _ in extract_from_dir(
            ROOT / folder, method, {"**.html": JINJA, "**.txt": JINJA}, keywords=KEYWORDS
        ):
            key = message[0] if isinstance(message, tuple) else message
            found.setdefault(key, f"{folder}/{name}:{line}")
    return found


def translations() -> dict[str, tuple[str, str]]:
    """Every Indonesian text with the file that it stands in."""
    found: dict[str, tuple[str, str]] = {}
    for path in sorted((ROOT / "lms/translations/id").glob("*.po")):
        with path.open("rb") as source:
            for message in read_po(source, locale="id", abort_invalid=True):
                if message.id:
                    key = message.id[0] if isinstance(message.id, tuple) else message.id
                    text = message.string if isinstance(message.string, str) else message.string[0]
                    if key in found and found[key][0] != text:
                        raise AssertionError(
                            f"{key!r} is {found[key][0]!r} in {found[key][1]} and {text!r} in {path.name}"
                        )
                    found[key] = (text, path.name)
    return found


def test_every_text_has_its_indonesian():
    code, known = texts_in_code(), translations()
    missing = {where: text for text, where in code.items() if not known.get(text, ("", ""))[0]}
    assert missing == {}


def test_no_translation_is_left_over():
    code = texts_in_code()
    assert {text: name for text, (_, name) in translations().items() if text not in code} == {}


def test_both_languages_fill_the_same_places():
    differing = {
        text: found
        for text, (found, _) in translations().items()
        if set(PLACE.findall(text)) | ({"num"} if "%(num)s" in found else set()) != set(PLACE.findall(found))
    }
    assert differing == {}


def test_no_page_has_text_that_nobody_translates():
    bare = []
    for path in sorted((ROOT / "templates").rglob("*.html")):
        text = re.sub(r"\{#.*?#\}|\{%.*?%\}|\{\{.*?\}\}|<!--.*?-->", " ", path.read_text(), flags=re.S)
        text = re.sub(r"<(script|style|svg)\b.*?</\1>", " ", text, flags=re.S)
        text = re.sub(r"<[^>]*>", "\n", text)
        bare += [
            f"{path.relative_to(ROOT)}: {line.strip()}"
            for line in text.splitlines()
            if re.search(r"[A-Za-z]{3,}", line.replace("&nbsp;", " ").replace("&middot;", " ")) and "Asah" not in line
        ]
    assert bare == []
