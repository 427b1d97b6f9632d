"""Certificates against the completions that they rest on, for `lms records verify`."""

from dataclasses import dataclass

from sqlalchemy import select

from lms.certificates import queries
from lms.certificates.models import Certificate, CertificateSequence
from lms.core import db
from lms.enrolment.models import Enrolment
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
    given = db.session.scalars(select(CertificateSequence.last)).all()
    if sum(given) != len(rows):
        found.append(
            Difference("certificates", f"{sum(given)} numbers were given, and {len(rows)} certificates are there")
        )
    return found
