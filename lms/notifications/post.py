"""The post: a job hands a message to a channel after its own commit, so that no transaction waits for a mail server."""

from typing import Any

import structlog
from sqlalchemy import update

from lms.core import db, jobs
from lms.notifications.channels import CHANNELS
from lms.notifications.errors import Undeliverable
from lms.notifications.kinds import Message
from lms.notifications.models import Notification
from lms.people import queries as people

log = structlog.get_logger()
DELIVER = "notifications.deliver"


def deliver(args: dict[str, Any]) -> None:
    """The message of `args` (channel, person_id, message) is handed to its channel once this transaction is durable.

    A failure that may pass is raised then, and the job tries again; one for good is noted beside the notification.
    """
    channel, message = CHANNELS[args["channel"]], Message(**args["message"])
    address = channel.address_of(people.person_by_id(args["person_id"]))
    if address is not None:
        db.after_commit(lambda: _hand_over(args["channel"], args["person_id"], message, address))


def _hand_over(name: str, person_id: int, message: Message, address: str) -> None:
    try:
        CHANNELS[name].send(message, address)
    except Undeliverable as failure:
        if not failure.permanent:
            raise
        log.warning("undeliverable", channel=name, person=person_id, reason=str(failure))
        with db.transaction():
            db.session.execute(
                update(Notification)
                .where(
                    Notification.person_id == person_id,
                    Notification.kind == message.kind,
                    Notification.cause == message.cause,
                )
                .values(undelivered=f"{name}: {failure}")
            )


jobs.register(DELIVER, deliver)
