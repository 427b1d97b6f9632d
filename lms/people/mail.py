"""Sign-in links by mail, where the installation has mail. The worker sends them: asking takes as long for nobody."""

import smtplib
import ssl
from email.message import EmailMessage
from urllib.parse import unquote, urlsplit

from lms.core import db, jobs, settings, texts
from lms.core.texts import _
from lms.people import entry, queries

LINK = "people.send_link"
"""The kind of job that mails one."""
TIMEOUT = 20
"""Seconds that a mail server has for each answer."""


def is_there() -> bool:
    """Whether this installation sends mail."""
    return bool(settings.current().mail_url)


def send(to: str, subject: str, body: str) -> None:
    """Hand a plain-text mail to the server; raises OSError or smtplib.SMTPException when it was not taken."""
    chosen = settings.current()
    server = urlsplit(chosen.mail_url)
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = chosen.mail_from, to, subject
    message.set_content(body)
    with smtplib.SMTP(server.hostname or "", server.port or 25, timeout=TIMEOUT) as smtp:
        smtp.ehlo()
        if smtp.has_extn("starttls"):
            smtp.starttls(context=ssl.create_default_context())
            smtp.ehlo()
        if server.username:
            smtp.login(unquote(server.username), unquote(server.password or ""))
        smtp.send_message(message)


def send_link(args: dict) -> None:
    """Mail a sign-in link to the person, once the transaction that made it is durable; nobody gets none."""
    who = queries.person_by_id(args["person_id"]) if args["person_id"] else None
    if who is None or not who.email or not queries.works_here(who) or not is_there():
        return
    address = f"{settings.current().address}/sign-in/link/{entry.issue_link(who)}"
    with texts.speak(who.language):
        subject = _("Your sign-in link for Asah")
        body = _(
            "Open this link to sign in. It works once, for 20 minutes:\n\n%(address)s\n\n"
            "If you did not ask for it, do nothing: without the link nobody gets in.",
            address=address,
        )
    to = who.email
    db.after_commit(lambda: send(to, subject, body))


jobs.register(LINK, send_link)
