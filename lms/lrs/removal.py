"""What goes from the store although nothing in it is ever changed: what was never true, and who somebody was.

These are the only exceptions. A demo is taken out whole. Of an erased person the statements stay, valid and without a
name: their account is nobody's from then on, which is the matter of those who know whose it is, and the words that
tell who they were are struck out of the statements that hold them.
"""

import re
from collections.abc import Iterable
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, delete, or_, select, update

from lms.core import clock, db, storage, striking
from lms.lrs import admission, dictionary, strictjson
from lms.lrs.actors import identity
from lms.lrs.models import Attachment, Document, Link, LrsCredential, Reference, Statement, StatementId, Via

_S: Any = Statement.__table__
_SAID = re.compile(r"response|name|extensions")
"""Where statements hold words about somebody: what was answered, an actor's name, what a tool added."""
_PART = 500


def remove(registrations: Iterable[UUID], actors: Iterable[dict[str, Any]]) -> int:
    """Every statement of these registrations or by these actors is gone, with what voids or cites it; returns how many.

    Attachments go with them, and their files where nothing else names them.
    """
    known = _numbers(actors)
    gone = sum(_remove(Statement.registration == one) for one in registrations)
    return gone + sum(_remove(Statement.actor_id == one) for one in known)


def _numbers(actors: Iterable[dict[str, Any]]) -> list[int]:
    found = [dictionary.find_id("agent", name) for name in map(identity, actors) if name]
    return [one for one in found if one is not None]


def _remove(those: ColumnElement[bool]) -> int:
    places = _with_citing(those)
    for start in range(0, len(places), _PART):
        part = places[start : start + _PART]
        sids = list(db.session.scalars(select(Statement.sid).where(Statement.stored.in_(part))))
        files = set(db.session.scalars(select(Attachment.digest).where(Attachment.sid.in_(sids))))
        for table, column, values in (
            (Attachment, Attachment.sid, sids),
            (StatementId, StatementId.sid, sids),
            (Link, Link.stored, part),
            (Reference, Reference.stored, part),
            (Via, Via.stored, part),
            (Via, Via.source, part),
            (Statement, Statement.stored, part),
        ):
            db.session.execute(delete(table).where(column.in_(values)))
        if files:
            db.after_commit(lambda files=files: storage.let_go(files))  # type: ignore[misc]
    return len(places)


def _with_citing(those: ColumnElement[bool]) -> list[Any]:
    """The places of these statements and of those whose object refers to one of them."""
    citing = select(Reference.stored).where(Reference.ref.in_(select(Statement.sid).where(those)))
    return list(db.session.scalars(select(Statement.stored).where(or_(those, Statement.stored.in_(citing)))))


def forget(actors: Iterable[dict[str, Any]], words: Iterable[str]) -> None:
    """No statement by, about or citing these actors holds one of `words`; their documents are gone, their launches end.

    What finds a statement is left alone: accounts, addresses, ids and the names of activities. A signature that came
    with a statement whose words were struck does not fit it any more.
    """
    whose = [one for one in map(identity, actors) if one]
    known = _numbers(actors)
    linked = select(Link.stored).where(Link.name_id.in_(known))
    _strike(_with_citing(or_(Statement.actor_id.in_(known), Statement.stored.in_(linked))), words)
    db.session.execute(delete(Document).where(Document.agent.in_(whose)))
    db.session.execute(
        update(LrsCredential)
        .where(LrsCredential.agent.in_(whose), LrsCredential.revoked_at.is_(None))
        .values(revoked_at=clock.now())
        .execution_options(synchronize_session=False)
    )
    db.after_commit(admission.forget)


def strike(ids: Iterable[UUID | str], words: Iterable[str]) -> None:
    """None of these statements holds one of `words`."""
    sids = [one if isinstance(one, UUID) else UUID(one) for one in ids]
    _strike(list(db.session.scalars(select(StatementId.stored).where(StatementId.sid.in_(sids)))), words)


def _strike(places: list[Any], words: Iterable[str]) -> None:
    words = list(words)
    for start in range(0, len(places), _PART):
        part = places[start : start + _PART]
        for row in db.session.execute(select(Statement.stored, Statement.body).where(Statement.stored.in_(part))).all():
            if not _SAID.search(row.body):
                continue
            there = strictjson.parse(row.body, depth=strictjson.DEPTH + 2)
            left = {key: _without(key, value, words) for key, value in there.items()}
            if left != there:
                changed = update(_S).where(_S.c.stored == row.stored).values(body=strictjson.dumps(left))
                db.session.connection().execute(changed)


def _without(key: str, value: Any, words: list[str], extended: bool = False) -> Any:
    """`value` of the property `key` with the words struck; `extended`: within extensions, where all texts are meant."""
    if isinstance(value, dict):
        if {"homePage", "name"} <= value.keys():  # an account
            return value
        inside = extended or key == "extensions"
        return {name: _without(name, one, words, inside) for name, one in value.items()}
    if isinstance(value, list):
        return [_without(key, one, words, extended) for one in value]
    if isinstance(value, str) and (extended or key in ("response", "name")):
        return striking.struck(value, words)
    return value
