"""Who saw or changed somebody's data, in words: the audit log as the person whom it is about may read it."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import or_, select

from lms.core import db
from lms.core.audit import AuditEntry
from lms.core.errors import N_
from lms.people.models import Person
from lms.people.roles import Role

WORDS = {
    "record.read": N_("opened your record"),
    "team.read": N_("opened the team page, with your progress on it"),
    "learners.read": N_("opened the list of learners of a course of yours"),
    "person.read": N_("opened your entry in the personnel list"),
    "events.read": N_("read learning events of yours"),
    "event.voided": N_("voided a learning event of yours"),
    "log.read": N_("read the log about you"),
    "code.issued": N_("issued a one-time code for you"),
    "person.suspended": N_("closed your account"),
    "person.reactivated": N_("opened your account again"),
    "person.moved": N_("changed your unit or position"),
    "person.imported": N_("entered you into Asah"),
    "supervisor.changed": N_("changed your supervisor"),
    "role.granted": N_("gave you a role"),
    "role.ended": N_("ended a role of yours"),
    "place.settled": N_("answered your note about unit or position"),
    "thanks.sent": N_("thanked you"),
    "competency.confirmed": N_("confirmed a competency of yours"),
    "record.confirmed": N_("confirmed a competency of yours"),
    "hours.decided": N_("decided about hours of yours"),
    "certificate.issued": N_("issued a certificate to you"),
    "certificate.revoked": N_("revoked a certificate of yours"),
}
OTHERWISE = N_("looked at or changed something of yours")
ROLES = {
    Role.TRAINER: N_("Trainer"), Role.SUPERVISOR: N_("Supervisor"), Role.ASSESSOR: N_("Assessor"),
    Role.UNIT_HR: N_("Unit HR"), Role.AGENCY_HR: N_("Agency HR"), Role.AUDITOR: N_("Auditor"),
    Role.DPO: N_("Data-protection officer"), Role.OPERATOR: N_("Operator"), Role.LEARNER: N_("Learner"),
}  # fmt: skip


@dataclass(frozen=True)
class Reading:
    """One time that somebody did something with one's data."""

    at: datetime
    name: str | None
    """Who; None is the installation itself."""
    says: str
    """A msgid."""
    action: str


def of(who: Person, skip: int = 0, most: int = 25) -> list[Reading]:
    """What others did with the data of `who`, the latest first."""
    rows = db.session.execute(
        select(AuditEntry.at, Person.name, AuditEntry.action)
        .outerjoin(Person, Person.id == AuditEntry.person_id)
        .where(
            AuditEntry.about_person_id == who.id, or_(AuditEntry.person_id.is_(None), AuditEntry.person_id != who.id)
        )
        .order_by(AuditEntry.id.desc())
        .offset(skip)
        .limit(most)
    )
    return [Reading(at, name, WORDS.get(action, OTHERWISE), action) for at, name, action in rows]
