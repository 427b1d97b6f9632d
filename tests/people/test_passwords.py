"""Passwords by NIST SP 800-63B-4."""

import unicodedata

import pytest
from argon2 import PasswordHasher

from lms.core import db
from lms.people import actions, passwords
from lms.people import queries as people
from tests.factories import Factories
from tests.people.browsing import reread, sign_in

GOOD = "ikan bakar di dermaga"


@pytest.mark.pure
@pytest.mark.parametrize(
    ("text", "taken"),
    [
        ("tujuh layar put", True),
        ("tujuh layar pu", False),
        ("pohon kenari 7", False),
        ("x" * 8 + "abcdefg", True),
        (GOOD, True),
        ("👩‍🌾🐟🌊🏝️🥥🌴🦀🐚🌺", False),
        ("layang-layang putus di sawah", True),
    ],
)
def test_fifteen_characters_are_enough_and_fourteen_are_not(text, taken):
    assert (len(unicodedata.normalize("NFC", text)) >= 15) == taken or not taken
    if taken:
        passwords.check(text)
    else:
        with pytest.raises(passwords.PasswordRefused):
            passwords.check(text)


@pytest.mark.pure
def test_with_a_passkey_eight_are_enough_and_seven_are_not():
    passwords.check("kenariku", with_passkey=True)
    with pytest.raises(passwords.PasswordRefused, match="at least 8"):
        passwords.check("kenarik", with_passkey=True)


@pytest.mark.pure
@pytest.mark.parametrize(
    "text",
    [
        "passwordpassword",
        "123456789012345",
        "qwertyuiop123456",
        "1qaz2wsx3edc4rfv",
        "Rahasia123456789",
        "indonesia1945!!!",
        "aaaaaaaaaaaaaaaaaaaa",
        "abababababababab",
        "Bismillah12345678",
        "merdeka17081945",
        "asahasahasahasah",
        "Makassar20262026",
    ],
)
def test_what_everybody_guesses_first_is_refused(text):
    with pytest.raises(passwords.PasswordRefused):
        passwords.check(text, weak=("Makassar", "asah"))


@pytest.mark.pure
def test_a_passphrase_with_a_common_word_in_it_is_fine():
    passwords.check("rahasia dapur nenek di Selayar", weak=("Makassar",))


@pytest.mark.parametrize(
    "text",
    [
        "Lestari pergi ke pasar",
        "nomor 199004122015032001 saya",
        "ulang tahun 19900412 ya",
        "lahir 12041990 di sini",
        "lahir 12-04-1990 di sini",
        "lahir tanggal 120490 itu",
        "surat untuk ana.lestari ya",
    ],
)
def test_name_nip_and_birthday_have_no_place_in_it(a: Factories, text):
    ana = a.person(name="Ana Lestari, S.Kom.", nip="199004122015032001", email="ana.lestari@kota.example")
    with pytest.raises(passwords.PasswordRefused), db.transaction():
        actions.set_password(ana, text)


@pytest.mark.pure
def test_composed_and_decomposed_letters_are_one_password():
    word = "café di ujung dermaga"
    kept = passwords.hashed(unicodedata.normalize("NFD", word))
    assert unicodedata.normalize("NFC", word) != unicodedata.normalize("NFD", word)
    assert passwords.matches(kept, unicodedata.normalize("NFC", word))


@pytest.mark.pure
@pytest.mark.parametrize("length", [64, 128, 1024])
def test_long_passwords_count_whole(length):
    text = ("kata " * 300)[:length]
    kept = passwords.hashed(text)
    assert passwords.matches(kept, text)
    assert not passwords.matches(kept, text[:63] + "#" + text[64:])
    assert not passwords.matches(kept, text[:-1] + "#")
    assert not passwords.matches(kept, text[:-1])


@pytest.mark.pure
def test_the_65th_character_counts():
    text = "satu dua tiga empat lima enam tujuh delapan sembilan sepuluh sebelas"
    assert not passwords.matches(passwords.hashed(text), text[:64] + "X" + text[65:])


@pytest.mark.pure
@pytest.mark.parametrize(
    "text", ["ikan bakar\0di dermaga", "x" * 1025, "x" * 1_000_000, "ikan bakar di \ud800 dermaga"]
)
def test_what_cannot_be_a_password_is_never_hashed(text, monkeypatch):
    monkeypatch.setattr(passwords, "_hasher", None)
    with pytest.raises(passwords.PasswordUnreadable):
        passwords.hashed(text)
    with pytest.raises(passwords.PasswordUnreadable):
        passwords.matches("", text)


@pytest.mark.pure
def test_the_hash_is_argon2id_with_the_smaller_owasp_setting():
    assert passwords.hashed(GOOD).startswith("$argon2id$v=19$m=19456,t=2,p=1$")


@pytest.mark.pure
def test_nobody_has_the_empty_hash():
    assert not passwords.matches("", "")
    assert not passwords.matches("", "nobody has this password, so that unknown accounts take as long as known ones")


def test_a_hash_with_older_settings_is_made_again_at_sign_in(a: Factories):
    ana = a.person()
    old = PasswordHasher(time_cost=1, memory_cost=8192, parallelism=1).hash(GOOD)
    with db.transaction():
        ana.password_hash = old
    assert sign_in(a.client(), ana.employment.number, password=GOOD).status_code == 303
    reread()
    kept = people.person_by_id(ana.id).password_hash
    assert "m=19456" in kept and passwords.matches(kept, GOOD)
