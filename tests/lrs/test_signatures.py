"""Signed statements (xAPI 1.0.3 Data 2.6): a signature is whole and speaks of its statement; it is nobody's identity."""

import base64
import json

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from lms.lrs import signatures
from lms.lrs.errors import InvalidStatement
from lms.lrs.versions import V20, V103

from .parts import TYPE, attached, b64, body, certificate, jws, key, part, read, signed
from .samples import ANA, BUDI, FULL, TEAM, VOIDED, statement

PLAIN = statement(id="0190a1b2-3333-7000-8000-000000000001")
pure = pytest.mark.pure
UNHURRIED = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])


def by_hand(header, payload=b"{}", signature=b"x"):
    """A JWS of these octets, whatever they are."""
    text = header if isinstance(header, bytes) else json.dumps(header).encode()
    return b".".join(map(b64, (text, payload, signature)))


def with_certificate(made, alg="RS256"):
    """A JWS whose x5c holds the certificate of `made`, signed by Ana's key."""
    return by_hand({"alg": alg, "x5c": [base64.b64encode(certificate(made)).decode()]})


@pytest.mark.parametrize("certified", [True, False])
@pytest.mark.parametrize("alg", ["RS256", "RS384", "RS512"])
@pytest.mark.parametrize("version", ["1.0.3", "2.0.0"])
def test_a_signed_statement_is_stored_and_comes_back_with_its_signature(store, alg, certified, version):
    signature, header = jws(PLAIN, alg, certified), {"X-Experience-API-Version": version}
    octets, whole = signed(PLAIN, signature)
    answer = store.post(octets, headers=TYPE | header)
    assert answer.status_code == 200, answer.text
    back = store.ask("GET", "/statements", statementId=PLAIN["id"], attachments="true", headers=header)
    stored, [(_, content)] = read(back)
    assert content == signature
    assert {name: stored[name] for name in whole} == whole


OTHERWISE = {
    "in other words": {"verb": {**PLAIN["verb"], "display": {"en": "said"}}},
    "in another zone": {"timestamp": "2026-11-22T16:30:00.120+08:00"},
    "without the id": {"id": None},
    "with what the store sets": {"stored": "2026-11-22T08:30:00Z", "version": "1.0.0"},
    "without the time": {"timestamp": None},
}
ANOTHER = {
    "another id": {"id": "0190a1b2-3333-7000-8000-000000000002"},
    "another actor": {"actor": BUDI},
    "another verb": {"verb": {"id": "x:v"}},
    "another object": {"object": {"id": "x:o"}},
    "another time": {"timestamp": "2026-11-22T08:30:00.121Z"},
    "a result": {"result": {"success": True}},
    "an attachment more": {"attachments": [attached(b"1", fileUrl="https://asah.example/1")]},
    "no statement": {"verb": None},
    "what is no part of a statement": {"x": 1},
}


def changed(changes):
    return {name: value for name, value in (PLAIN | changes).items() if value is not None}


@pytest.mark.parametrize("name", OTHERWISE)
def test_the_payload_may_say_the_same_otherwise(store, name):
    answer = store.post(signed(PLAIN, jws(changed(OTHERWISE[name])))[0], headers=TYPE)
    assert answer.status_code == 200, answer.text


@pytest.mark.parametrize("name", ANOTHER)
def test_a_signature_of_another_statement_is_refused(store, kept, name):
    answer = store.post(signed(PLAIN, jws(changed(ANOTHER[name])))[0], headers=TYPE)
    assert (answer.status_code, answer.json["path"]) == (400, "attachments[0]")
    assert "Data 2.6" in answer.json["clause"] and kept() == 0


def test_the_order_of_a_team_and_other_attachments_are_part_of_what_is_compared(store):
    proof = attached(b"1", fileUrl="https://asah.example/1")
    sent = statement(actor=TEAM, attachments=[proof])
    turned = statement(actor=TEAM | {"member": [BUDI, ANA]}, attachments=[proof])
    assert store.post(signed(sent, jws(turned))[0], headers=TYPE).status_code == 200
    assert store.post(signed(sent, jws(statement(actor=TEAM)))[0], headers=TYPE).status_code == 400


def test_everything_that_a_statement_can_say_can_be_signed(store):
    assert store.post(signed(FULL, jws(FULL))[0], headers=TYPE).status_code == 200


def test_two_may_sign(store):
    one, two = jws(PLAIN), jws(PLAIN, signer="Budi")
    kind = "application/octet-stream"
    names = [attached(s, usageType=signatures.SIGNATURE, contentType=kind) for s in (one, two)]
    parts = [part(s, Content_Type=kind) for s in (one, two)]
    assert store.post(body(PLAIN | {"attachments": names}, *parts), headers=TYPE).status_code == 200


def test_a_signature_is_octets_of_a_kind(store, kept):
    answer = store.post(signed(PLAIN, jws(PLAIN), contentType="text/plain")[0], headers=TYPE)
    assert (answer.status_code, answer.json["path"]) == (400, "attachments[0].contentType")
    assert kept() == 0


def test_a_signature_elsewhere_is_not_fetched(store):
    sent = PLAIN | {
        "attachments": [
            attached(
                b"1",
                usageType=signatures.SIGNATURE,
                contentType="application/octet-stream",
                fileUrl="http://127.0.0.1:9/jws",
            )
        ]
    }
    assert store.post(sent).status_code == 200


def test_a_good_signature_gives_no_right(a_key, kept):
    """A certificate in the message names nobody: who may void is told by the key alone (threat model, 9.1.3)."""
    void = statement(verb={"id": VOIDED}, object={"objectType": "StatementRef", "id": PLAIN["id"]})
    answer = a_key("statements/write", "statements/read").post(signed(void, jws(void))[0], headers=TYPE)
    assert answer.status_code == 403 and kept() == 0


def test_who_vouches_is_not_taken_from_a_certificate(store):
    id_ = store.post(signed(PLAIN, jws(PLAIN))[0], headers=TYPE).json[0]
    assert store.ask("GET", "/statements", statementId=id_).json["authority"]["account"]["name"] == store.key


GOOD = {"alg": "RS256"}
BROKEN = {
    "nothing": b"",
    "two parts": b"e30.e30",
    "four parts": by_hand(GOOD) + b".e30",
    "an empty signature": by_hand(GOOD, signature=b""),
    "a line end": jws(PLAIN) + b"\n",
    "padding": jws(PLAIN) + b"==",
    "base64 that is not base64url": jws(PLAIN).replace(b".", b"+.", 1),
    "base64 of no length": b"a" + b"." + by_hand(GOOD).partition(b".")[2],
    "bits that mean nothing": by_hand(GOOD, signature=b"x")[:-1] + b"B",
    "JSON serialization": json.dumps({"payload": "e30", "signatures": []}).encode(),
    "a header that is no JSON": by_hand(b"{alg:RS256}"),
    "a header that is an array": by_hand(["RS256"]),
    "a header that says alg twice": by_hand(b'{"alg":"none","alg":"RS256"}'),
    "a header of depth 5000": by_hand(b'{"alg":"RS256","a":' + b"[" * 5000 + b"]" * 5000 + b"}"),
    "a header with NaN": by_hand(b'{"alg":"RS256","a":NaN}'),
    "a header with a BOM": by_hand(b'\xef\xbb\xbf{"alg":"RS256"}'),
    "a payload that is no JSON": by_hand(GOOD, b"{'id':1}"),
    "a payload that is not UTF-8": by_hand(GOOD, b'"\xff"'),
    "crit": by_hand(GOOD | {"crit": ["exp"], "exp": 1}),
    "an unencoded payload": by_hand(GOOD | {"b64": False, "crit": ["b64"]}),
    "x5c that is a text": by_hand(GOOD | {"x5c": "MII"}),
    "x5c that is empty": by_hand(GOOD | {"x5c": []}),
    "x5c null": by_hand(GOOD | {"x5c": None}),
    "x5c of numbers": by_hand(GOOD | {"x5c": [1]}),
    "x5c in base64url": by_hand(GOOD | {"x5c": ["--__"]}),
    "x5c of other letters": by_hand(GOOD | {"x5c": ["\u00e9"]}),
    "x5c that is no certificate": by_hand(GOOD | {"x5c": [base64.b64encode(b"no certificate").decode()]}),
    "x5c of an elliptic key": with_certificate(ec.generate_private_key(ec.SECP256R1())),
    **{
        f"alg {alg!r}": by_hand({"alg": alg})
        for alg in ("none", "None", "HS256", "ES256", "PS256", "rs256", "", None, 1, ["RS256"])
    },
    "no alg": by_hand({}),
    "another alg than it was signed by": jws(PLAIN).replace(b64(b'{"alg": "RS256'), b64(b'{"alg": "RS384')),
    "a payload changed after signing": jws(PLAIN).replace(
        b64(json.dumps(PLAIN).encode()), b64(json.dumps(FULL).encode())
    ),
}


@pure
@pytest.mark.parametrize("name", BROKEN)
def test_what_is_no_signature(name):
    with pytest.raises(signatures.NotSigned):
        signatures.read(BROKEN[name])
    with pytest.raises(InvalidStatement) as refusal:
        signatures.check(BROKEN[name], PLAIN, "attachments[0]", V103)
    assert refusal.value.params["path"] == "attachments[0]" and "Data 2.6" in refusal.value.params["clause"]


@pure
def test_a_secret_made_of_the_public_key_opens_nothing():
    """HS256 keyed with the certificate, the old confusion of algorithms: the algorithm is refused by name."""
    _, der = key("Ana")
    with pytest.raises(signatures.NotSigned, match="alg must be one of"):
        signatures.read(jws(PLAIN, alg="HS256", x5c=[base64.b64encode(der).decode()]))


@pure
@pytest.mark.parametrize("header", ["jku", "x5u", "jwk", "kid"])
def test_keys_and_addresses_in_the_header_are_passed_over(header):
    value = {"kty": "RSA", "n": "AQAB", "e": "AQAB"} if header == "jwk" else "http://127.0.0.1:9/keys"
    found = signatures.read(jws(PLAIN, certified=False, **{header: value}))
    assert (found.payload, found.certified) == (PLAIN, False)


@pure
def test_a_certificate_that_ran_out_or_lies_in_a_chain_still_shows_the_octets_whole():
    """The key is the first certificate's; dates and issuers are asked by whoever wants to trust it (Data 2.6, note)."""
    _, der = key("Ana")
    chain = [base64.b64encode(one).decode() for one in (der, key("Budi")[1])]
    assert signatures.read(jws(PLAIN, x5c=chain)).certified
    with pytest.raises(signatures.NotSigned, match="not one by the key"):
        signatures.read(jws(PLAIN, x5c=chain[::-1]))


@pure
def test_the_key_of_the_standards_own_example_is_long_enough_and_a_shorter_one_is_not():
    made = rsa.generate_private_key(65537, 1024)
    header = {"alg": "RS256", "x5c": [base64.b64encode(certificate(made)).decode()]}
    text = b64(json.dumps(header).encode()) + b"." + b64(json.dumps(PLAIN).encode())
    assert signatures.read(text + b"." + b64(made.sign(text, padding.PKCS1v15(), hashes.SHA256()))).certified
    assert 1023 not in signatures.KEY_BITS and 8193 not in signatures.KEY_BITS


@pure
def test_each_flipped_bit_of_a_certified_signature_is_noticed():
    whole = jws(PLAIN)
    for at in range(0, len(whole), 37):
        with pytest.raises(InvalidStatement):
            signatures.check(whole[:at] + bytes([whole[at] ^ 1]) + whole[at + 1 :], PLAIN, "attachments[0]", V20)


@pure
@UNHURRIED
@given(
    st.binary(max_size=300)
    | st.lists(st.binary(max_size=60), min_size=3, max_size=3).map(lambda p: b".".join(map(b64, p)))
)
def test_whatever_is_sent_is_a_signature_or_a_reason(octets):
    try:
        signatures.read(octets)
    except signatures.NotSigned as error:
        assert str(error)
