"""What follows when a statement refers to another one: it voids it, or is found where the other would be.

Both may come in either order (xAPI 1.0.3 Data 2.3.2, Communication 2.1.3).
"""

from typing import Any
from uuid import UUID

from sqlalchemy import select, update

from lms.core import db
from lms.lrs import dictionary, mentions, queries, rows, strictjson
from lms.lrs.mentions import Mentions
from lms.lrs.models import Authority, Statement, StatementId, Via, micros, moment

_T: Any = Statement.__table__


def follow(fresh: list[tuple[Mentions, int]], towards: list[tuple[str, int, bool]]) -> set[str]:
    """Follow the references from statements that were just stored (with their places), and `towards` them.

    Returns the registrations in which a statement of our own turned void.
    """
    referring = [(about.ref, stored, about.voiding) for about, stored in fresh if about.ref]
    if not referring and not towards:
        return set()
    targets = {about.sid: stored for about, stored in fresh}
    if referring:
        rows.write_references(referring)
        elsewhere = [UUID(ref) for ref, _, _ in referring if ref not in targets]
        ids = select(StatementId.sid, StatementId.stored).where(StatementId.sid.in_(elsewhere))
        targets |= {str(row.sid): micros(row.stored) for row in db.session.execute(ids)}
    both = [(by, targets[ref], voids) for ref, by, voids in (*referring, *towards) if ref in targets]
    for by, to in sorted({(by, to) for by, to, _ in both if by != to}):
        _join(by, to)
    return _void([to for _, to, voids in both if voids])


def _join(by: int, to: int) -> None:
    """Who refers to `by`, and `by` itself, is found by the names of `to` and of all that `to` refers to."""
    above = db.session.scalars(select(Via.stored).where(Via.source == moment(by)).distinct())
    below = db.session.execute(select(Via.name_id, Via.source, Via.near).where(Via.stored == moment(to)))
    found = [(name, to, near) for name, near in _names(to).items()]
    found += [(row.name_id, micros(row.source), row.near) for row in below]
    places = {by, *(micros(one) for one in above)}
    made = [(name, place, source, near) for place in places for name, source, near in found if source != place]
    if made:
        rows.write_via(made)


def _names(stored: int) -> dict[int, bool]:
    """The numbers of all that the statement at `stored` names; True where a plain filter finds it so."""
    about = mentions.of(strictjson.parse(queries.bodies_at([stored])[stored], depth=strictjson.DEPTH + 2))
    numbers = dictionary.ids_of(about.names())
    found = {numbers[key]: near for key, near in about.links.items()}
    found |= {numbers[key]: True for key in (about.verb, about.actor, about.activity) if key}
    vouches = db.session.scalar(
        select(Authority.name_id)
        .join_from(Statement, Authority, Authority.id == Statement.authority_id)
        .where(Statement.stored == moment(stored))
    )
    if vouches is not None:
        found.setdefault(vouches, False)
    return found


def _void(places: list[int]) -> set[str]:
    """Turn `voided` of the statements there; one that voids cannot be voided (Data 2.3.2)."""
    if not places:
        return set()
    turned = db.session.execute(
        update(_T)
        .where(_T.c.stored.in_([moment(one) for one in places]), _T.c.voiding.is_(False), _T.c.voided.is_(False))
        .values(voided=True)
        .returning(_T.c.registration, _T.c.own)
    )
    return {str(UUID(str(row.registration))) for row in turned if row.own and row.registration}
