"""Zips: good ones come in whole, bad ones are refused in words, quickly, and without filling the memory."""

import io
import resource
import stat
import struct
import time
import tracemalloc
import warnings
import zipfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lms.content import unpack
from lms.content.errors import ArchiveTooLarge, NotAnArchive, UnsafeArchive
from lms.core.errors import Problem
from tests.content.samples import course, zipped

pytestmark = pytest.mark.pure
EOCD = b"PK\x05\x06"


def info(name: str, mode: int = 0, method: int = zipfile.ZIP_DEFLATED) -> zipfile.ZipInfo:
    """An entry with this name and file mode."""
    made = zipfile.ZipInfo(name)
    made.external_attr, made.create_system, made.compress_type = mode << 16, 3, method
    return made


def written(*entries: tuple[zipfile.ZipInfo, bytes]) -> bytes:
    """A zip of entries made by hand."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for entry, data in entries:
            archive.writestr(entry, data)
    return out.getvalue()


def patched(data: bytes, signature: bytes, offset: int, value: bytes, which: int = 0) -> bytes:
    """`data` with bytes replaced, counted from the record that begins with `signature`."""
    at = -1
    for _n in range(which + 1):
        at = data.index(signature, at + 1)
    return data[: at + offset] + value + data[at + offset + len(value) :]


def flagged(bit: int) -> bytes:
    """A zip whose only file has a flag set, in both of its headers."""
    data = zipped(("course.toml", b"x"))
    return patched(patched(data, b"PK\x03\x04", 6, struct.pack("<H", bit)), b"PK\x01\x02", 8, struct.pack("<H", bit))


def overlapping() -> bytes:
    """Many names that all point to the same compressed megabyte: 50 kB that would become a gigabyte."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a00", b"\0" * 900_000)
    one = out.getvalue()
    start = one.index(b"PK\x01\x02")
    body, record = one[:start], one[start : one.index(EOCD)]
    records = b"".join(record.replace(b"a00", b"a%02d" % n) for n in range(100))
    return body + records + EOCD + struct.pack("<4H2LH", 0, 0, 100, 100, len(records), len(body), 0)


def lying(size: int) -> bytes:
    """A zip whose headers say another size than the file has."""
    data = zipped(("course.toml", b"a" * 100))
    return patched(
        patched(data, b"PK\x03\x04", 22, struct.pack("<L", size)), b"PK\x01\x02", 24, struct.pack("<L", size)
    )


def doubled() -> bytes:
    """Two files of one name."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return zipped(("course.toml", b"1"), ("course.toml", b"2"))


def nul() -> bytes:
    """A name with a zero byte in it, which zipfile itself would cut short."""
    return zipped(("course.tomlX.exe", b"1")).replace(b"course.tomlX.exe", b"course.toml\0.exe")


def zip64() -> bytes:
    """A zip with 64-bit sizes that is otherwise honest."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive, archive.open("course.toml", "w", force_zip64=True) as entry:
        entry.write(b"format = 1")
    return out.getvalue()


REFUSED = {
    "slip": (zipped(("../../etc/passwd", b"x")), UnsafeArchive),
    "slip in the middle": (zipped(("lessons/../../x.md", b"x")), UnsafeArchive),
    "slip by backslash": (zipped(("..\\..\\x.md", b"x")), UnsafeArchive),
    "backslash": (zipped(("lessons\\x.md", b"x")), UnsafeArchive),
    "absolute": (zipped(("/etc/passwd", b"x")), UnsafeArchive),
    "network path": (zipped(("\\\\host\\share\\x", b"x")), UnsafeArchive),
    "drive letter": (zipped(("C:/x.md", b"x")), UnsafeArchive),
    "stream of a file": (zipped(("course.toml:hidden", b"x")), UnsafeArchive),
    "dot segment": (zipped(("./course.toml", b"x")), UnsafeArchive),
    "empty segment": (zipped(("lessons//x.md", b"x")), UnsafeArchive),
    "device name": (zipped(("lessons/con.md", b"x")), UnsafeArchive),
    "trailing dot": (zipped(("lessons/x.md.", b"x")), UnsafeArchive),
    "trailing space": (zipped(("lessons/x.md ", b"x")), UnsafeArchive),
    "control character": (zipped(("lessons/x\n.md", b"x")), UnsafeArchive),
    "NUL name": (nul(), UnsafeArchive),
    "long name": (zipped(("a" * 200, b"x")), UnsafeArchive),
    "symlink": (written((info("media/x.svg", stat.S_IFLNK | 0o777), b"/etc/passwd")), UnsafeArchive),
    "device": (written((info("media/x.svg", stat.S_IFCHR | 0o666), b"")), UnsafeArchive),
    "overlap": (overlapping(), UnsafeArchive),
    "nested by name": (zipped(("media/inner.zip", b"x")), UnsafeArchive),
    "nested by content": (zipped(("media/inner.svg", zipped(("x", b"x")))), UnsafeArchive),
    "size said too small": (lying(10), NotAnArchive),
    "size said too large": (lying(100_000), UnsafeArchive),
    "encrypted": (flagged(0x1), UnsafeArchive),
    "strongly encrypted": (flagged(0x41), UnsafeArchive),
    "bzip2": (zipped(("course.toml", b"x" * 100), method=zipfile.ZIP_BZIP2), UnsafeArchive),
    "duplicate names": (doubled(), UnsafeArchive),
    "names differing in case": (zipped(("course.toml", b"1"), ("Course.toml", b"2")), UnsafeArchive),
    "names differing in composition": (zipped(("caf\u00e9", b"1"), ("cafe\u0301", b"2")), UnsafeArchive),
    "a file that is also a folder": (zipped(("media", b"1"), ("media/x.svg", b"2")), UnsafeArchive),
    "no entries": (zipped(), NotAnArchive),
    "only folders": (zipped(("media/", b"")), NotAnArchive),
    "501 files": (zipped(*((f"lessons/{n}.md", b"x") for n in range(501))), ArchiveTooLarge),
    "a swelling file": (zipped(("a.md", b"\0" * 5_000_000)), UnsafeArchive),
    "too much in all": (
        zipped(*((f"{n}.md", bytes(range(256)) * 4_000) for n in range(30)), method=zipfile.ZIP_STORED),
        ArchiveTooLarge,
    ),
    "swelling in many parts": (zipped(*((f"{n}.md", b"\0" * 990_000) for n in range(30))), ArchiveTooLarge),
    "not a zip": (b"%PDF-1.7 hello", NotAnArchive),
    "nothing": (b"", NotAnArchive),
    "cut off": (unpack.pack(course())[:-40], NotAnArchive),
    "a program in front": (b"MZ" + unpack.pack(course()), NotAnArchive),
    "name not what it is inside": (patched(zipped(("course.toml", b"x")), b"PK\x03\x04", 30, b"COURSE"), NotAnArchive),
    "offset beyond the end": (
        patched(zipped(("course.toml", b"x")), b"PK\x01\x02", 42, b"\xff\xff\xff\x7f"),
        NotAnArchive,
    ),
    "broken UTF-8 name": (patched(flagged(0x800), b"PK\x01\x02", 46, b"\xff\xfe"), NotAnArchive),
}


@pytest.mark.parametrize("data, problem", REFUSED.values(), ids=REFUSED.keys())
def test_a_bad_zip_is_refused_in_words(data, problem):
    with pytest.raises(Problem) as refusal:
        unpack.unpack(data)
    assert type(refusal.value) is problem
    assert refusal.value.status in (400, 413)
    assert "%(" not in str(refusal.value) and "Nothing was stored" in str(refusal.value)


def test_refusing_costs_little():
    million = b"PK\x03\x04" + b"PK\x01\x02" * 1_000_000
    tracemalloc.start()
    for data in (overlapping(), REFUSED["swelling in many parts"][0], REFUSED["a swelling file"][0], million):
        started = time.perf_counter()
        with pytest.raises(Problem):
            unpack.unpack(data)
        assert time.perf_counter() - started < 2
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 64_000_000
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss < 2_000_000


def test_a_course_comes_in_whole_with_or_without_its_top_folder():
    files = course()
    inside = zipped(*((f"surat-singkat/{path}", data) for path, data in files.items()))
    by_mac = zipped(
        *((f"surat-singkat/{path}", data) for path, data in files.items()),
        ("__MACOSX/surat-singkat/._course.toml", b"\0\5"),
        ("surat-singkat/.DS_Store", b"\0"),
    )
    assert unpack.unpack(unpack.pack(files)) == unpack.unpack(inside) == unpack.unpack(by_mac) == files
    assert unpack.unpack(zip64()) == {"course.toml": b"format = 1"}


def test_old_names_are_read_as_utf8_or_code_page_437():
    utf8_unmarked = zipped(("caf__.md", b"x")).replace(b"caf__", "café".encode())
    dos = zipped(("caf_.md", b"x")).replace(b"caf_", "café".encode("cp437"))
    assert list(unpack.unpack(utf8_unmarked)) == list(unpack.unpack(dos)) == ["café.md"]


@given(
    st.dictionaries(
        st.from_regex(r"[a-z0-9]{1,8}/[a-z0-9]{1,8}\.md", fullmatch=True),
        st.binary(max_size=300).filter(lambda data: not data.startswith(b"PK\x03\x04")),
        min_size=2,
    ).filter(lambda f: len({p.split("/")[0] for p in f}) > 1)
)
def test_what_is_packed_comes_out_the_same_and_packs_the_same(files):
    packed = unpack.pack(files)
    assert unpack.unpack(packed) == files
    assert unpack.pack(dict(reversed(list(files.items())))) == packed


@given(st.data())
def test_a_damaged_zip_never_crashes(data):
    good = unpack.pack(course())
    at = data.draw(st.integers(0, len(good) - 1))
    bad = good[:at] + bytes([data.draw(st.integers(0, 255))]) + good[at + 1 :]
    try:
        assert set(unpack.unpack(bad).values()) <= set(course().values())
    except Problem:
        pass


def test_a_folder_is_read_without_links_and_hidden_files(tmp_path: Path):
    unpack.to_folder(course(), tmp_path / "surat-singkat")
    (tmp_path / "surat-singkat" / ".git").mkdir()
    (tmp_path / "surat-singkat" / ".git" / "config").write_text("x")
    assert unpack.from_folder(tmp_path / "surat-singkat") == course()
    with pytest.raises(FileExistsError):
        unpack.to_folder(course(), tmp_path / "surat-singkat")
    (tmp_path / "surat-singkat" / "media" / "link.svg").symlink_to("/etc/passwd")
    with pytest.raises(UnsafeArchive):
        unpack.from_folder(tmp_path / "surat-singkat")
