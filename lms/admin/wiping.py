"""Removing the demo agency: everything that hangs on its units and people, and nothing that is somebody else's."""

from sqlalchemy import delete, select, update

from lms.certificates.models import Certificate
from lms.core import db, storage
from lms.enrolment.models import Enrolment
from lms.lrs import removal
from lms.people import erasing
from lms.people import queries as who_is
from lms.people.models import Person, Unit
from lms.progress.models import FoldFailure, LessonProgress


def wipe() -> str:
    """Nothing of the demo agency is left but the log of what happened; no real person is touched. Says what went."""
    with db.transaction():
        units, persons = _marked(Unit), _marked(Person)
        if not units and not persons:
            return "There is no demo agency here."
        doomed = _doomed({"unit": units, "person": persons})
        tables = {t.name: t for t in db.Model.metadata.tables.values()}
        registrations = list(
            db.session.scalars(select(Enrolment.registration).where(Enrolment.id.in_(doomed.get("enrolment", set()))))
        )
        pdfs = set(
            db.session.scalars(select(Certificate.pdf).where(Certificate.id.in_(doomed.get("certificate", set()))))
        )
        db.after_commit(lambda: storage.let_go(pdf for pdf in pdfs if pdf))
        everyone = db.session.scalars(select(Person).where(Person.id.in_(persons), Person.state != erasing.ERASED))
        removal.remove(registrations, [who_is.actor(one) for one in everyone])
        for folded in (LessonProgress, FoldFailure):
            db.session.execute(delete(folded).where(folded.registration.in_(registrations)))
        for name, rows in doomed.items():
            for table in tables.values():
                for column in table.columns:
                    if column.nullable and any(k.column.table.name == name for k in column.foreign_keys):
                        db.session.execute(update(table).where(column.in_(rows)).values({column.name: None}))
        for table in reversed(db.Model.metadata.sorted_tables):
            if doomed.get(table.name):
                db.session.execute(delete(table).where(list(table.primary_key)[0].in_(doomed[table.name])))
    return f"The demo agency is gone: {len(persons)} people, {len(units)} units, {len(registrations)} course places."


def _marked(table: type[Unit] | type[Person]) -> set[int]:
    return set(db.session.scalars(select(table.id).where(table.demo)))


OWNED_BY = {
    ("xapi_account", "person_id"),
    ("course", "agency_id"),
    ("competency", "agency_id"),
    ("competency_level", "agency_id"),
}
"""Optional references that still mean: this row is theirs."""


def _doomed(found: dict[str, set[int]]) -> dict[str, set[int]]:
    """The ids, by table, of all rows that cannot stand without the rows in `found`."""
    changed = True
    while changed:
        changed = False
        for table in db.Model.metadata.sorted_tables:
            key = list(table.primary_key)[0]
            for column in table.columns:
                for reference in column.foreign_keys:
                    above = found.get(reference.column.table.name)
                    if not above or (column.nullable and (table.name, column.name) not in OWNED_BY):
                        continue
                    rows = set(db.session.scalars(select(key).where(column.in_(above)))) - found.get(table.name, set())
                    if rows:
                        found.setdefault(table.name, set()).update(rows)
                        changed = True
    return found
