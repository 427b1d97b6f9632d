"""Erasing a person (UU PDP 27/2022, art. 8 and 43): what named them goes, what they earned stays without a name."""

from sqlalchemy import delete, or_, select, update

from lms.core import audit, clock, db, events, jobs, striking
from lms.core.permissions import Permission
from lms.people import entry, errors, mail, queries
from lms.people.events import PersonErased
from lms.people.models import (
    Employment,
    OneTimeCode,
    Passkey,
    PasskeyChallenge,
    Person,
    RoleGrant,
    SignInThrottle,
    Supervision,
    Unit,
    UserSession,
    XapiAccount,
    in_force,
)

NOBODY = "Pegawai (data dihapus)"
"""The name of everybody who was erased, in the language of the installation's records."""
ERASED = "erased"


def erase(who: Person, by: Person | None, reason: str) -> None:
    """Nothing tells who `who` was, in no area, they cannot come in any more, and it cannot be undone.

    Their xAPI account is nobody's from now on: the statements under it stay valid, and name no one. Placements, hours,
    records and certificates stay without a name, as long as each is kept; PersonErased says what else goes.
    `by` None is the command line. Raises NotForOneself, AboveOwnRank, ErasedAlready and ReasonNamesThem.
    """
    if by is not None and by.id == who.id:
        raise errors.NotForOneself
    if by is not None and not queries.may(by, Permission.PROTECT_DATA, about=who):
        raise errors.AboveOwnRank
    if who.state == ERASED:
        raise errors.ErasedAlready
    if names_them(reason, who):
        raise errors.ReasonNamesThem
    if db.is_sqlite():
        # what goes is written over, not only unlinked
        db.session.connection().exec_driver_sql("PRAGMA secure_delete=ON")
    entry.end_sessions(who)  # while the account is theirs: learning that goes on is told as ended
    db.session.flush()
    events.publish(PersonErased(who.id))
    day = clock.today(who.zone)
    _forget_ways_in(who)
    _forget_as_contact(who)
    db.session.execute(update(XapiAccount).where(XapiAccount.person_id == who.id).values(person_id=None))
    for employment in db.session.scalars(select(Employment).where(Employment.person_id == who.id)):
        employment.number, employment.rank = f"{ERASED}-{employment.id}", ""
    for table, mine in (
        (RoleGrant, RoleGrant.person_id == who.id),
        (Supervision, or_(Supervision.person_id == who.id, Supervision.supervisor_id == who.id)),
    ):
        db.session.execute(update(table).where(mine, in_force(table, day)).values(to_on=day))
    who.name, who.email, who.phone, who.state = NOBODY, None, "", ERASED
    who.birth_place, who.siasn_person_id, who.objection = "", "", ""
    who.password_hash, who.password_short, who.confirmed_at = "", False, None
    db.session.flush()
    audit.note(
        "person.erased", by=by.id if by else None, about=who.id, subject=f"person:{who.uuid}", why=reason.strip()
    )


def words_of(who: Person) -> list[str]:
    """What names them in a text: their whole name, its words, their numbers and their addresses."""
    parts = [part.strip(".,") for part in who.name.split()]
    numbers = [employment.number for employment in who.employments]
    words = [who.name, *(part for part in parts if len(part) > 2), *numbers, who.email, who.phone]
    return [word for word in words if word]


def names_them(text: str, who: Person) -> bool:
    """Whether `text` holds a word of their name, their number or their address."""
    return striking.holds(text, words_of(who))


def scrub() -> None:
    """The database's journal keeps nothing of what was erased. Called after the commit; PostgreSQL cleans up by itself."""
    if not db.is_sqlite():
        return
    db.session.rollback()
    with db.engine().connect() as connection:
        connection.connection.dbapi_connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")  # type: ignore[union-attr]


def _forget_ways_in(who: Person) -> None:
    for table in (UserSession, OneTimeCode, Passkey, PasskeyChallenge):
        db.session.execute(delete(table).where(table.person_id == who.id))
    db.session.execute(delete(SignInThrottle).where(SignInThrottle.key == f"account:{who.id}"))
    jobs.forget(mail.LINK, who.id)  # why it could not be sent may quote the address


def _forget_as_contact(who: Person) -> None:
    """No unit names them as the one to ask, or as the one who signs."""
    words = {word for word in (who.name, who.email, who.phone) if word}
    for unit in db.session.scalars(select(Unit)):
        if {unit.pendamping, unit.pendamping_phone} & words:
            unit.pendamping = unit.pendamping_phone = ""
        kept = {key: value for key, value in unit.settings.items() if not striking.holds(str(value), [who.name])}
        if kept != unit.settings:
            unit.settings = kept
