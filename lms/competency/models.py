"""The competency dictionary and the standards of positions."""

from uuid import UUID

from sqlalchemy import CheckConstraint, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lms.core import ids
from lms.core.db import Model

LEVELS = (1, 2, 3, 4, 5)
KINDS = ("managerial", "socio_cultural", "technical")


class Competency(Model):
    """Something that a civil servant can be on record as able to do, at a level from 1 to 5."""

    __tablename__ = "competency"
    __retention__ = "for good: records refer to it"
    __table_args__ = (
        Index(
            "uq_competency_shared_code",
            "code",
            unique=True,
            sqlite_where=text("agency_id IS NULL"),
            postgresql_where=text("agency_id IS NULL"),
        ),
        UniqueConstraint("agency_id", "code"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    uuid: Mapped[UUID] = mapped_column(default=ids.new, unique=True)
    agency_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"), index=True)
    """Whose own competency it is; None is the shared dictionary, the same for every agency."""
    code: Mapped[str]
    """Such as M.1, SK.1 or T.KI."""
    name: Mapped[str]
    kind: Mapped[str]
    """managerial, socio_cultural or technical."""
    description: Mapped[str] = mapped_column(default="")
    source: Mapped[str] = mapped_column(default="")
    """Where the wording comes from, such as a regulation."""
    number: Mapped[int] = mapped_column(default=0)
    """Its place in lists."""
    levels: Mapped[list["CompetencyLevel"]] = relationship(
        primaryjoin="and_(CompetencyLevel.competency_id == Competency.id, CompetencyLevel.agency_id.is_(None))",
        order_by="CompetencyLevel.level",
        viewonly=True,
    )
    """The wording as shipped, levels 1 to 5; what an agency says instead is asked of `queries.label`."""


class CompetencyLevel(Model):
    """The wording of one level: as the dictionary ships it, or as one agency has put it for itself.

    An agency's wording stands beside the shipped one, so that loading a newer dictionary can never overwrite it.
    """

    __tablename__ = "competency_level"
    __retention__ = "for good: records refer to it"
    __table_args__ = (
        Index(
            "uq_competency_level_shipped",
            "competency_id",
            "level",
            unique=True,
            sqlite_where=text("agency_id IS NULL"),
            postgresql_where=text("agency_id IS NULL"),
        ),
        UniqueConstraint("competency_id", "level", "agency_id"),
        CheckConstraint("level between 1 and 5", name="level"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    competency_id: Mapped[int] = mapped_column(ForeignKey("competency.id"))
    level: Mapped[int]
    """1 to 5."""
    label: Mapped[str]
    """What somebody at this level does, in a few words."""
    agency_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"), index=True)
    """Whose wording it is; None as shipped (or, for an agency's own competency, its only wording)."""
    competency: Mapped[Competency] = relationship()


class LevelName(Model):
    """What a level is called: as shipped, or as one agency calls it."""

    __tablename__ = "competency_level_name"
    __retention__ = "for good: records are shown with it"
    __table_args__ = (
        Index(
            "uq_competency_level_name_shipped",
            "level",
            unique=True,
            sqlite_where=text("agency_id IS NULL"),
            postgresql_where=text("agency_id IS NULL"),
        ),
        UniqueConstraint("agency_id", "level"),
        CheckConstraint("level between 1 and 5", name="level"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    level: Mapped[int]
    """1 to 5."""
    name: Mapped[str]
    source: Mapped[str] = mapped_column(default="")
    """Where the name comes from."""
    agency_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"))
    """Whose name it is; None as shipped."""


class PositionStandard(Model):
    """The level of a competency that a position asks for (LKJ)."""

    __tablename__ = "position_standard"
    __retention__ = "while the position exists; each change is in the audit log"
    __table_args__ = (
        UniqueConstraint("position_id", "competency_id"),
        CheckConstraint("level between 1 and 5", name="level"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    position_id: Mapped[int] = mapped_column(ForeignKey("position.id"))
    competency_id: Mapped[int] = mapped_column(ForeignKey("competency.id"), index=True)
    level: Mapped[int]
    """1 to 5; a position that does not ask for a competency has no row."""
    competency: Mapped[Competency] = relationship()
