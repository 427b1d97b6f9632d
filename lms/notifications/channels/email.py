"""By e-mail, where the operator has set up a mail server and the person has an address."""

import smtplib

from lms.core import texts
from lms.notifications.errors import Undeliverable
from lms.notifications.kinds import Message
from lms.notifications.letters import letter
from lms.people import mail
from lms.people import queries as people
from lms.people.models import Person

AT_ONCE = False


def address_of(person: Person) -> str | None:
    """Their address; None without one, without a mail server, for who may not sign in, and for people of a demo."""
    return person.email if mail.is_there() and person.state == "active" and not person.demo else None


def send(message: Message, address: str) -> None:
    """The mail server has taken the letter; raises Undeliverable, permanent where the address is refused for good."""
    person = people.find_by_login(address)
    if person is None:
        raise Undeliverable("nobody has this address any more", permanent=True)
    with texts.speak(person.language):
        subject, body = letter(message, person.name)
    try:
        mail.send(address, subject, body)
    except smtplib.SMTPRecipientsRefused as refused:
        code, reason = next(iter(refused.recipients.values()))
        raise Undeliverable(f"{code} {reason.decode(errors='replace')}", permanent=code >= 500) from refused
    except smtplib.SMTPResponseException as refused:
        said = refused.smtp_error
        said = said if isinstance(said, str) else said.decode(errors="replace")
        raise Undeliverable(f"{refused.smtp_code} {said}", permanent=False) from refused
    except OSError as unreachable:
        raise Undeliverable(f"{type(unreachable).__name__}: {unreachable}", permanent=False) from unreachable
