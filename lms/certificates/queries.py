"""Questions about certificates: whose, which, whether genuine."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ColumnElement, select

from lms.catalogue.models import CourseVersion
from lms.certificates import signing, wording
from lms.certificates.models import Certificate, CertificateKey
from lms.core import db, errors, settings
from lms.core.texts import _
from lms.enrolment.models import Enrolment
from lms.hours import queries as hours
from lms.people import queries as people
from lms.people.models import Person

VALID, REVOKED, ALTERED, UNKNOWN = "valid", "revoked", "altered", "unknown"


@dataclass(frozen=True)
class Check:
    """What a stranger is told about a code."""

    state: str
    """valid, revoked, altered (the signature does not fit what is stored), or unknown."""
    code: str
    """As it was asked for, in its one spelling; empty for what can be no code."""
    payload: dict[str, Any]
    """What was signed; empty for unknown and altered."""
    certificate: Certificate | None = None

    @property
    def erased_on(self) -> date | None:
        """Since when nobody can tell whose it is."""
        return self.certificate.erased_on if self.certificate else None

    @property
    def printed(self) -> str:
        """The code in groups."""
        return wording.grouped(self.code) if self.code else ""

    @property
    def first_day(self) -> date | None:
        """When learning began."""
        return date.fromisoformat(self.payload["from"]) if self.payload else None

    @property
    def last_day(self) -> date | None:
        """When the course was completed."""
        return date.fromisoformat(self.payload["to"]) if self.payload else None

    @property
    def issued_on(self) -> date | None:
        """When it was issued."""
        return date.fromisoformat(self.payload["issued_on"]) if self.payload else None


def of_person(person: Person) -> list[Certificate]:
    """The certificates of `person`, the newest first; revoked ones too."""
    return list(
        db.session.scalars(
            select(Certificate)
            .where(Certificate.person_id == person.id)
            .order_by(Certificate.issued_at.desc(), Certificate.id.desc())
        )
    )


def of_registration(registration: Any) -> Certificate | None:
    """The newest certificate of a place, revoked or not."""
    return db.session.scalar(
        select(Certificate).where(Certificate.registration == registration).order_by(Certificate.id.desc()).limit(1)
    )


def find_by_code(code: str) -> Certificate | None:
    """The certificate with this code, however it is typed; what can be no code is not even looked for."""
    asked = wording.code_of(code)
    return db.session.scalar(select(Certificate).where(Certificate.code == asked)) if asked else None


def check(code: str) -> Check:
    """What a stranger is told about `code`."""
    asked = wording.code_of(code)
    found = find_by_code(code)
    if found is None:
        return Check(UNKNOWN, asked or "", {})
    if not is_genuine(found):
        return Check(ALTERED, found.code, {}, found)
    return Check(REVOKED if found.revoked_at else VALID, found.code, found.payload, found)


def is_genuine(certificate: Certificate) -> bool:
    """Whether one of our keys signed exactly this payload, and it is about this certificate."""
    public = db.session.scalar(select(CertificateKey.public).where(CertificateKey.key_id == certificate.key_id))
    return (
        public is not None
        and signing.id_of(public) == certificate.key_id
        and signing.genuine(certificate.payload, certificate.signature, public)
        and (certificate.payload.get("code"), certificate.payload.get("number"))
        == (certificate.code, certificate.number)
    )


def seen_certificate(code: str, viewer: Person) -> Certificate:
    """The certificate, if `viewer` may see its holder; raises NotFound otherwise, as for one that does not exist."""
    return _in_scope(code, people.visible_to(viewer))


def revocable_certificate(code: str, viewer: Person) -> Certificate:
    """The certificate, if `viewer` decides about the hours of its holder, who is somebody else; raises NotFound."""
    return _in_scope(code, people.placed_under(viewer, hours.REVIEWERS) & (Person.id != viewer.id))


def _in_scope(code: str, scope: ColumnElement[bool]) -> Certificate:
    found = find_by_code(code)
    if found is None or db.session.scalar(select(Person.id).where(Person.id == found.person_id, scope)) is None:
        raise errors.NotFound
    return found


def public_keys() -> list[CertificateKey]:
    """The public keys that have signed, the oldest first."""
    return list(
        db.session.scalars(select(CertificateKey).order_by(CertificateKey.first_used_at, CertificateKey.key_id))
    )


def key_set() -> dict[str, Any]:
    """The public keys as a JWK set (RFC 7517)."""
    return {"keys": [jwk(key.key_id, key.public) for key in public_keys()]}


def jwk(key_id: str, public: str) -> dict[str, str]:
    """One public key as a JWK (RFC 8037)."""
    return {"kty": "OKP", "crv": "Ed25519", "use": "sig", "kid": key_id, "x": public}


def address_of(certificate: Certificate) -> str:
    """The public page of a certificate."""
    return f"{settings.current().address}/certificates/{certificate.code}"


def lessons_of(certificate: Certificate) -> Sequence[tuple[str, int]]:
    """The lessons of the version that was completed, with their minutes, in order; its post-test comes last."""
    version = db.session.scalar(
        select(CourseVersion)
        .join(Enrolment, Enrolment.version_id == CourseVersion.id)
        .where(Enrolment.registration == certificate.registration)
    )
    if version is None:
        return []
    rows = [(lesson.title, lesson.minutes) for lesson in version.lessons]
    left = version.minutes_computed - sum(minutes for _title, minutes in rows)
    return [*rows, (_("Post-test"), left)] if left > 0 else rows


def stored_files() -> set[str]:
    """The SHA-256 of every PDF that is kept."""
    return {digest for digest in db.session.scalars(select(Certificate.pdf)) if digest}


def siasn_hours(certificate: Certificate) -> int:
    """What SIASN is told as jumlahJam: whole learning hours of the minutes that count."""
    return hours.siasn_hours(certificate.registration)
