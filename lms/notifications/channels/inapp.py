"""On our own pages: Beranda and the list of news."""

from lms.core import db
from lms.notifications import queries
from lms.notifications.kinds import Message
from lms.notifications.models import Notification
from lms.people.models import Person

AT_ONCE = True


def address_of(person: Person) -> str | None:
    """Everyone has our pages: the row of the person."""
    return str(person.id)


def send(message: Message, address: str) -> None:
    """The message waits on their pages; sending it again changes nothing."""
    if queries.was_told(int(address), message.kind, message.cause):
        return
    db.session.add(
        Notification(
            person_id=int(address), kind=message.kind, params=message.params, path=message.path, cause=message.cause
        )
    )
    db.session.flush()
