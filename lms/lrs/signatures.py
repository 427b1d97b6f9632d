"""Signed statements: whether a JSON web signature is well formed and speaks of its statement (1.0.3 Data 2.6). Pure.

It says that nothing was damaged or mixed up, never who signed: every key in a message is the sender's own word. So no
address in it is followed, no chain is built, and nothing of it becomes an identity.
"""

import binascii
import re
from base64 import b64decode, urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass
from typing import Any

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from cryptography.hazmat.primitives.hashes import SHA256, SHA384, SHA512, HashAlgorithm
from cryptography.x509 import load_der_x509_certificate

from lms.lrs import comparison, strictjson
from lms.lrs.errors import InvalidStatement
from lms.lrs.validation import SIGNATURE, check_statement
from lms.lrs.versions import Version

ALGORITHMS: dict[str, HashAlgorithm] = {"RS256": SHA256(), "RS384": SHA384(), "RS512": SHA512()}
"""The standard names these and no others."""
MOST_OCTETS = 4_000_000
"""Of a JWS."""
KEY_BITS = range(1024, 8193)
"""Of an RSA key. RFC 7518 wants 2048; the standard's own example has 1024, and no trust rests on it."""
_JWS = re.compile(rb"([A-Za-z0-9_-]++)\.([A-Za-z0-9_-]++)\.([A-Za-z0-9_-]++)")


class NotSigned(ValueError):
    """The octets are no signature of the statement; the message says why."""


@dataclass(frozen=True)
class Signature:
    """What a JWS in compact serialization says."""

    algorithm: str
    payload: Any
    """The parsed JSON that was signed."""
    certified: bool
    """Whether it brought a certificate, to whose key it was held."""


def read(content: bytes) -> Signature:
    """The JWS in `content`; raises NotSigned, and never anything else.

    Where its header has x5c, the signature is one by the key of the first certificate (RFC 7515, 4.1.6, 5.2).
    """
    found = _JWS.fullmatch(content) if len(content) <= MOST_OCTETS else None
    if found is None:
        raise NotSigned("it is not a JWS in compact serialization")
    raw_header, raw_payload, signature = (_decoded(part) for part in found.groups())
    header, payload = _json(raw_header, "header"), _json(raw_payload, "payload")
    if not isinstance(header, dict):
        raise NotSigned("its header is no JSON object")
    algorithm = header.get("alg")
    if not isinstance(algorithm, str) or algorithm not in ALGORITHMS:
        raise NotSigned(f"its alg must be one of {', '.join(ALGORITHMS)}")
    if "crit" in header or "b64" in header:
        raise NotSigned("its header asks for an extension (crit, b64) that is not spoken here")
    if "x5c" in header:
        try:
            _key(header["x5c"]).verify(signature, content[: found.end(2)], PKCS1v15(), ALGORITHMS[algorithm])
        except InvalidSignature:
            raise NotSigned("the signature is not one by the key of its x5c certificate") from None
    return Signature(algorithm, payload, "x5c" in header)


def check(content: bytes, statement: dict[str, Any] | None, path: str, version: Version) -> None:
    """`content` is a signature of `statement` (valid); else InvalidStatement for the attachment at `path`.

    None, for a signature that stands in a SubStatement: it has to sign a statement, whichever.
    """
    clause = "xAPI 1.0.3 Data 2.6"
    try:
        payload = read(content).payload
    except NotSigned as error:
        raise InvalidStatement(path, f"is no signature: {error}", clause) from None
    try:
        check_statement(payload, "", version)
    except InvalidStatement as error:
        problem = f"signs what is no statement: {error.params['path']} {error.params['problem']}"
        raise InvalidStatement(path, problem, f"{clause}; {error.params['clause']}") from None
    if statement is not None and not _same(payload, statement):
        raise InvalidStatement(path, "signs another statement", f"{clause}; Data 2.3.1")


def _same(signed: dict[str, Any], sent: dict[str, Any]) -> bool:
    """Whether both say the same, but for the signatures in `sent`, which came after (Data 2.3.1, 2.6)."""
    if "id" in signed and signed["id"].lower() != sent.get("id", "").lower():
        return False  # a comparison passes over ids, but a signature for another statement signs nothing here
    one, other = _unsigned(signed), _unsigned(sent)
    if not ("timestamp" in one and "timestamp" in other):  # the store may set it
        one.pop("timestamp", None)
        other.pop("timestamp", None)
    return comparison.same(one, other)


def _unsigned(statement: dict[str, Any]) -> dict[str, Any]:
    kept = [one for one in statement.get("attachments", ()) if one["usageType"] != SIGNATURE]
    made = {key: value for key, value in statement.items() if key != "attachments"}
    return {**made, "attachments": kept} if kept else made


def _decoded(part: bytes) -> bytes:
    try:
        raw = urlsafe_b64decode(part + b"=" * (-len(part) % 4))
    except binascii.Error:
        raise NotSigned("a part of it is not base64url") from None
    if urlsafe_b64encode(raw).rstrip(b"=") != part:
        raise NotSigned("a part of it is not base64url in its one canonical form")
    return raw


def _json(raw: bytes, name: str) -> Any:
    try:
        return strictjson.parse(raw)
    except strictjson.NotStrict as error:
        raise NotSigned(f"its {name} is not JSON: {error}") from None


def _key(chain: Any) -> RSAPublicKey:
    """The RSA key of the first certificate of an x5c: base64 of DER, not base64url (RFC 7515, 4.1.6)."""
    if not isinstance(chain, list) or not chain or not all(isinstance(one, str) for one in chain):
        raise NotSigned("its x5c must be an array of certificates")
    try:
        key = load_der_x509_certificate(b64decode(chain[0].encode("ascii"), validate=True)).public_key()
    except (ValueError, TypeError, OverflowError, UnsupportedAlgorithm):  # binascii and Unicode errors are ValueErrors
        raise NotSigned("its x5c holds no certificate that can be read") from None
    if not isinstance(key, RSAPublicKey) or key.key_size not in KEY_BITS:
        raise NotSigned(f"its x5c certificate must have an RSA key of {KEY_BITS[0]} to {KEY_BITS[-1]} bits")
    return key
