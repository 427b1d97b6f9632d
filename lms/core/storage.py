"""Files, known by their content: the same bytes are kept once, and a name can never point elsewhere."""

import hashlib
import os
import tempfile
from pathlib import Path

_root: list[Path] = []


def keep_in(folder: Path) -> None:
    """Keep files below `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    _root[:] = [folder]


def path(digest: str) -> Path:
    """Where the file with this SHA-256 (64 hex digits) is; raises ValueError for anything else."""
    if len(digest) != 64 or not all(c in "0123456789abcdef" for c in digest):
        raise ValueError(f"not a SHA-256: {digest!r}")
    return _root[0] / digest[:2] / digest[2:]


def put(data: bytes) -> str:
    """Keep `data` and return its SHA-256; whole or not at all, also when the power goes."""
    digest = hashlib.sha256(data).hexdigest()
    place = path(digest)
    if place.exists():
        return digest
    place.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=place.parent)
    with os.fdopen(handle, "wb") as out:
        out.write(data)
        out.flush()
        os.fsync(out.fileno())
    os.replace(name, place)
    return digest


def read(digest: str) -> bytes:
    """The bytes with this SHA-256; raises FileNotFoundError."""
    return path(digest).read_bytes()
