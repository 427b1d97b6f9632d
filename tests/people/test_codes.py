"""One-time codes: once, for 14 days, the newest alone."""

import pytest
from sqlalchemy import select

from lms.core import db
from lms.core.audit import AuditEntry
from lms.people import actions, codes, entry, errors
from lms.people.models import OneTimeCode
from lms.people.roles import Role
from tests.factories import Factories


def use(code: str, who):
    with db.transaction():
        return actions.use_code(code, who)


def issue(who, by=None) -> str:
    with db.transaction():
        return actions.issue_code(who, by)


@pytest.mark.pure
def test_what_is_misread_from_paper_is_forgiven():
    assert codes.read(" k7qm 4txp-92hd") == "K7QM4TXP92HD"
    assert codes.read("O1lI-0000-0000") == "011100000000"
    assert codes.read("K7QM-4TXP-92H") == codes.read("U7QM-4TXP-92HD") == codes.read("") == ""


@pytest.mark.pure
def test_codes_differ_and_are_sixty_bits():
    made = {codes.make() for _ in range(1000)}
    assert len(made) == 1000 and all(len(codes.read(c)) == 12 for c in made)
    assert len(codes.ALPHABET) == 32


def test_a_code_works_once(a: Factories):
    ana = a.person()
    code = issue(ana)
    assert use(code.lower(), ana).id == ana.id
    assert use(code, ana) is None


def test_a_code_works_for_its_person_alone(a: Factories):
    ana, budi = a.person(), a.person()
    code = issue(ana)
    assert use(code, budi) is None
    assert use(code, None) is None
    assert use(code, ana) is not None


def test_a_code_ends_after_fourteen_days(a: Factories, later):
    ana = a.person()
    first = issue(ana)
    later(days=13, hours=23)
    assert use(first, ana) is not None
    second = issue(ana)
    later(days=14, seconds=1)
    assert use(second, ana) is None


def test_a_new_code_voids_the_one_before(a: Factories):
    ana = a.person()
    old, new = issue(ana), issue(ana)
    assert use(old, ana) is None
    assert use(new, ana) is not None


def test_the_database_holds_no_code(a: Factories):
    ana = a.person()
    code = codes.read(issue(ana))
    row = db.session.scalars(select(OneTimeCode)).one()
    assert code not in str(vars(row)) and len(row.code_hash) == 64


def test_every_code_is_on_the_record_with_who_issued_it(a: Factories):
    unit = a.unit()
    ana, hr = a.person(unit=unit), a.person(name="Rahma", unit=unit, roles=[Role.UNIT_HR])
    code = issue(ana, by=hr)
    entry = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "code.issued")).one()
    assert (entry.person_id, entry.about_person_id) == (hr.id, ana.id)
    assert code not in str(entry.details)


def test_nobody_issues_a_code_for_themselves_or_for_a_higher_role(a: Factories):
    unit = a.unit()
    hr, chief = a.person(unit=unit, roles=[Role.UNIT_HR]), a.person(unit=unit, roles=[Role.AGENCY_HR], scope=a.agency())
    operator = a.person(unit=unit, roles=[Role.OPERATOR])
    for by, who, why in [
        (hr, hr, errors.NotForOneself),
        (hr, operator, errors.AboveOwnRank),
        (hr, chief, errors.AboveOwnRank),
        (chief, operator, errors.AboveOwnRank),
    ]:
        with pytest.raises(why):
            issue(who, by)
    assert issue(hr, chief) and issue(chief, operator)


def test_a_mailed_link_is_another_kind_of_code(a: Factories):
    ana = a.person(email="ana@kota.example")
    with db.transaction():
        token = entry.issue_link(ana)
    with db.transaction():
        assert actions.use_code(token, ana) is None
        assert actions.use_code(token, purpose="mail").id == ana.id
        assert actions.use_code(token, purpose="mail") is None
