"""Files, known by their content: the same bytes are kept once, and a name can never point elsewhere.

A file belongs to nobody by itself: rows name it. What no row names any more is let go, or found by `unnamed`.
"""

import hashlib
import os
import tempfile
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime, timedelta
from pathlib import Path

from lms.core import clock

SETTLES = timedelta(minutes=1)
"""How long whoever has put a file has to commit the row that names it, before `let_go` takes it away."""
_root: list[Path] = []
_naming: list[Callable[[], Iterable[str]]] = []


def keep_in(folder: Path) -> None:
    """Keep files below `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    _root[:] = [folder]


def named_by(naming: Sequence[Callable[[], Iterable[str]]]) -> None:
    """Who names files: each tells the SHA-256 of all that its rows name (see `lms.wiring`)."""
    _naming[:] = naming


def path(digest: str) -> Path:
    """Where the file with this SHA-256 (64 hex digits) is; raises ValueError for anything else."""
    if len(digest) != 64 or not all(c in "0123456789abcdef" for c in digest):
        raise ValueError(f"not a SHA-256: {digest!r}")
    return _root[0] / digest[:2] / digest[2:]


def put(data: bytes) -> str:
    """Keep `data` and return its SHA-256; whole or not at all, also when the power goes."""
    digest = hashlib.sha256(data).hexdigest()
    place = path(digest)
    try:
        _mark(place)  # it is wanted again: nobody may let it go before there is the row that will name it
    except FileNotFoundError:
        place.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=place.parent)
        with os.fdopen(handle, "wb") as out:
            out.write(data)
            out.flush()
            os.fsync(out.fileno())
        _mark(Path(name))
        os.replace(name, place)
    _sync(place.parent)  # where it was there too: whoever wrote it may not have come so far
    return digest


def read(digest: str) -> bytes:
    """The bytes with this SHA-256; raises FileNotFoundError."""
    return path(digest).read_bytes()


def remove(digest: str) -> None:
    """There is no such file any more, whoever names it; harmless where there was none."""
    path(digest).unlink(missing_ok=True)


def let_go(digests: Iterable[str]) -> None:
    """Of these files, those that nothing names any more are gone; one that was just put again stays."""
    named = _named()
    for digest in set(digests) - named:
        discard(path(digest), clock.now() - SETTLES)


def unnamed(before: datetime) -> list[Path]:
    """The files that nothing names, and what half-written ones left, if they were last put before this moment."""
    named = {path(digest) for digest in _named()}
    return [
        place for place in sorted(_root[0].glob("??/*")) if place not in named and _put_at(place) < before.timestamp()
    ]


def discard(place: Path, before: datetime) -> bool:
    """Whether the file is gone: it is if it was last put before this moment, also while others put it again."""
    aside = place.with_name(f"{place.name}.gone")
    try:
        os.rename(place, aside)  # from now on who puts it writes it anew
    except FileNotFoundError:
        return False
    stays = _put_at(aside) >= before.timestamp()
    if stays:
        os.replace(aside, place)
    else:
        aside.unlink()
    return not stays


def _named() -> set[str]:
    if not _naming:
        raise RuntimeError("nobody has said what names files: lms.wiring is not connected")
    return {digest for naming in _naming for digest in naming()}


def _mark(place: Path) -> None:
    """The file was put now."""
    now = clock.now().timestamp()
    os.utime(place, (now, now))


def _put_at(place: Path) -> float:
    """When the file was last put, in seconds since 1970; of one that is gone, never."""
    try:
        return place.stat().st_mtime
    except FileNotFoundError:
        return float("inf")


def _sync(folder: Path) -> None:
    """The names in `folder`, and its own, outlive a power cut: a row must never name a file that is gone."""
    for one in (folder, folder.parent):
        handle = os.open(one, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
