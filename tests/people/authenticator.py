"""A phone with a fingerprint, in software: makes keys and answers challenges as WebAuthn (level 3) says."""

import base64
import hashlib
import json
import secrets
import struct
from dataclasses import dataclass, field

import cbor2
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec


def b64(data: bytes) -> str:
    """Base64url without padding."""
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


@dataclass
class Phone:
    """One key; `count` is its signature counter, `verifies` whether it asks for the finger."""

    key: ec.EllipticCurvePrivateKey = field(default_factory=lambda: ec.generate_private_key(ec.SECP256R1()))
    id: bytes = field(default_factory=lambda: secrets.token_bytes(16))
    count: int = 0
    verifies: bool = True

    def _data(self, host: str, made: bool) -> bytes:
        self.count += 1
        flags = 0x01 | (0x04 if self.verifies else 0) | (0x40 if made else 0)
        data = hashlib.sha256(host.encode()).digest() + struct.pack(">BI", flags, self.count)
        if made:
            public = self.key.public_key().public_numbers()
            cose = {1: 2, 3: -7, -1: 1, -2: public.x.to_bytes(32, "big"), -3: public.y.to_bytes(32, "big")}
            data += bytes(16) + struct.pack(">H", len(self.id)) + self.id + cbor2.dumps(cose)
        return data

    @staticmethod
    def _client(kind: str, challenge: str, origin: str) -> bytes:
        return json.dumps({"type": kind, "challenge": challenge, "origin": origin, "crossOrigin": False}).encode()

    def create(self, options: dict, origin: str, host: str = "asah.localhost") -> dict:
        """The answer to `navigator.credentials.create`."""
        client = self._client("webauthn.create", options["challenge"], origin)
        made = cbor2.dumps({"fmt": "none", "attStmt": {}, "authData": self._data(host, True)})
        return self._answer({"clientDataJSON": b64(client), "attestationObject": b64(made)})

    def get(self, options: dict, origin: str, host: str = "asah.localhost") -> dict:
        """The answer to `navigator.credentials.get`."""
        client, data = self._client("webauthn.get", options["challenge"], origin), self._data(host, False)
        signature = self.key.sign(data + hashlib.sha256(client).digest(), ec.ECDSA(hashes.SHA256()))
        return self._answer(
            {"clientDataJSON": b64(client), "authenticatorData": b64(data), "signature": b64(signature)}
        )

    def _answer(self, response: dict) -> dict:
        return {
            "id": b64(self.id),
            "rawId": b64(self.id),
            "type": "public-key",
            "response": response,
            "clientExtensionResults": {},
        }
