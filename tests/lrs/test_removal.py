"""What was never true is taken out of the store with its files, and files that nothing names are found."""

import hashlib
from uuid import UUID

import pytest
from click.testing import CliRunner
from sqlalchemy import func, select

from lms.core import db, storage
from lms.lrs import removal
from lms.lrs.cli import lrs
from lms.lrs.models import Attachment, Statement, StatementId
from tests.factories import Factories

from .parts import TYPE, with_content
from .samples import statement

PLACE = "0190a1b2-0000-7000-8000-00000000000a"
MINE, SHARED = b"hanya di demo", b"juga di tempat lain"


def count(table) -> int:
    db.session.rollback()
    return db.session.scalar(select(func.count()).select_from(table))


def there(content: bytes) -> bool:
    return storage.path(hashlib.sha256(content).hexdigest()).is_file()


def test_contents_go_with_their_statements_unless_others_have_them(store, later):
    demo = store.post(with_content(MINE, SHARED, context={"registration": PLACE}), headers=TYPE)
    other = store.post(with_content(SHARED), headers=TYPE)
    voiding = statement(verb={"id": "http://adlnet.gov/expapi/verbs/voided"})
    voiding |= {"object": {"objectType": "StatementRef", "id": demo.json[0]}}
    assert [one.status_code for one in (demo, other, store.post(voiding))] == [200, 200, 200]
    later(minutes=5)
    with db.transaction():
        assert removal.remove([UUID(PLACE)], []) == 2
    assert (count(Statement), count(StatementId), count(Attachment)) == (1, 1, 1)
    assert (there(MINE), there(SHARED)) == (False, True)


def test_a_removal_that_fails_takes_no_file(store, later):
    store.post(with_content(MINE, context={"registration": PLACE}), headers=TYPE)
    later(minutes=5)
    with pytest.raises(ZeroDivisionError), db.transaction():
        removal.remove([UUID(PLACE)], [])
        raise ZeroDivisionError
    assert count(Attachment) == 1 and there(MINE)


def test_files_that_nothing_names_are_listed_and_deleted_when_said(a: Factories, store, later):
    store.post(with_content(SHARED), headers=TYPE)
    course = a.course("antikorupsi")
    left = storage.path(storage.put(MINE))
    assert str(left) not in CliRunner().invoke(lrs, ["tidy-files"]).output  # younger than a day
    later(days=2)
    listed = CliRunner().invoke(lrs, ["tidy-files"])
    assert str(left) in listed.output and len(listed.output.splitlines()) == 2 and left.is_file()
    gone = CliRunner().invoke(lrs, ["tidy-files", "--delete"])
    assert str(left) in gone.output and not left.exists()
    assert there(SHARED) and all(storage.path(one).is_file() for one in course.version.files.values())
