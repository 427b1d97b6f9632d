"""How people get in: codes, passwords, passkeys and the sessions that follow. Called through `people.actions`."""

from datetime import timedelta

from sqlalchemy import delete, select, update

from lms.core import audit, clock, db, events, ids, jobs
from lms.people import codes, errors, nip, passwords, queries, ranks, ways_in
from lms.people.events import SignedOut
from lms.people.models import OneTimeCode, Passkey, PasskeyChallenge, Person, SignInThrottle, UserSession

SESSION_HOLDS = timedelta(hours=12)
SESSION_STAYS = timedelta(days=30)
KEPT_AFTER_END = timedelta(days=90)


def issue_code(who: Person, by: Person | None = None) -> str:
    """A fresh one-time code, valid for 14 days; the ones before it are void. Only its hash is kept, so show it now."""
    if by is not None and by.id == who.id:
        raise errors.NotForOneself
    if by is not None and not ranks.outranks(by, who):
        raise errors.AboveOwnRank
    code = codes.make()
    _keep(who, codes.read(code), "first", codes.CODE_HOLDS, by)
    audit.note("code.issued", by=by.id if by else None, about=who.id)
    return code


def issue_link(who: Person) -> str:
    """A fresh token for a link by mail, valid for 20 minutes; the ones before it are void."""
    token = ids.token()
    _keep(who, token, "mail", codes.LINK_HOLDS, None)
    audit.note("link.mailed", about=who.id)
    return token


def _keep(who: Person, secret: str, purpose: str, holds: timedelta, by: Person | None) -> None:
    now = clock.now()
    db.session.execute(
        update(OneTimeCode)
        .where(
            OneTimeCode.person_id == who.id,
            OneTimeCode.purpose == purpose,
            OneTimeCode.used_at.is_(None),
            OneTimeCode.voided_at.is_(None),
        )
        .values(voided_at=now)
    )
    db.session.add(
        OneTimeCode(
            person_id=who.id,
            code_hash=codes.kept(secret),
            purpose=purpose,
            issued_at=now,
            expires_at=now + holds,
            issued_by_id=by.id if by else None,
        )
    )
    db.session.flush()


def use_code(text: str, who: Person | None = None, purpose: str = "first") -> Person | None:
    """Use up a code and return whose it is, or None where it holds no more; a code works once, whoever is quicker.

    A printed code counts only together with the right `who`; a link's token stands for itself.
    """
    secret = codes.read(text) if purpose == "first" else text
    now = clock.now()
    mine = OneTimeCode.person_id == (who.id if who else -1) if purpose == "first" else OneTimeCode.purpose == "mail"
    person_id = db.session.scalar(
        update(OneTimeCode)
        .where(
            OneTimeCode.code_hash == codes.kept(secret),
            OneTimeCode.purpose == purpose,
            mine,
            OneTimeCode.used_at.is_(None),
            OneTimeCode.voided_at.is_(None),
            OneTimeCode.expires_at > now,
        )
        .values(used_at=now)
        .returning(OneTimeCode.person_id)
        .execution_options(synchronize_session=False)
    )
    return db.session.get(Person, person_id) if person_id else None


def ask_link(who: Person | None) -> None:
    """A link is mailed by the worker, if there is somebody with an address; the asking looks the same for nobody."""
    jobs.enqueue(
        "people.send_link",
        {"person_id": who.id if who and who.email and queries.works_here(who) else None},
        due=clock.later(seconds=1),
    )


def words_of(who: Person) -> tuple[list[str], list[str]]:
    """(what may not stand in their password: names, NIP, birthday as usually written; their agency's words)."""
    never, weak = ["asah.localhost"], ["asah"]
    never += [part.strip(".,") for part in who.name.split() if len(part.strip(".,")) > 3]
    if who.email:
        never.append(who.email.split("@")[0])
        weak.append(who.email.split("@")[1])
    for employment in who.employments:
        never.append(employment.number)
        born = nip.parse(employment.number).born
        never += [born.strftime(form) for form in ("%Y%m%d", "%d%m%Y", "%d%m%y", "%d-%m-%Y", "%Y-%m-%d", "%d/%m/%Y")]
    unit = who.placement.unit if who.placement else None
    while unit is not None:
        weak += [w for w in f"{unit.name} {unit.short_name} {unit.code}".split() if len(w) > 3]
        unit = unit.parent
    return [word for word in never if len(word) > 3], weak


def set_password(who: Person, text: str) -> None:
    """`text` is their password from now on; raises PasswordRefused. 40 ms: a view hashes before its transaction."""
    never, weak = words_of(who)
    passwords.check(text, bool(ways_in.passkeys_of(who)), never, weak)
    keep_password(who, passwords.hashed(text), len(passwords.normal(text)) < passwords.SHORTEST)


def keep_password(who: Person, hashed: str, short: bool, here: UserSession | None = None) -> None:
    """A password that was checked and hashed is theirs from now on, and every session but the one `here` ends."""
    who.password_hash, who.password_short = hashed, short
    end_sessions(who, but=here)
    audit.note("password.set", by=who.id, about=who.id)


def start_session(who: Person, browser: str = "", factors: str = "password", stay: bool = False) -> str:
    """A new session, and the token that opens it: 12 hours, or 30 days where they stay signed in on this device."""
    now, token = clock.now(), ids.token()
    db.session.add(
        UserSession(
            token_hash=ways_in.token_hash(token),
            person_id=who.id,
            created_at=now,
            last_seen_at=now,
            expires_at=now + (SESSION_STAYS if stay else SESSION_HOLDS),
            stays=stay,
            browser=browser[:200],
            factors=factors,
        )
    )
    db.session.flush()
    return token


def end_session(session: UserSession) -> None:
    """The session opens nothing any more."""
    session.ended_at = session.ended_at or clock.now()
    events.publish(SignedOut(session.person_id))


def end_sessions(who: Person, but: UserSession | None = None) -> int:
    """They are signed out everywhere (but there); returns from how many browsers."""
    open_ones = db.session.scalars(
        select(UserSession).where(UserSession.person_id == who.id, UserSession.ended_at.is_(None))
    ).all()
    ending = [session for session in open_ones if but is None or session.id != but.id]
    for session in ending:
        session.ended_at = clock.now()
    if ending:
        events.publish(SignedOut(who.id))
    return len(ending)


def add_passkey(who: Person, credential_id: bytes, public_key: bytes, sign_count: int, name: str) -> Passkey:
    """They can sign in with this key of their phone or computer."""
    key = Passkey(
        person_id=who.id,
        credential_id=credential_id,
        public_key=public_key,
        sign_count=sign_count,
        name=name.strip()[:80],
    )
    db.session.add(key)
    db.session.flush()
    audit.note("passkey.added", by=who.id, about=who.id, subject=f"passkey:{key.uuid}")
    return key


def remove_passkey(who: Person, key: Passkey) -> None:
    """The key signs nobody in any more; raises NeedsLongPassword where a short password counts on it."""
    if who.password_hash and who.password_short and len(ways_in.passkeys_of(who)) == 1:
        raise errors.NeedsLongPassword
    audit.note("passkey.removed", by=who.id, about=who.id, subject=f"passkey:{key.uuid}")
    db.session.delete(key)


def tidy() -> int:
    """Rows that only sign-in needs are gone when their time is over (see each table's retention); returns how many."""
    now = clock.now()
    gone = [
        delete(PasskeyChallenge).where(PasskeyChallenge.expires_at < now).returning(PasskeyChallenge.id),
        delete(SignInThrottle).where(SignInThrottle.last_at < now - timedelta(days=1)).returning(SignInThrottle.id),
        delete(UserSession).where(UserSession.expires_at < now - KEPT_AFTER_END).returning(UserSession.id),
        delete(OneTimeCode).where(OneTimeCode.expires_at < now - KEPT_AFTER_END).returning(OneTimeCode.id),
    ]
    return sum(len(db.session.scalars(old).all()) for old in gone)
