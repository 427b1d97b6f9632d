"""A small good course to spoil, and zips to refuse."""

import io
import zipfile

COURSE = """format = 1
slug = "surat-singkat"
title = "Surat Singkat"
summary = "Setelah kursus ini Anda dapat menulis surat satu halaman."
audience = "Semua ASN"
language = "id"
translation_group = "surat-singkat"
minutes = 8
jp = 0
pass_mark = 70
review_by = 2027-11-22
basis = ["Peraturan ANRI 5/2021"]
action_plan = "Besok, apa satu hal yang akan Anda lakukan berbeda?"

[[outcome]]
competency = "M.3"
level = 1
can = "menulis surat satu halaman"

[[module]]
title = "Menulis"
lessons = ["01-satu-gagasan", "02-kalimat-pendek"]
pretest = "pretest-1"
"""
LESSON = """+++
title = "Satu gagasan"
minutes = 1
aim = "Setelah pelajaran ini Anda dapat memilih satu gagasan."
competency = "M.3"
level = 1
tomorrow = "Baca ulang satu surat Anda."
sources = ["Disusun penulis kursus"]
+++
**Senin, 08.00.** Rina menulis surat.

## Mengapa

| Sebelum | Sesudah |
|---|---|
| panjang | pendek |

![Surat sebelum dan sesudah disunting](../media/surat.svg)
"""
SVG = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 320 200"><rect width="320" height="200"/></svg>'


def question(name: str, lesson: str = "01-satu-gagasan") -> str:
    """One good question with this id."""
    return f"""[[question]]
id = "{name}"
type = "single"
lesson = "{lesson}"
competency = "M.3"
level = 1
text = "Mana yang lebih jelas?"
options = [
  {{ text = "Kalimat pendek", correct = true, feedback = "Tepat. Satu gagasan lebih mudah dibaca." }},
  {{ text = "Kalimat panjang", correct = false, feedback = "Belum tepat. Gagasannya bertumpuk di satu kalimat." }},
]

"""


def course(**changes: str | bytes | None) -> dict[str, bytes]:
    """A good course; each change replaces a file (None removes it), `__` in its name standing for a slash."""
    files: dict[str, str | bytes | None] = {
        "course.toml": COURSE,
        "lessons/01-satu-gagasan.md": LESSON,
        "lessons/02-kalimat-pendek.md": LESSON.replace("../media/surat.svg", "../media/kalimat.svg"),
        "questions/01-satu-gagasan.toml": question("gagasan-a") + question("gagasan-b"),
        "questions/02-kalimat-pendek.toml": question("kalimat-a", "02-kalimat-pendek"),
        "questions/pretest-1.toml": question("pra-a") + question("pra-b", "02-kalimat-pendek"),
        "questions/posttest.toml": "".join(question(f"pos-{n}") for n in range(5)),
        "media/surat.svg": SVG,
        "media/kalimat.svg": SVG.replace("320", "300"),
    } | changes
    return {path: text.encode() if isinstance(text, str) else text for path, text in files.items() if text is not None}


def zipped(*entries: tuple[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A zip of (name, bytes), names taken as they are."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        for name, data in entries:
            archive.writestr(zipfile.ZipInfo(name), data, compress_type=method)
    return out.getvalue()
