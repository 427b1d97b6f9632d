"""What people were told."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lms.core import clock, ids
from lms.core.db import Model
from lms.notifications.kinds import Message, Words
from lms.people.models import Person


class Notification(Model):
    """Something that a person should know. The words are made when it is shown, in the language of that moment."""

    __tablename__ = "notification"
    __retention__ = "1 year, or until erasure: what it speaks of is kept elsewhere"
    __table_args__ = (
        UniqueConstraint("person_id", "kind", "cause"),
        Index(
            "ix_notification_unread",
            "person_id",
            "id",
            sqlite_where=text("read_at IS NULL"),
            postgresql_where=text("read_at IS NULL"),
        ),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    uuid: Mapped[UUID] = mapped_column(default=ids.new, unique=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), index=True)
    """Who is told."""
    kind: Mapped[str]
    """A key of `kinds.KINDS`, which holds the words."""
    params: Mapped[dict[str, Any]] = mapped_column(default=dict)
    """What fills the words: names, titles, minutes."""
    path: Mapped[str] = mapped_column(default="/")
    """The page on this site that it leads to."""
    cause: Mapped[str]
    """What it follows from, such as a registration: the same cause is told once."""
    created_at: Mapped[datetime] = mapped_column(default=clock.now)
    read_at: Mapped[datetime | None]
    """None until they have seen it."""
    undelivered: Mapped[str] = mapped_column(default="")
    """Which channel will not reach them, and why; empty when nothing went wrong."""
    person: Mapped[Person] = relationship()

    def words(self) -> Words:
        """What it says, in the language of the moment."""
        return Message(self.kind, self.cause, self.path, self.params).words()
