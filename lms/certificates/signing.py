"""Signing: one canonical form, Ed25519 over it, and keys that stay checkable. Knows no database and no web.

A file that verifies carries {"asah": "certificate", "payload": {...}, "signature": "...", "key_id": "..."}; the PDF has
it as an attached file, so that one document is enough to check, and no connection is needed.
"""

import base64
import binascii
import hashlib
import json
import os
import re
import zlib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)

from lms.certificates.errors import KeyIsUnreadable

KIND = "certificate"
MOST = 1_000_000
"""Bytes of one stream of a PDF that are looked at."""
_STREAM = re.compile(rb"stream\r?\n(.*?)\r?\n?endstream", re.DOTALL)


def canonical(payload: Mapping[str, Any]) -> bytes:
    """The one form of `payload` that is signed: JSON with sorted keys, no spaces, UTF-8, no floating point."""
    return json.dumps(payload, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False).encode()


def to_text(data: bytes) -> str:
    """Bytes in base64url without padding."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def from_text(text: str) -> bytes:
    """The bytes of a base64url text; raises ValueError for any other spelling than the one that `to_text` gives."""
    try:
        data = base64.b64decode(text.encode() + b"=" * (-len(text) % 4), altchars=b"-_", validate=True)
    except (binascii.Error, UnicodeEncodeError) as error:
        raise ValueError(str(error)) from None
    if to_text(data) != text:
        raise ValueError("not the one spelling of these bytes")
    return data


def public_of(key: Ed25519PrivateKey) -> str:
    """The public half, 32 bytes in base64url."""
    return to_text(key.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw))


def id_of(public: str) -> str:
    """The name of a key: the first 16 hex digits of SHA-256 over its 32 public bytes."""
    return hashlib.sha256(from_text(public)).hexdigest()[:16]


@cache
def private_key(place: Path) -> Ed25519PrivateKey:
    """The key in the PEM file `place`; raises KeyIsUnreadable."""
    try:
        key = load_pem_private_key(place.read_bytes(), password=None)
    except (OSError, ValueError, TypeError):
        raise KeyIsUnreadable from None
    if not isinstance(key, Ed25519PrivateKey):
        raise KeyIsUnreadable
    return key


def make_key(place: Path) -> None:
    """A key is in `place`, for its owner only to read; one that is there stays, also when two make it at once."""
    if place.exists():
        return
    pem = Ed25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    place.parent.mkdir(parents=True, exist_ok=True)
    draft = place.with_name(f"{place.name}.{os.getpid()}.{os.urandom(4).hex()}")
    with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
        out.write(pem)
        out.flush()
        os.fsync(out.fileno())
    try:
        os.link(draft, place)  # whole or not at all, and never over another
    except FileExistsError:
        pass
    finally:
        draft.unlink()


def sign(payload: Mapping[str, Any], key: Ed25519PrivateKey) -> str:
    """The signature over the canonical payload (Ed25519, RFC 8032), in base64url."""
    return to_text(key.sign(canonical(payload)))


def genuine(payload: Mapping[str, Any], signature: str, public: str) -> bool:
    """Whether this key signed exactly this payload."""
    try:
        Ed25519PublicKey.from_public_bytes(from_text(public)).verify(from_text(signature), canonical(payload))
    except (InvalidSignature, ValueError, TypeError, RecursionError):
        return False
    return True


def holder_digest(private: Mapping[str, str]) -> str:
    """What ties the holder's own data to the payload and does not tell them: salted SHA-256."""
    fields = [private["salt"], private["nip"], private["birth_place"], private["birth_date"]]
    return hashlib.sha256(canonical({"holder": fields})).hexdigest()


def packed(payload: Mapping[str, Any], private: Mapping[str, str], signature: str, key_id: str) -> bytes:
    """The file that travels inside the PDF."""
    return canonical({"asah": KIND, "payload": payload, "private": private, "signature": signature, "key_id": key_id})


def unpacked(data: bytes) -> dict[str, Any] | None:
    """What `packed` made, from the file itself or from a PDF that carries it; None where there is none."""
    if data.startswith(b"%PDF"):
        for found in _STREAM.finditer(data):
            inner = unpacked(_inflated(found[1]))
            if inner is not None:
                return inner
        return None
    if not data.lstrip().startswith(b"{"):
        return None
    try:
        value = json.loads(data)
    except (ValueError, RecursionError):
        return None
    whole = isinstance(value, dict) and value.get("asah") == KIND and isinstance(value.get("payload"), dict)
    return value if whole and isinstance(value.get("signature"), str) else None


def _inflated(data: bytes) -> bytes:
    try:
        return zlib.decompressobj().decompress(data, MOST)
    except zlib.error:
        return data[:MOST]


def holder_fits(found: Mapping[str, Any]) -> bool:
    """Whether the holder's own data in an unpacked file are those that were tied to the payload."""
    private = found.get("private")
    try:
        return isinstance(private, dict) and holder_digest(private) == found["payload"].get("holder")
    except (KeyError, TypeError, ValueError):
        return False
