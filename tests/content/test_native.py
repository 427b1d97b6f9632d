"""Course folders: a good one is read whole; every slip that a trainer can make is said in words, with its file."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.content.formats import native
from lms.content.source import Complaint
from lms.core import texts
from tests.content.samples import COURSE, LESSON, SVG, course, question

pytestmark = pytest.mark.pure
FIRST, CHECKS, POSTTEST = "lessons/01-satu-gagasan.md", "questions/01-satu-gagasan.toml", "questions/posttest.toml"
OPTIONS = question("gagasan-a")


def of_type(kind: str, fields: str) -> str:
    """A check file whose only question is of another type."""
    head = question("gagasan-a").split("options")[0].replace('"single"', f'"{kind}"')
    return f"{head}{fields}\n"


FEEDBACK = 'right = "Tepat, sebab begitu."\nwrong = "Belum tepat, sebab begini."'


def test_a_good_course_is_read_whole():
    source = native.read(course())
    assert (source.slug, source.jp, source.review_by.isoformat()) == ("surat-singkat", 0, "2027-11-22")
    assert [(m.number, m.lessons, m.pretest) for m in source.modules] == [
        (1, ("01-satu-gagasan", "02-kalimat-pendek"), "pretest-1")
    ]
    assert [(lesson.number, lesson.key, len(lesson.questions)) for lesson in source.lessons] == [
        (1, "01-satu-gagasan", 2),
        (2, "02-kalimat-pendek", 1),
    ]
    assert {name: len(several) for name, several in source.tests.items()} == {"pretest-1": 2, "posttest": 5}
    [check, _second] = source.lessons[0].questions
    assert (check.purpose, check.name, check.lesson, check.options[0].correct) == (
        "check",
        "01-satu-gagasan",
        "01-satu-gagasan",
        True,
    )
    assert len(list(source.questions)) == 10
    assert source.picture_sizes == {"surat.svg": (320, 200), "kalimat.svg": (300, 200)}
    assert native.complaints(course()) == []


def test_minutes_are_words_pictures_and_questions():
    def minutes(words: int, pictures: int, checks: int) -> int:
        body = LESSON.split("+++\n")[1].replace("Baca ulang satu surat Anda.", "Baca!")
        shown = "\n\n".join(["![Surat](../media/surat.svg)", "![Kalimat](../media/kalimat.svg)"][:pictures])
        files = course(
            **{
                FIRST: f"+++\n{body}+++\n{'kata ' * (words - 1)}\n\n{shown}\n",
                CHECKS: "".join(question(f"c-{n}") for n in range(checks)),
            }
        )
        return native.read(files).lessons[0].minutes_computed

    assert minutes(130, 0, 1) == 2
    assert minutes(780, 0, 1) == 7
    assert minutes(130 * 5, 2, 3) == 9  # 5 + 0.5 + 3, rounded up from the half
    assert minutes(130 * 5, 1, 3) == 8
    assert minutes(2, 0, 1) == 1
    source = native.read(course())
    assert source.minutes_computed == sum(lesson.minutes_computed for lesson in source.lessons) + 5


GOOD_TYPES = {
    "true_false": "answer = false\n" + FEEDBACK,
    "matching": 'pairs = [{ left = "a", right = "1" }, { left = "b", right = "2" }, { left = "c", right = "3" }]\n'
    + FEEDBACK,
    "ordering": 'items = ["satu", "dua", "tiga"]\n' + FEEDBACK,
    "short_text": 'accept = ["UPG", "unit pengendalian gratifikasi"]\n' + FEEDBACK,
    "numeric": 'answer = 30\ntolerance = 0.5\nunit = "hari kerja"\n' + FEEDBACK,
    "multiple": OPTIONS[OPTIONS.index("options") :],
}


@pytest.mark.parametrize("kind", GOOD_TYPES)
def test_every_type_of_question_is_read(kind):
    [asked] = native.read(course(**{CHECKS: of_type(kind, GOOD_TYPES[kind])})).lessons[0].questions
    assert asked.type == kind
    assert asked.options or (asked.right and asked.wrong)
    if kind == "numeric":
        assert (asked.answer, asked.tolerance, asked.unit) == (30.0, 0.5, "hari kerja")


def spoilt(path: str, old: str, new: str) -> dict[str, bytes]:
    """The good course with one text replaced by another in a file."""
    text = course()[path].decode()
    assert old in text
    return course(**{path: text.replace(old, new)})


SLIPS = {
    "no course.toml": (course(**{"course.toml": None}), "course.toml", "missing"),
    "TOML slip": (
        spoilt("course.toml", 'slug = "surat-singkat"', "slug = surat-singkat"),
        "course.toml",
        "Line 2 cannot be read",
    ),
    "TOML slip in a head": (spoilt(FIRST, "level = 1", "level = "), FIRST, "Line 6 cannot be read: level ="),
    "unclosed text": (
        spoilt(POSTTEST, 'text = "Mana yang lebih jelas?"', 'text = """Mana'),
        POSTTEST,
        "cannot be read",
    ),
    "misspelt key": (spoilt("course.toml", "audience", "audiense"), "course.toml", "Did you mean “audience”"),
    "unknown key": (spoilt("course.toml", "jp = 0", "jp = 0\nkredit = 3"), "course.toml", "Known are: format, slug"),
    "missing key": (spoilt(FIRST, 'aim = "Setelah', 'tujuan = "Setelah'), FIRST, "“aim” is missing"),
    "wrong kind": (spoilt("course.toml", "minutes = 8", 'minutes = "8"'), "course.toml", "must be a whole number"),
    "a truth for a number": (spoilt("course.toml", "jp = 0", "jp = true"), "course.toml", "“jp” cannot be used"),
    "level 6": (spoilt(FIRST, "level = 1", "level = 6"), FIRST, "a whole number from 1 to 5"),
    "bad slug": (
        spoilt("course.toml", 'surat-singkat"\ntitle', 'Surat Singkat"\ntitle'),
        "course.toml",
        "lower-case letters",
    ),
    "bad date": (spoilt("course.toml", "2027-11-22", '"besok"'), "course.toml", "a date without quotes"),
    "another language": (spoilt("course.toml", 'language = "id"', 'language = "jv"'), "course.toml", "“id”, “en”"),
    "bad code": (spoilt("course.toml", '"M.3"', '"m3"'), "course.toml", "a competency code"),
    "outcome twice": (
        spoilt("course.toml", "[[module]]", '[[outcome]]\ncompetency = "M.3"\nlevel = 1\ncan = "x"\n\n[[module]]'),
        "course.toml",
        "named twice",
    ),
    "BOM": (course(**{FIRST: b"\xef\xbb\xbf" + LESSON.encode()}), FIRST, "invisible mark"),
    "CRLF": (course(**{FIRST: LESSON.replace("\n", "\r\n")}), FIRST, "CRLF"),
    "not UTF-8": (course(**{FIRST: LESSON.encode() + "café".encode("latin-1")}), FIRST, "not UTF-8"),
    "UTF-16": (course(**{FIRST: LESSON.encode("utf-16")}), FIRST, "not UTF-8"),
    "zero byte": (course(**{FIRST: LESSON + "\0"}), FIRST, "zero bytes"),
    "a text too long": (course(**{FIRST: LESSON + "kata " * 50_000}), FIRST, "larger than 200 kB"),
    "stray file": (course(**{"catatan.docx": "x"}), "catatan.docx", "no place"),
    "capital letters": (course(**{"media/Surat.SVG": SVG}), "media/Surat.SVG", "no place"),
    "lesson not in a module": (course(**{"lessons/03-lain.md": LESSON}), "lessons/03-lain.md", "No module names"),
    "unknown lesson in a module": (
        spoilt("course.toml", '"02-kalimat-pendek"]', '"02-kalimat-panjang"]'),
        "course.toml",
        "There is no file",
    ),
    "lesson twice": (
        spoilt("course.toml", '"02-kalimat-pendek"]', '"02-kalimat-pendek", "01-satu-gagasan"]'),
        "course.toml",
        "twice",
    ),
    "module without lessons": (
        spoilt("course.toml", '["01-satu-gagasan", "02-kalimat-pendek"]', "[]"),
        "course.toml",
        "has no lessons",
    ),
    "lesson without head": (course(**{FIRST: "Rina menulis surat."}), FIRST, "does not begin with its head"),
    "lesson without text": (course(**{FIRST: LESSON[: LESSON.rindex("+++") + 4]}), FIRST, "has no text"),
    "HTML": (spoilt(FIRST, "Rina menulis", "<b>Rina</b> menulis"), FIRST, "Line 10: HTML is refused (<b>)"),
    "HTML block": (spoilt(FIRST, "## Mengapa", "<script>alert(1)</script>\n\n## Mengapa"), FIRST, "HTML is refused"),
    "HTML comment": (spoilt(FIRST, "## Mengapa", "<!-- nanti -->\n\n## Mengapa"), FIRST, "HTML is refused"),
    "HTML in a question": (spoilt(CHECKS, "Mana yang lebih jelas?", "Mana <i>yang</i>?"), CHECKS, "HTML is refused"),
    "HTML in feedback": (spoilt(CHECKS, "Tepat. Satu", "<u>Tepat</u>. Satu"), CHECKS, "HTML is refused"),
    "top heading": (spoilt(FIRST, "## Mengapa", "# Mengapa"), FIRST, "Line 12: a heading with one #"),
    "deep heading": (spoilt(FIRST, "## Mengapa", "#### Mengapa"), FIRST, "headings are ##"),
    "skipped heading": (spoilt(FIRST, "## Mengapa", "### Mengapa"), FIRST, "headings are ##"),
    "script link": (
        spoilt(FIRST, "Rina", "[Rina](javascript:alert(1))"),
        FIRST,
        "is refused. Links begin with https://",
    ),
    "data link": (spoilt(FIRST, "Rina", "[Rina](data:text/html,x)"), FIRST, "Links begin with https://"),
    "relative link": (spoilt(FIRST, "Rina", "[Rina](/studio/)"), FIRST, "Links begin with https://"),
    "link with a sign-in": (
        spoilt(FIRST, "Rina", "[Rina](https://bkn.go.id@palsu.site)"),
        FIRST,
        "Links begin with https://",
    ),
    "picture without words": (spoilt(FIRST, "Surat sebelum dan sesudah disunting", ""), FIRST, "no alternative text"),
    "picture not found": (
        spoilt(FIRST, "media/surat.svg", "media/surat-lama.svg"),
        FIRST,
        "there is no picture media/surat-lama.svg",
    ),
    "picture from elsewhere": (
        spoilt(FIRST, "../media/surat.svg", "https://example.org/a.svg"),
        FIRST,
        "is not in this course",
    ),
    "picture too large": (course(**{"media/surat.svg": SVG + " " * 300_000}), "media/surat.svg", "at most 300 kB"),
    "picture that is none": (
        course(**{"media/surat.svg": None, "media/surat.png": b"GIF89a", FIRST: LESSON.replace(".svg", ".png")}),
        "media/surat.png",
        "not a picture of the kind",
    ),
    "two right answers": (
        spoilt(CHECKS, "correct = false", "correct = true"),
        CHECKS,
        "2 options are marked as correct",
    ),
    "no right answer": (spoilt(CHECKS, "correct = true", "correct = false"), CHECKS, "0 options are marked as correct"),
    "none of several right": (
        course(**{CHECKS: of_type("multiple", GOOD_TYPES["multiple"].replace("true", "false"))}),
        CHECKS,
        "No option is marked",
    ),
    "one option": (
        course(**{CHECKS: of_type("single", 'options = [{ text = "a", correct = true, feedback = "ya begitu lah" }]')}),
        CHECKS,
        "has 1 entries. Write 2 to 6",
    ),
    "same option twice": (spoilt(CHECKS, "Kalimat panjang", "kalimat  pendek"), CHECKS, "holds the same text twice"),
    "no feedback": (
        spoilt(CHECKS, ', feedback = "Tepat. Satu gagasan lebih mudah dibaca."', ""),
        CHECKS,
        "“feedback” is missing",
    ),
    "empty feedback": (
        spoilt(CHECKS, "Tepat. Satu gagasan lebih mudah dibaca.", " "),
        CHECKS,
        "“feedback” cannot be used",
    ),
    "no feedback for a wrong answer": (
        course(**{CHECKS: of_type("true_false", 'answer = true\nright = "Tepat, sebab begitu."')}),
        CHECKS,
        "“wrong” is missing",
    ),
    "unknown type": (spoilt(CHECKS, '"single"', '"essay"'), CHECKS, "“type” cannot be used"),
    "two pairs": (
        course(
            **{
                CHECKS: of_type(
                    "matching", 'pairs = [{ left = "a", right = "1" }, { left = "b", right = "2" }]\n' + FEEDBACK
                )
            }
        ),
        CHECKS,
        "Write 3 to 6",
    ),
    "pairs that match twice": (
        course(**{CHECKS: of_type("matching", GOOD_TYPES["matching"].replace('"3"', '"2"'))}),
        CHECKS,
        "holds the same text twice",
    ),
    "seven items": (
        course(**{CHECKS: of_type("ordering", f"items = {list('abcdefg')}\n".replace("'", '"') + FEEDBACK)}),
        CHECKS,
        "Write 3 to 6",
    ),
    "nothing to accept": (
        course(**{CHECKS: of_type("short_text", "accept = []\n" + FEEDBACK)}),
        CHECKS,
        "Write 1 to 40",
    ),
    "only signs to accept": (
        course(**{CHECKS: of_type("short_text", 'accept = ["?!"]\n' + FEEDBACK)}),
        CHECKS,
        "no letter or digit",
    ),
    "below zero": (
        course(**{CHECKS: of_type("numeric", "answer = 1\ntolerance = -1\n" + FEEDBACK)}),
        CHECKS,
        "below zero",
    ),
    "not a number": (
        course(**{CHECKS: of_type("numeric", "answer = nan\n" + FEEDBACK)}),
        CHECKS,
        "a number without quotes",
    ),
    "id twice in a file": (spoilt(CHECKS, "gagasan-b", "gagasan-a"), CHECKS, "used once in a course"),
    "id twice in a course": (
        spoilt(CHECKS, "gagasan-b", "pos-1"),
        POSTTEST,
        "stands in questions/01-satu-gagasan.toml too",
    ),
    "question of an unknown lesson": (
        course(**{POSTTEST: "".join(question(f"pos-{n}", "09-hilang") for n in range(5))}),
        POSTTEST,
        "There is no lesson “09-hilang”",
    ),
    "check of another lesson": (
        course(**{CHECKS: question("gagasan-a", "02-kalimat-pendek")}),
        CHECKS,
        "It names the lesson",
    ),
    "questions of no lesson": (
        course(**{"questions/07-hilang.toml": question("x")}),
        "questions/07-hilang.toml",
        "There is no lesson",
    ),
    "lesson without check": (course(**{CHECKS: None}), FIRST, "no check question"),
    "no post-test": (course(**{POSTTEST: None}), POSTTEST, "post-test is missing"),
    "short post-test": (course(**{POSTTEST: question("pos-1")}), POSTTEST, "has 1 usable questions"),
    "pre-test missing": (
        course(**{"questions/pretest-1.toml": None}),
        "course.toml",
        "no usable file questions/pretest-1.toml",
    ),
    "pre-test misnamed": (
        spoilt("course.toml", '"pretest-1"', '"pretest-2"'),
        "course.toml",
        "must be called “pretest-1”",
    ),
    "pre-test of nobody": (
        course(**{"questions/pretest-2.toml": question("pra-z")}),
        "questions/pretest-2.toml",
        "No module uses",
    ),
    "JP too high": (spoilt("course.toml", "jp = 0", "jp = 1"), "course.toml", "claims 1 JP"),
}


@pytest.mark.parametrize("files, file, says", SLIPS.values(), ids=SLIPS.keys())
def test_a_slip_is_said_with_its_file(files, file, says):
    found = native.complaints(files)
    assert [c for c in found if c.file == file and says in c.says and not c.warning], [str(c) for c in found]
    with pytest.raises(native.CourseHasErrors) as refusal:
        native.read(files)
    assert any(says in c.says for c in refusal.value.complaints)
    assert "Nothing was imported" in str(refusal.value)


def test_a_pretest_asks_only_about_its_own_module():
    toml = (
        COURSE.replace(', "02-kalimat-pendek"]', "]")
        + '\n[[module]]\ntitle = "Lagi"\nlessons = ["02-kalimat-pendek"]\n'
    )
    [wrong, note] = native.complaints(course(**{"course.toml": toml}))
    assert (wrong.file, wrong.where, wrong.warning) == ("questions/pretest-1.toml", "pra-b", False)
    assert (note.where, note.warning) == ("[[module]] 2", True)


@pytest.mark.parametrize(
    "files, file, says",
    [
        (spoilt("course.toml", "minutes = 8", "minutes = 40"), "course.toml", "40 minutes are claimed and 8 computed"),
        (spoilt("course.toml", "minutes = 8", "minutes = 3"), "course.toml", "less than half of the 8"),
        (spoilt(FIRST, "minutes = 1", "minutes = 9"), FIRST, "9 minutes are claimed"),
        (course(**{"media/lain.svg": SVG}), "media/lain.svg", "No lesson shows"),
        (spoilt(CHECKS, "Tepat. Satu gagasan lebih mudah dibaca.", "Benar."), CHECKS, "does not say why"),
        (spoilt("course.toml", "level = 1\ncan", "level = 2\ncan"), "course.toml", "no question of the post-test asks"),
        (
            spoilt("course.toml", 'pretest = "pretest-1"', "") | {"questions/pretest-1.toml": b""},
            "questions/pretest-1.toml",
            "",
        ),
    ],
)
def test_what_could_be_better_is_said_too(files, file, says):
    files = {path: data for path, data in files.items() if data}
    found = native.complaints(files)
    assert found and all(c.warning for c in found), [str(c) for c in found]
    assert [c for c in found if says in c.says]
    assert native.read(files).warnings == tuple(c for c in native.read(files).warnings if c.warning) != ()


def test_every_complaint_is_said_in_both_languages():
    for files, _file, _says in SLIPS.values():
        for complaint in native.complaints(files):
            english = complaint.says
            with texts.speak("id"):
                assert complaint.says != english, english
                assert "%(" not in complaint.says


@given(st.sampled_from(sorted(course())), st.data())
def test_a_damaged_course_is_told_and_never_crashes(path, data):
    text = course()[path]
    at = data.draw(st.integers(0, len(text)))
    put = data.draw(
        st.one_of(
            st.binary(max_size=8), st.sampled_from([b"<", b"[[", b'"""', b"\n\n", b"|", b"![](", b"+++\n", b"= ="])
        )
    )
    files = course(**{path: text[:at] + put + text[at + data.draw(st.integers(0, 8)) :]})
    found = native.complaints(files)
    assert all(isinstance(c, Complaint) and c.says for c in found)
    try:
        native.read(files)
    except native.CourseHasErrors:
        assert any(not c.warning for c in found)
