"""What is signed, how it is spelled, and that nothing of it can be changed."""

import json
import stat
from concurrent.futures import ThreadPoolExecutor

import pytest
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from hypothesis import given
from hypothesis import strategies as some

from lms.certificates import signing, wording
from lms.certificates.errors import KeyIsUnreadable

pytestmark = pytest.mark.pure
KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
PUBLIC = signing.public_of(KEY)
PAYLOAD = {
    "v": 1,
    "name": "Añi Lestari, S.Sos.",
    "jp": 1,
    "competencies": [{"code": "M.1", "level": 1}],
    "to": "2026-03-12",
}
PRIVATE = {"salt": "garam", "nip": "199004122015032001", "birth_place": "Makassar", "birth_date": "1990-04-12"}


def test_the_canonical_form_is_one_and_does_not_depend_on_order():
    assert signing.canonical({"b": 1, "a": "é"}) == '{"a":"é","b":1}'.encode()
    assert signing.canonical(dict(reversed(list(PAYLOAD.items())))) == signing.canonical(PAYLOAD)
    with pytest.raises(ValueError, match="JSON"):
        signing.canonical({"a": float("nan")})


def test_every_flipped_byte_is_noticed():
    signature = signing.sign(PAYLOAD, KEY)
    assert signing.genuine(PAYLOAD, signature, PUBLIC)
    body = signing.canonical(PAYLOAD)
    for place in range(len(body)):
        for mask in (0x01, 0x20, 0x80):
            changed = bytes([*body[:place], body[place] ^ mask, *body[place + 1 :]])
            try:
                payload = json.loads(changed)
            except ValueError:
                continue
            assert not (isinstance(payload, dict) and signing.genuine(payload, signature, PUBLIC)), (place, changed)


def test_every_changed_letter_of_the_signature_and_another_key_are_noticed():
    signature = signing.sign(PAYLOAD, KEY)
    for place, letter in enumerate(signature):
        other = "A" if letter != "A" else "B"
        assert not signing.genuine(PAYLOAD, signature[:place] + other + signature[place + 1 :], PUBLIC)
    assert not signing.genuine(PAYLOAD, signature, signing.public_of(Ed25519PrivateKey.generate()))
    for nonsense in ("", "?", "ä", signature + "=", signature[:-1]):
        assert not signing.genuine(PAYLOAD, nonsense, PUBLIC)
        assert not signing.genuine(PAYLOAD, signature, nonsense)


@given(some.binary(max_size=80))
def test_base64url_has_one_spelling(data):
    assert signing.from_text(signing.to_text(data)) == data


def test_another_spelling_of_the_same_bytes_is_refused():
    assert signing.from_text("AA") == b"\0"
    with pytest.raises(ValueError, match="one spelling"):
        signing.from_text("AB")


def test_the_packed_file_comes_back_and_anything_else_is_nothing():
    packed = signing.packed(PAYLOAD, PRIVATE, "s", "k")
    assert signing.unpacked(packed) == {
        "asah": "certificate",
        "payload": PAYLOAD,
        "private": PRIVATE,
        "signature": "s",
        "key_id": "k",
    }
    for other in (
        b"",
        b"[]",
        b"{",
        b"{}",
        b'{"asah":"x","payload":{},"signature":""}',
        b'{"asah":"certificate","payload":[]}',
        b'{"asah":"certificate","payload":{},"signature":1}',
        b"%PDF-1.7\nstream\nx\nendstream",
        b"\x89PNG",
        b'{"asah":' + b"[" * 100_000,
    ):
        assert signing.unpacked(other) is None


def test_the_holders_own_data_are_tied_to_the_payload():
    payload = PAYLOAD | {"holder": signing.holder_digest(PRIVATE)}
    assert signing.holder_fits({"payload": payload, "private": PRIVATE})
    for name in PRIVATE:
        assert not signing.holder_fits({"payload": payload, "private": PRIVATE | {name: "x"}})
    assert not signing.holder_fits({"payload": payload, "private": {}})
    assert not signing.holder_fits({"payload": payload})


def test_a_key_is_made_once_for_its_owner_only(tmp_path):
    place = tmp_path / "deep" / "key.pem"
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(signing.make_key, [place] * 8))
    made = place.read_bytes()
    signing.make_key(place)
    assert place.read_bytes() == made
    assert stat.S_IMODE(place.stat().st_mode) == 0o600
    assert [p.name for p in place.parent.iterdir()] == ["key.pem"]
    key_id = signing.id_of(signing.public_of(signing.private_key(place)))
    assert len(key_id) == 16 and int(key_id, 16) >= 0


def test_what_is_no_key_is_said(tmp_path):
    other = generate_private_key(SECP256R1()).private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    (tmp_path / "other.pem").write_bytes(other)
    (tmp_path / "junk.pem").write_bytes(b"junk")
    for name in ("other.pem", "junk.pem", "missing.pem"):
        with pytest.raises(KeyIsUnreadable):
            signing.private_key(tmp_path / name)


@pytest.mark.parametrize(
    ("n", "words"),
    [
        (0, "nol"),
        (1, "satu"),
        (8, "delapan"),
        (10, "sepuluh"),
        (11, "sebelas"),
        (12, "dua belas"),
        (19, "sembilan belas"),
        (20, "dua puluh"),
        (24, "dua puluh empat"),
        (100, "seratus"),
        (111, "seratus sebelas"),
        (250, "dua ratus lima puluh"),
        (1000, "seribu"),
        (2019, "dua ribu sembilan belas"),
        (11_000, "sebelas ribu"),
    ],
)
def test_numbers_in_indonesian_words(n, words):
    assert wording.in_words(n) == words


def test_hours_and_numbers_as_they_stand_on_paper():
    assert wording.hours_in_words(1) == "1 (satu) jam pelajaran"
    assert wording.number(wording.PATTERN, 7, "KOTA", "BANGKOM", 5, 2026) == "7/KOTA/BANGKOM/V/2026"
    assert wording.number("{unknown}-{sequence}-{year}", 7, "U", "C", 12, 2026) == "{unknown}-7-2026"


def test_codes_are_random_and_forgive_the_hand():
    code = wording.new_code()
    assert len(code) == 26 and set(code) <= set(wording.ALPHABET)
    assert len({wording.new_code() for _ in range(1000)}) == 1000
    assert wording.code_of(wording.grouped(code)) == code
    assert wording.code_of(f"  {wording.grouped(code).lower().replace('0', 'o').replace('1', 'l')} ") == code
    for other in ("", "x", code[:-1], code + "A", code[:-1] + "U", "é" * 26):
        assert wording.code_of(other) is None
