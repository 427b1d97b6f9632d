"""Zip archives and folders in and out, safely: nothing is written while reading, and sizes are what was really read."""

import io
import stat
import struct
import unicodedata
import zipfile
import zlib
from pathlib import Path

from lms.content.errors import ArchiveTooLarge, NotAnArchive, UnsafeArchive
from lms.core.texts import N_, _

MOST_FILES = 500
MOST_OCTETS = 20_000_000
MOST_RATIO = 200
FREE_OCTETS = 1_000_000
"""Below this many bytes a file may be as compressible as it likes."""
LEFT_BEHIND = ("__MACOSX/", ".DS_Store", "Thumbs.db", "desktop.ini")
"""What file managers leave in folders: ignored."""
DEVICES = {"con", "prn", "aux", "nul"} | {f"{port}{n}" for port in ("com", "lpt") for n in range(1, 10)}
ARCHIVES = (".zip", ".gz", ".tgz", ".bz2", ".xz", ".7z", ".rar", ".tar", ".jar")
ENCRYPTED = 0x1 | 0x40 | 0x2000
CHUNK = 65536

ABSOLUTE = N_("it names a place outside the folder.")
ODD_NAME = N_("its name cannot be used on every computer.")
LINK = N_("it is a link or a device, not a file.")
TWICE = N_("two files have this name, or names that differ only in capital letters.")
LOCKED = N_("it is protected by a password.")
NESTED = N_("it is an archive inside the archive.")
METHOD = N_("it is compressed in an unusual way.")
OVERLAP = N_("its data overlaps another file's.")
SWELLS = N_("it swells beyond measure when unpacked.")
LIES = N_("its size is not what the archive says.")


def _refuse(name: str, reason: str) -> UnsafeArchive:
    shown = "".join(c if c.isprintable() else "?" for c in name)
    return UnsafeArchive(name=shown[:80], reason=_(reason))


def unpack(data: bytes) -> dict[str, bytes]:
    """The files of a zip by path, its one top folder (if it has one) taken off.

    Raises NotAnArchive, UnsafeArchive or ArchiveTooLarge; costs at most MOST_OCTETS of memory beside `data`, whatever
    the archive claims.
    """
    too_large = ArchiveTooLarge(files=MOST_FILES, size=MOST_OCTETS // 1_000_000)
    if not data.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        raise NotAnArchive
    if len(data) > MOST_OCTETS or data.count(b"PK\x01\x02") > 4 * MOST_FILES:
        raise too_large
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            entries = _checked(archive, data)
            if len(entries) > MOST_FILES:
                raise too_large
            files, room = {}, MOST_OCTETS
            for name, entry in entries:
                content = _content(archive, name, entry, room)
                if content is None:
                    raise too_large
                room -= len(content)
                files[name] = content
    except (
        zipfile.BadZipFile,
        zlib.error,
        EOFError,
        NotImplementedError,
        RuntimeError,
        ValueError,
        OverflowError,
        struct.error,
        IndexError,
    ) as error:
        raise NotAnArchive from error
    if not files:
        raise NotAnArchive
    return _without_top_folder(files)


def _checked(archive: zipfile.ZipFile, data: bytes) -> list[tuple[str, zipfile.ZipInfo]]:
    """The archive's files with clean names, once everything that its directory says has been looked at."""
    seen: set[str] = set()
    entries = []
    end = 0
    for entry in sorted(archive.infolist(), key=lambda e: e.header_offset):
        name = _clean_name(entry)
        mode = entry.external_attr >> 16
        if stat.S_IFMT(mode) not in (0, stat.S_IFREG, stat.S_IFDIR):
            raise _refuse(name, LINK)
        if entry.flag_bits & ENCRYPTED:
            raise _refuse(name, LOCKED)
        if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise _refuse(name, METHOD)
        if entry.header_offset < end:
            raise _refuse(name, OVERLAP)
        name_length, extra_length = struct.unpack("<HH", data[entry.header_offset + 26 : entry.header_offset + 30])
        end = entry.header_offset + 30 + name_length + extra_length + entry.compress_size
        if end > archive.start_dir:
            raise _refuse(name, OVERLAP)
        key = unicodedata.normalize("NFC", name).casefold().rstrip("/")
        if key in seen:
            raise _refuse(name, TWICE)
        seen.add(key)
        if name.endswith("/") or name.startswith(LEFT_BEHIND[0]) or name.split("/")[-1] in LEFT_BEHIND:
            continue
        entries.append((name, entry))
    folders = {"/".join(name.split("/")[:depth]) for name, _entry in entries for depth in range(1, name.count("/") + 1)}
    for name, _entry in entries:
        if name in folders:
            raise _refuse(name, TWICE)
    return sorted(entries)


def _clean_name(entry: zipfile.ZipInfo) -> str:
    """The entry's name, if it stays inside the folder on every system.

    A name not marked as UTF-8 is tried as that first, then taken as code page 437 (APPNOTE.TXT, appendix D).
    """
    name = entry.orig_filename
    if not entry.flag_bits & 0x800:
        try:
            name = name.encode("cp437").decode("utf-8")
        except UnicodeError:
            pass
    if name.startswith(("/", "\\")) or name[1:2] == ":" or ".." in name.replace("\\", "/").split("/"):
        raise _refuse(name, ABSOLUTE)
    parts = name.removesuffix("/").split("/")
    for part in parts:
        if (
            part in ("", ".")
            or part != part.strip()
            or part.endswith(".")
            or len(part) > 150
            or len(name) > 400
            or any(ord(c) < 32 or ord(c) == 127 or c in '\\:*?"<>|' or 0xD800 <= ord(c) < 0xE000 for c in part)
            or part.split(".")[0].casefold() in DEVICES
        ):
            raise _refuse(name, ODD_NAME)
    return name


def _content(archive: zipfile.ZipFile, name: str, entry: zipfile.ZipInfo, room: int) -> bytes | None:
    """The bytes of one file, counted as they come; None when they are more than `room`."""
    found = bytearray()
    limit = max(FREE_OCTETS, entry.compress_size * MOST_RATIO)
    with archive.open(entry) as source:
        while chunk := source.read(CHUNK):
            found += chunk
            if len(found) > room:
                return None
            if len(found) > limit:
                raise _refuse(name, SWELLS)
    if len(found) != entry.file_size:
        raise _refuse(name, LIES)
    if name.casefold().endswith(ARCHIVES) or found.startswith(b"PK\x03\x04"):
        raise _refuse(name, NESTED)
    return bytes(found)


def _without_top_folder(files: dict[str, bytes]) -> dict[str, bytes]:
    tops = {path.split("/")[0] for path in files}
    if "course.toml" in files or len(tops) != 1 or any("/" not in path for path in files):
        return files
    return {path.split("/", 1)[1]: content for path, content in files.items()}


def pack(files: dict[str, bytes]) -> bytes:
    """A zip of `files`; the same files give the same bytes."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for path in sorted(files):
            entry = zipfile.ZipInfo(path, (1980, 1, 1, 0, 0, 0))
            entry.compress_type, entry.create_system, entry.external_attr = zipfile.ZIP_DEFLATED, 3, 0o100644 << 16
            archive.writestr(entry, files[path], compresslevel=9)
    return out.getvalue()


def from_folder(folder: Path) -> dict[str, bytes]:
    """The files below `folder` by path, under the same limits as a zip; hidden files are left out, links refused."""
    files: dict[str, bytes] = {}
    room = MOST_OCTETS
    for place in sorted(folder.rglob("*")):
        path = place.relative_to(folder).as_posix()
        if any(part.startswith(".") for part in path.split("/")) or place.name in LEFT_BEHIND:
            continue
        if place.is_symlink() or not (place.is_file() or place.is_dir()):
            raise _refuse(path, LINK)
        if place.is_dir():
            continue
        room -= place.stat().st_size
        if room < 0 or len(files) == MOST_FILES:
            raise ArchiveTooLarge(files=MOST_FILES, size=MOST_OCTETS // 1_000_000)
        files[path] = place.read_bytes()
    return files


def to_folder(files: dict[str, bytes], folder: Path) -> None:
    """`folder` holds exactly `files`; raises FileExistsError when something is there already."""
    folder.mkdir(parents=True, exist_ok=True)
    if any(folder.iterdir()):
        raise FileExistsError(folder)
    for path, content in files.items():
        place = folder / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(content)
