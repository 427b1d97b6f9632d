"""What a browser sends, as the files of a course folder: a zip, or its files one by one. Both pass one gate."""

from collections.abc import Iterable
from typing import BinaryIO

from lms.content import unpack
from lms.content.errors import ArchiveTooLarge, UnsafeArchive
from lms.core.texts import _

TOO_LARGE = ArchiveTooLarge(files=unpack.MOST_FILES, size=unpack.MOST_OCTETS // 1_000_000)


def of_zip(stream: BinaryIO) -> dict[str, bytes]:
    """The files of the zip; never reads more than a course may have."""
    data = stream.read(unpack.MOST_OCTETS + 1)
    if len(data) > unpack.MOST_OCTETS:
        raise TOO_LARGE
    return unpack.unpack(data)


def of_folder(parts: Iterable[tuple[str, BinaryIO]]) -> dict[str, bytes]:
    """The files of a folder, given as (path, content); hidden files are left out.

    They are packed and unpacked, so that no path or file comes in by this door that a zip could not bring.
    """
    files: dict[str, bytes] = {}
    room = unpack.MOST_OCTETS
    for path, stream in parts:
        if any(part.startswith(".") and part != ".." for part in path.split("/")):
            continue
        if path in files:
            raise UnsafeArchive(name=path[:80], reason=_(unpack.TWICE))
        data = stream.read(room + 1)
        room -= len(data)
        if room < 0 or len(files) == unpack.MOST_FILES:
            raise TOO_LARGE
        files[path] = data
    return unpack.unpack(unpack.pack(files)) if files else {}
