"""Factories: they say only what matters, and go through the same actions as people do."""

import itertools
from datetime import date
from pathlib import Path

from flask import Flask
from flask.testing import FlaskClient

from lms.catalogue import actions as catalogue
from lms.catalogue.models import Course
from lms.competency import actions as competency
from lms.competency import queries as competencies
from lms.core import db, paths
from lms.people import actions as people
from lms.people.models import Person, Position, Unit
from lms.people.roles import Role

FIRST_DAY = date(2025, 1, 1)


class Factories:
    """`a.person(name="Ana")`: everything else is some sensible default."""

    def __init__(self, app: Flask):
        self.app = app
        self.numbers = itertools.count(1)
        self._agency: Unit | None = None

    def agency(self) -> Unit:
        """The city that everybody works for, in WITA."""
        if self._agency is None:
            with db.transaction():
                self._agency = people.add_unit(
                    name="Pemerintah Kota Contoh", kind="agency", zone="Asia/Makassar", code="KOTA"
                )
        return self._agency

    def unit(self, name: str | None = None, parent: Unit | None = None, zone: str = "Asia/Makassar") -> Unit:
        """A unit of the city."""
        parent, n = parent or self.agency(), next(self.numbers)
        with db.transaction():
            return people.add_unit(name=name or f"Dinas {n}", kind="opd", parent=parent, zone=zone, code=f"OPD{n}")

    def position(self, name: str = "Analis Layanan", standard: dict[str, int] | None = None) -> Position:
        """A position, and what it asks for: {competency code: level}."""
        agency = self.agency()
        with db.transaction():
            position = people.add_position(agency, name)
            for code, level in (standard or {}).items():
                competency.set_standard(position, competencies.by_code(code), level)
        return position

    def person(
        self,
        name: str = "Ana Lestari",
        supervisor: Person | None = None,
        unit: Unit | None = None,
        position: Position | None = None,
        roles: list[Role] | tuple[Role, ...] = (),
        kind: str = "pns",
        email: str | None = None,
        nip: str | None = None,
        scope: Unit | None = None,
    ) -> Person:
        """Somebody at work since last year; `roles` hold for `scope`, by default their unit."""
        n = next(self.numbers)
        unit = unit or self.unit()
        position = position or self.position(f"Jabatan {n}")
        contract = "201503" if kind == "pns" else "202121"
        with db.transaction():
            who = people.add_person(
                name=name,
                nip=nip or f"19900412{contract}2{n:03d}",
                kind=kind,
                unit=unit,
                position=position,
                supervisor=supervisor,
                email=email,
                on=FIRST_DAY,
            )
            for role in roles:
                people.grant(who, role, None if role is Role.OPERATOR else scope or unit, by=None, on=FIRST_DAY)
        return who

    def course(self, slug: str = "keamanan-informasi") -> Course:
        """One of the shipped courses, published."""
        folder = paths.shipped("courses") / slug
        with db.transaction():
            return catalogue.publish_shipped(files_of(folder)).course

    def agency_course(self, slug: str, owner: Person, reader: Person) -> Course:
        """The agency's own copy of a course: imported by `owner`, read, approved and published by `reader`'s yes."""
        with db.transaction():
            version = catalogue.import_course(files_of(paths.shipped("courses") / slug), owner, self.agency())
            catalogue.ask_review(version, owner)
            catalogue.approve(version, reader)
            catalogue.approve_minutes(version, version.minutes_computed, reader)
            catalogue.publish(version, owner)
        return version.course

    def client(self, person: Person | None = None) -> FlaskClient:
        """A browser, signed in as `person`."""
        client = self.app.test_client()
        if person is not None:
            with db.transaction():
                token = people.start_session(person, factors="test", browser="pytest")
            with client.session_transaction() as cookie:
                cookie["_user_id"], cookie["_fresh"] = token, True
        return client


def files_of(folder: Path) -> dict[str, bytes]:
    """A folder as {path: bytes}."""
    return {str(p.relative_to(folder)): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}
