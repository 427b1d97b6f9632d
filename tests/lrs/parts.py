"""Requests and answers of several parts, written and read without the code under test; keys and signatures."""

import base64
import hashlib
import json
import re
from datetime import UTC, datetime, timedelta
from functools import cache

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.serialization import Encoding

from .samples import statement

TYPE = {"Content-Type": 'multipart/mixed; boundary="batas"'}
SIGNATURE = "http://adlnet.gov/expapi/attachments/signature"
JSON = {"Content-Type": "application/json"}
HASHES = {"RS256": hashes.SHA256, "RS384": hashes.SHA384, "RS512": hashes.SHA512}


def attached(content, sha="sha256", **parts):
    """An attachment as a statement names it, without fileUrl."""
    return {
        "usageType": "https://asah.example/proof",
        "display": {"id": "Bukti"},
        "contentType": "text/plain",
        "length": len(content),
        "sha2": hashlib.new(sha, content).hexdigest(),
    } | parts


def part(content, **headers):
    """A part with an attachment's content; a header that is None is left out, _ stands for -."""
    made = {
        "Content-Type": "text/plain",
        "Content-Transfer-Encoding": "binary",
        "X-Experience-API-Hash": hashlib.sha256(content).hexdigest(),
    } | {name.replace("_", "-"): value for name, value in headers.items()}
    return {name: value for name, value in made.items() if value is not None}, content


def body(sent, *parts, boundary="batas", first=JSON):
    """The octets of a request: what is sent as JSON, and parts."""
    text = sent if isinstance(sent, bytes) else json.dumps(sent).encode()
    made = b""
    for headers, content in ((first, text), *parts):
        head = "".join(f"{name}: {value}\r\n" for name, value in headers.items()).encode()
        made += b"--" + boundary.encode() + b"\r\n" + head + b"\r\n" + content + b"\r\n"
    return made + b"--" + boundary.encode() + b"--\r\n"


def with_content(*contents, **parts):
    """A request of one statement with these contents."""
    return body(statement(attachments=[attached(one) for one in contents], **parts), *map(part, contents))


def read(answer):
    """The JSON of an answer of several parts, and the others as (headers, content)."""
    assert answer.status_code == 200, answer.text
    boundary = re.fullmatch(r'multipart/mixed; boundary="([0-9a-f]+)"', answer.headers["Content-Type"]).group(1)
    mark = b"--" + boundary.encode()
    assert answer.data.startswith(mark + b"\r\n") and answer.data.endswith(b"\r\n" + mark + b"--\r\n")
    assert int(answer.headers["Content-Length"]) == len(answer.data)
    found = []
    for one in answer.data.split(mark)[1:-1]:
        head, _, content = one.removeprefix(b"\r\n").partition(b"\r\n\r\n")
        found.append((dict(line.split(": ", 1) for line in head.decode().split("\r\n")), content.removesuffix(b"\r\n")))
    (first, text), *others = found
    assert first == JSON
    return json.loads(text), others


@cache
def key(name):
    """An RSA key, and a certificate for it."""
    made = rsa.generate_private_key(65537, 2048)
    return made, certificate(made, name)


def certificate(signer, name="Ana"):
    """A certificate in DER that vouches for itself."""
    who, now = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, name)]), datetime(2026, 1, 1, tzinfo=UTC)
    built = x509.CertificateBuilder(who, who, signer.public_key(), 1, now, now + timedelta(days=1))
    return built.sign(signer, hashes.SHA256()).public_bytes(Encoding.DER)


def b64(octets):
    return base64.urlsafe_b64encode(octets).rstrip(b"=")


def jws(payload, alg="RS256", certified=True, signer="Ana", **header):
    """A signature of `payload`: of octets, or of a value as JSON."""
    private, der = key(signer)
    made = {"alg": alg} | ({"x5c": [base64.b64encode(der).decode()]} if certified else {}) | header
    text = payload if isinstance(payload, bytes) else json.dumps(payload).encode()
    said = b64(json.dumps(made).encode()) + b"." + b64(text)
    return said + b"." + b64(private.sign(said, padding.PKCS1v15(), HASHES.get(alg, hashes.SHA256)()))


def signed(sent, signature, **parts):
    """A request of `sent` with `signature`, and the statement as it is sent."""
    kind = "application/octet-stream"
    one = attached(signature, **({"usageType": SIGNATURE, "contentType": kind} | parts))
    whole = {**sent, "attachments": [*sent.get("attachments", []), one]}
    return body(whole, part(signature, Content_Type=kind)), whole
