"""xAPI accounts and whose they are, as far as the one who asks may know."""

from collections.abc import Iterable

from sqlalchemy import ColumnElement, or_, select, tuple_

from lms.core import db
from lms.people import nip
from lms.people.models import Employment, Person, XapiAccount

Account = tuple[str, str]
"""homePage and name."""


def owners(accounts: Iterable[Account], seen: ColumnElement[bool]) -> dict[Account, Person]:
    """Whose accounts these are, as far as the criterion `seen` lets the asker see the person."""
    wanted = sorted(set(accounts))
    if not wanted:
        return {}
    rows = db.session.execute(
        select(XapiAccount.home_page, XapiAccount.name, Person)
        .join(Person, Person.id == XapiAccount.person_id)
        .where(tuple_(XapiAccount.home_page, XapiAccount.name).in_(wanted), seen)
    )
    return {(home_page, name): who for home_page, name, who in rows}


def find_owners(words: str, seen: ColumnElement[bool], most: int = 20) -> list[tuple[Account, Person]]:
    """Accounts of people whom `words` name (part of a name, a whole NIP or e-mail address), by name; `seen` as above.

    A person of two accounts stands there twice. One more than `most` where there are more.
    """
    numbered = select(Employment.person_id).where(Employment.number == nip.digits(words))
    rows = db.session.execute(
        select(XapiAccount.home_page, XapiAccount.name, Person)
        .join(Person, Person.id == XapiAccount.person_id)
        .where(
            or_(Person.name.icontains(words, autoescape=True), Person.email == words.lower(), Person.id.in_(numbered)),
            seen,
        )
        .order_by(Person.name, XapiAccount.id)
        .limit(most + 1)
    )
    return [((home_page, name), who) for home_page, name, who in rows]
