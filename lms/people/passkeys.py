"""Passkeys (WebAuthn, level 3): a challenge waits in the database for its one answer from the browser that asked."""

import json
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

from sqlalchemy import delete, select
from webauthn import (
    generate_authentication_options,
    generate_registration_options,
    options_to_json,
    verify_authentication_response,
    verify_registration_response,
)
from webauthn.helpers import base64url_to_bytes
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from lms.core import clock, db, ids, settings
from lms.people import errors, queries, ways_in
from lms.people.models import Passkey, PasskeyChallenge, Person

WAITS = timedelta(minutes=5)
_MALFORMED = (WebAuthnException, ValueError, KeyError, TypeError, AttributeError, IndexError)
"""What an answer made by hand can raise inside the library."""


def host_for(origin: str) -> str | None:
    """The WebAuthn relying-party id for a page at `origin`, or None where browsers refuse passkeys.

    Passkeys need https or a loopback name, and never work at an address of numbers such as 127.0.0.1
    (5.1.3, "effective domain").
    """
    parts = urlsplit(origin)
    name = parts.hostname or ""
    if name not in settings.current().host_names or ":" in name or name.replace(".", "").isdigit():
        return None
    local = name == "localhost" or name.endswith(".localhost")
    return name if parts.scheme == "https" or local else None


def _host(origin: str) -> str:
    found = host_for(origin)
    if found is None:
        raise errors.NoPasskeysHere
    return found


def _ask(challenge: bytes, who: Person | None) -> str:
    db.session.execute(delete(PasskeyChallenge).where(PasskeyChallenge.expires_at < clock.now()))
    holder = ids.token()
    db.session.add(
        PasskeyChallenge(
            holder=ways_in.token_hash(holder),
            challenge=challenge,
            person_id=who.id if who else None,
            expires_at=clock.now() + WAITS,
        )
    )
    db.session.flush()
    return holder


def take(holder: str, who: Person | None = None) -> bytes:
    """The challenge that waits for this browser (and person); raises PasskeyRefused.

    It works once: commit before the answer is looked at, so a wrong answer uses it up as well.
    """
    waiting = db.session.execute(
        delete(PasskeyChallenge)
        .where(PasskeyChallenge.holder == ways_in.token_hash(holder))
        .returning(PasskeyChallenge.challenge, PasskeyChallenge.person_id, PasskeyChallenge.expires_at)
    ).first()
    if waiting is None or waiting.expires_at < clock.now() or waiting.person_id != (who.id if who else None):
        raise errors.PasskeyRefused
    return waiting.challenge


def _described(keys: list[Passkey]) -> list[PublicKeyCredentialDescriptor]:
    return [PublicKeyCredentialDescriptor(id=key.credential_id) for key in keys]


def begin_adding(who: Person, origin: str) -> tuple[str, dict[str, Any]]:
    """(the token by which this browser answers, the options for `navigator.credentials.create`)."""
    options = generate_registration_options(
        rp_id=_host(origin),
        rp_name="Asah",
        user_id=who.uuid.bytes,
        user_name=who.name,
        user_display_name=who.name,
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.PREFERRED, user_verification=UserVerificationRequirement.REQUIRED
        ),
        exclude_credentials=_described(ways_in.passkeys_of(who)),
    )
    return _ask(options.challenge, who), json.loads(options_to_json(options))


def finish_adding(origin: str, challenge: bytes, answer: dict[str, Any]) -> tuple[bytes, bytes, int]:
    """(credential id, public key, sign count) of the new key; raises PasskeyRefused."""
    try:
        made = verify_registration_response(
            credential=answer,
            expected_challenge=challenge,
            expected_rp_id=_host(origin),
            expected_origin=origin,
            require_user_verification=True,
        )
    except _MALFORMED:
        raise errors.PasskeyRefused from None
    return made.credential_id, made.credential_public_key, made.sign_count


def begin_sign_in(origin: str, who: Person | None = None) -> tuple[str, dict[str, Any]]:
    """(the token by which this browser answers, the options for `navigator.credentials.get`).

    With `who`, only their keys will do: the second factor after a short password.
    """
    options = generate_authentication_options(
        rp_id=_host(origin),
        user_verification=UserVerificationRequirement.REQUIRED,
        allow_credentials=_described(ways_in.passkeys_of(who)) if who else None,
    )
    return _ask(options.challenge, who), json.loads(options_to_json(options))


def finish_sign_in(origin: str, challenge: bytes, answer: dict[str, Any], who: Person | None = None) -> Person:
    """Whose key answered; raises PasskeyRefused for any other answer, and for another's key than `who`'s."""
    try:
        key = db.session.scalar(select(Passkey).where(Passkey.credential_id == base64url_to_bytes(answer["id"])))
        if key is None or (who is not None and key.person_id != who.id):
            raise errors.PasskeyRefused
        proven = verify_authentication_response(
            credential=answer,
            expected_challenge=challenge,
            expected_rp_id=_host(origin),
            expected_origin=origin,
            credential_public_key=key.public_key,
            credential_current_sign_count=key.sign_count,
            require_user_verification=True,
        )
    except _MALFORMED:
        raise errors.PasskeyRefused from None
    found = queries.person_by_id(key.person_id)
    if not queries.works_here(found):
        raise errors.PasskeyRefused
    key.sign_count, key.last_used_at = proven.new_sign_count, clock.now()
    return found
