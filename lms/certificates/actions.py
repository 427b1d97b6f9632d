"""What can happen to certificates: issued once, signed, printed, revoked. What was signed is never changed."""

import secrets
from datetime import date
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import select, update
from sqlalchemy.dialects import postgresql, sqlite

from lms.certificates import pdf, queries, signing, wording
from lms.certificates.errors import (
    AlreadyRevoked,
    CertificateWasRevoked,
    HolderIsErased,
    NotYoursToRevoke,
    ReasonIsMissing,
)
from lms.certificates.models import Certificate, CertificateKey, CertificateSequence
from lms.core import audit, clock, db, settings, storage, striking, texts
from lms.core.permissions import Permission
from lms.core.texts import N_, _
from lms.enrolment.models import Enrolment
from lms.people import erasing
from lms.people import queries as people
from lms.people.errors import ReasonNamesThem
from lms.people.events import PersonErased
from lms.people.models import Person, Unit
from lms.progress import queries as progress
from lms.progress.events import CompletionWithdrawn, CourseCompleted
from lms.progress.models import Progress

BASIS = "Dasar: Undang-Undang Nomor 20 Tahun 2023 tentang Aparatur Sipil Negara, Pasal 49."
CLASSIFICATION = "BANGKOM"
SELF_PACED = N_("Self-paced online learning (e-learning)")
METHODS = {"classroom": N_("Classroom training"), "manual": N_("Stated by the person in charge")}
FELL = "completion withdrawn"
TELLING = ("name", "nip", "rank", "position", "unit", "holder")
"""What of a payload tells who the holder is; empty once they are erased."""


def key_place() -> Path:
    """The file of the signing key; one is made in the data folder where none is set."""
    chosen = settings.current()
    if chosen.signing_key:
        return Path(chosen.signing_key)
    place = chosen.data_dir / "certificate-key.pem"
    signing.make_key(place)
    return place


def issue(event: CourseCompleted) -> None:
    """The completed course has its certificate, numbered and signed; one at most stands for a place.

    One that fell with its completion is followed by a new one; one that a person revoked is not. Nobody gets one who
    was erased: no name would stand on it.
    """
    place = db.session.scalar(select(Enrolment).where(Enrolment.id == event.enrolment_id).with_for_update())
    done = progress.of(place) if place else None
    if place is None or done is None or done.completed_at is None:
        return
    last = queries.of_registration(place.registration)
    if last is not None and (last.revoked_at is None or last.revoked_by_id is not None):
        return
    if place.person.state == erasing.ERASED:
        return
    key, key_id = _key()
    with texts.speak("id"):
        payload, private, series = _content(place, done)
    certificate = Certificate(
        code=payload["code"],
        series=series,
        number=payload["number"],
        person_id=place.person_id,
        course_id=place.course_id,
        registration=place.registration,
        cause=done.completed_evidence[-1],
        payload=payload,
        private=private,
        signature=signing.sign(payload, key),
        key_id=key_id,
        issued_at=clock.now(),
    )
    db.session.add(certificate)
    db.session.flush()
    audit.note(
        "certificate.issued",
        about=place.person_id,
        subject=f"certificate:{certificate.uuid}",
        number=certificate.number,
    )


def _key() -> tuple[Ed25519PrivateKey, str]:
    """The key that signs now, and its id; its public half is kept."""
    key = signing.private_key(key_place())
    public = signing.public_of(key)
    _remember(signing.id_of(public), public)
    return key, signing.id_of(public)


def _remember(key_id: str, public: str) -> None:
    """The public half is kept from its first use on; a new key is in the audit log."""
    dialect: Any = sqlite if db.is_sqlite() else postgresql
    new = db.session.execute(
        dialect.insert(CertificateKey)
        .values(key_id=key_id, public=public, first_used_at=clock.now())
        .on_conflict_do_nothing(index_elements=["key_id"])
        .returning(CertificateKey.key_id)
    ).first()
    if new:
        audit.note("certificate.key_used", subject=f"certificate-key:{key_id}")


def next_number(series: str, year: int) -> int:
    """The number after the last one of this series and year. A transaction that fails gives it back."""
    dialect: Any = sqlite if db.is_sqlite() else postgresql
    db.session.execute(
        dialect.insert(CertificateSequence)
        .values(series=series, year=year, last=0)
        .on_conflict_do_nothing(index_elements=["series", "year"])
    )
    return db.session.execute(
        update(CertificateSequence)
        .where(CertificateSequence.series == series, CertificateSequence.year == year)
        .values(last=CertificateSequence.last + 1)
        .returning(CertificateSequence.last)
        .execution_options(synchronize_session=False)
    ).scalar_one()


def _content(place: Enrolment, done: Progress) -> tuple[dict[str, Any], dict[str, str], str]:
    """What is signed, what only the holder's PDF adds, and the series of the number; as on the day of completion."""
    person, version = place.person, place.version
    assert done.completed_at is not None
    zone = people.zone_on(person, clock.day_of(done.completed_at, person.zone))
    last, today = clock.day_of(done.completed_at, zone), clock.today(zone)
    held, job = people.placement_of(person, last), people.employment_of(person, last)
    agency = people.root_of(held.unit) if held else place.course.agency
    private = _private(person, job.number if job else "")
    series = str(agency.uuid) if agency else ""
    payload = {
        "v": 1,
        "code": wording.new_code(),
        "number": _number(agency, series, today),
        "name": person.name,
        "nip": people.masked(private["nip"]) if private["nip"] else "",
        "rank": job.rank if job else "",
        "position": held.position.name if held else "",
        "unit": held.unit.name if held else "",
        "agency": agency.name if agency else "",
        "issuer": agency.name if agency else "Asah",
        "course": version.title,
        "competencies": [
            {"code": o.competency.code, "name": o.competency.name, "level": o.level, "can": o.can}
            for o in version.outcomes
        ],
        "jp": version.jp,
        "jp_words": wording.hours_in_words(version.jp),
        "minutes": version.minutes_approved or version.minutes_computed,
        "from": clock.day_of(done.started_at, zone).isoformat(),
        "to": last.isoformat(),
        "method": _(METHODS.get(done.completed_how, SELF_PACED)),
        "issued_on": today.isoformat(),
        "place": str(people.setting(agency, "certificate_place", "")),
        "officer": str(people.setting(agency, "certificate_officer", "")),
        "basis": str(people.setting(agency, "certificate_basis", BASIS)),
        "holder": signing.holder_digest(private),
    }
    return payload, private, series


def _private(person: Person, nip: str) -> dict[str, str]:
    """The holder's own data. The day of birth stands in the first eight digits of a NIP (Perka BKN 22/2007)."""
    try:
        born = date.fromisoformat(nip[:8]).isoformat()
    except ValueError:
        born = ""
    return {"salt": secrets.token_urlsafe(16), "nip": nip, "birth_place": person.birth_place, "birth_date": born}


def _number(agency: Unit | None, series: str, today: date) -> str:
    pattern = str(people.setting(agency, "certificate_number", wording.PATTERN))
    if "{sequence}" not in pattern or "{year}" not in pattern:
        pattern = wording.PATTERN  # anything else would give the same number twice
    unit = str(people.setting(agency, "certificate_unit", agency.code if agency else "ASAH"))
    classification = str(people.setting(agency, "certificate_classification", CLASSIFICATION))
    return wording.number(pattern, next_number(series, today.year), unit, classification, today.month, today.year)


def withdraw(event: CompletionWithdrawn) -> None:
    """The certificate is revoked where its completion fell; a course that stands on other evidence keeps it."""
    place = db.session.get_one(Enrolment, event.enrolment_id)
    done = progress.of(place)
    if done is not None and done.completed_at is not None:
        return
    fallen = db.session.scalars(
        update(Certificate)
        .where(Certificate.registration == place.registration, Certificate.revoked_at.is_(None))
        .values(revoked_at=clock.now(), revoked_why=FELL)
        .returning(Certificate.uuid)
        .execution_options(synchronize_session="fetch")
    ).all()
    for uuid in fallen:
        audit.note("certificate.revoked", about=place.person_id, subject=f"certificate:{uuid}", why=FELL)


def revoke(certificate: Certificate, by: Person, why: str) -> None:
    """The certificate is revoked for good: its public page says so, and who did it stands in the audit log.

    `why` stays there too, so it names nobody: raises ReasonNamesThem.
    """
    if not people.may(by, Permission.APPROVE_HOURS, about=certificate.person):
        raise NotYoursToRevoke
    if not why.strip():
        raise ReasonIsMissing
    if erasing.names_them(why, certificate.person):
        raise ReasonNamesThem
    taken = db.session.execute(
        update(Certificate)
        .where(Certificate.id == certificate.id, Certificate.revoked_at.is_(None))
        .values(revoked_at=clock.now(), revoked_by_id=by.id, revoked_why=why.strip())
        .returning(Certificate.id)
        .execution_options(synchronize_session=False)
    ).first()
    db.session.expire(certificate)
    if taken is None:
        raise AlreadyRevoked
    subject = f"certificate:{certificate.uuid}"
    audit.note("certificate.revoked", by=by.id, about=certificate.person_id, subject=subject, why=why.strip())


def pdf_of(certificate: Certificate) -> bytes:
    """The PDF, made at its first asking and kept; raises CertificateWasRevoked and HolderIsErased."""
    if certificate.revoked_at is not None:
        raise CertificateWasRevoked
    if certificate.erased_on is not None:
        raise HolderIsErased
    if certificate.pdf is not None:
        try:
            return storage.read(certificate.pdf)
        except FileNotFoundError:
            pass  # restored without its files: it is made again
    # Who erases the holder meanwhile waits for the file that this makes, and takes it away.
    db.session.refresh(certificate, with_for_update=True)
    if certificate.erased_on is not None:
        raise HolderIsErased
    told = pdf.inputs(
        certificate.payload,
        certificate.private,
        certificate.signature,
        certificate.key_id,
        queries.lessons_of(certificate),
        queries.address_of(certificate),
    )
    made = pdf.make(told)
    certificate.pdf = storage.put(made)
    return made


def forget(event: PersonErased) -> None:
    """The holder's certificates stand as they stood, with their numbers and codes, and nothing tells whose they are.

    Their data and PDFs are gone, and what is left is signed anew: the old signature would let anyone find out by trying
    whether it was over some name. A signature that did not fit is not made to fit.
    """
    # Who issues one holds the place: what is under way ends before, and what comes later finds nobody.
    db.session.execute(select(Enrolment.id).where(Enrolment.person_id == event.person_id).with_for_update())
    person = people.person_by_id(event.person_id)
    words, today = erasing.words_of(person), clock.today(person.zone).isoformat()
    theirs = select(Certificate).where(Certificate.person_id == event.person_id).with_for_update(of=Certificate)
    for certificate in db.session.scalars(theirs).all():
        genuine = queries.is_genuine(certificate)
        if certificate.pdf is not None:
            storage.remove(certificate.pdf)  # already now: were this undone, it would be made again at its next asking
        certificate.payload = {**certificate.payload, **dict.fromkeys(TELLING, ""), "erased_on": today}
        certificate.private, certificate.pdf = {}, None
        certificate.revoked_why = striking.struck(certificate.revoked_why, words)
        certificate.signature = ""
        if genuine:
            key, certificate.key_id = _key()
            certificate.signature = signing.sign(certificate.payload, key)
    db.session.flush()
