"""Certificates against the completions that they rest on, for `lms records verify`."""

from dataclasses import dataclass

from sqlalchemy import select

from lms.certificates import queries
from lms.certificates.models import Certificate, CertificateSequence
from lms.core import db
from lms.enrolment.models import Enrolment
from lms.people.models import Unit
from lms.progress import queries as progress


@dataclass(frozen=True)
class Difference:
    """Something about a certificate that does not follow from what it should follow from."""

    subject: str
    """Such as certificate:0190..."""
    says: str
    """What differs, for an auditor; in English, and without names."""


def verify() -> list[Difference]:
    """Certificates whose signature, completion or number does not hold; empty when all do."""
    found = []
    rows = list(db.session.scalars(select(Certificate).order_by(Certificate.id)))
    for row in rows:
        subject = f"certificate:{row.uuid}"
        if not queries.is_genuine(row):
            found.append(Difference(subject, "its signature does not fit"))
        place = db.session.scalar(select(Enrolment).where(Enrolment.registration == row.registration))
        done = progress.of(place) if place else None
        if place is None or (row.person_id, row.course_id) != (place.person_id, place.course_id):
            found.append(Difference(subject, "it is not of this place's person and course"))
        elif row.revoked_at is None and (done is None or done.completed_at is None):
            found.append(Difference(subject, "it stands, and its course is not completed"))
    return found + _numbers(rows)


def _numbers(rows: list[Certificate]) -> list[Difference]:
    """Series with more or fewer certificates than numbers; those of a wiped demo agency say nothing."""
    found, agencies = [], {"", *(str(uuid) for uuid in db.session.scalars(select(Unit.uuid)))}
    for sequence in db.session.scalars(select(CertificateSequence).where(CertificateSequence.series.in_(agencies))):
        there = sum(r.series == sequence.series and r.payload["issued_on"][:4] == str(sequence.year) for r in rows)
        if there != sequence.last:
            says = f"{sequence.last} numbers were given in {sequence.year}, and {there} certificates are there"
            found.append(Difference(f"series:{sequence.series}", says))
    return found
