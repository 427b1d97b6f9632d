"""Courses, their versions, and what a version consists of."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy import JSON, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from lms.competency.models import Competency
from lms.core import clock, ids
from lms.core.db import Model
from lms.people.models import Person, Unit


class Course(Model):
    """A course, whatever its version. Its place in the catalogue; never deleted, since records refer to it."""

    __tablename__ = "course"
    __retention__ = "for good: records and certificates refer to it"
    __table_args__ = (
        Index(
            "uq_course_shared_slug",
            "slug",
            unique=True,
            sqlite_where=text("agency_id IS NULL"),
            postgresql_where=text("agency_id IS NULL"),
        ),
        UniqueConstraint("agency_id", "slug"),
    )
    id: Mapped[int] = mapped_column(primary_key=True)
    uuid: Mapped[UUID] = mapped_column(default=ids.new, unique=True)
    slug: Mapped[str] = mapped_column(index=True)
    """Its name in addresses; unique within an agency, and among the shared courses."""
    agency_id: Mapped[int | None] = mapped_column(ForeignKey("unit.id"))
    """The agency that it belongs to; None is shared by all."""
    owner_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    """Who brought it in first; None for shipped courses."""
    state: Mapped[str] = mapped_column(default="draft")
    """draft (never published yet), published, or unpublished (closed to new learners)."""
    version_id: Mapped[int | None] = mapped_column(
        ForeignKey("course_version.id", use_alter=True, name="fk_course_version_id")
    )
    """The version that new learners begin; None until one is published. Kept when the course is unpublished."""
    language: Mapped[str] = mapped_column(default="id")
    translation_group: Mapped[str] = mapped_column(default="", index=True)
    """The same in every language of one course."""
    created_at: Mapped[datetime] = mapped_column(default=clock.now)
    version: Mapped["CourseVersion | None"] = relationship(foreign_keys=[version_id], post_update=True)
    versions: Mapped[list["CourseVersion"]] = relationship(
        foreign_keys="CourseVersion.course_id", order_by="CourseVersion.number", back_populates="course"
    )
    agency: Mapped[Unit | None] = relationship()

    @property
    def open(self) -> bool:
        """Whether it takes new learners."""
        return self.state == "published" and self.version_id is not None

    @property
    def title(self) -> str:
        """The title of the published version, else of the newest one."""
        shown = self.version or (self.versions[-1] if self.versions else None)
        return shown.title if shown else self.slug


class CourseVersion(Model):
    """A course as it was at one import. What learners began never changes under them: a change is a new version."""

    __tablename__ = "course_version"
    __retention__ = "for good: records and certificates refer to it"
    __table_args__ = (UniqueConstraint("course_id", "number"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    uuid: Mapped[UUID] = mapped_column(default=ids.new, unique=True)
    course_id: Mapped[int] = mapped_column(ForeignKey("course.id"))
    number: Mapped[int]
    """1, 2, 3 ... within the course."""
    title: Mapped[str]
    summary: Mapped[str]
    audience: Mapped[str]
    language: Mapped[str]
    files: Mapped[dict[str, str]] = mapped_column(JSON)
    """Path in the course folder -> SHA-256 of its bytes in storage."""
    digest: Mapped[str]
    """SHA-256 over `files`: two imports of the same folder have the same."""
    minutes: Mapped[int]
    """The author's figure."""
    minutes_computed: Mapped[int]
    """Ours (see docs/course-format.md); JP never exceeds floor(minutes_computed / 45)."""
    minutes_approved: Mapped[int | None]
    """The personnel officer's, which is what counts; None until approved."""
    jp: Mapped[int]
    """Learning hours of 45 minutes: the author's until minutes are approved, then floor(minutes_approved / 45)."""
    pass_mark: Mapped[int]
    """Per cent of the post-test."""
    review_by: Mapped[date]
    """When the material must be read again."""
    basis: Mapped[list[str]]
    """Regulations and sources."""
    action_plan: Mapped[str] = mapped_column(default="")
    """The question that the learner answers in one sentence at the end."""
    state: Mapped[str] = mapped_column(default="draft")
    """draft, review, published or retired (another version was published after it, or the course was closed)."""
    author_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    """Who imported it; None: by the command line or as shipped."""
    created_at: Mapped[datetime] = mapped_column(default=clock.now)
    asked_at: Mapped[datetime | None]
    """When a second person was asked to read it."""
    reviewed_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    """The second person, never the author; None with `reviewed_at` set: shipped content, read by its makers."""
    reviewed_at: Mapped[datetime | None]
    review_note: Mapped[str] = mapped_column(default="")
    """What the second person wrote, also when they sent it back."""
    minutes_approved_by_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    """Who approved the minutes, never the author; None with `minutes_approved_at` set: shipped content."""
    minutes_approved_at: Mapped[datetime | None]
    published_at: Mapped[datetime | None]
    course: Mapped[Course] = relationship(foreign_keys=[course_id], back_populates="versions")
    modules: Mapped[list["Module"]] = relationship(order_by="Module.number", back_populates="version")
    lessons: Mapped[list["Lesson"]] = relationship(order_by="Lesson.number", back_populates="version")
    outcomes: Mapped[list["Outcome"]] = relationship(order_by="Outcome.id", back_populates="version")
    author: Mapped[Person | None] = relationship(foreign_keys=[author_id])
    reviewed_by: Mapped[Person | None] = relationship(foreign_keys=[reviewed_by_id])
    minutes_approved_by: Mapped[Person | None] = relationship(foreign_keys=[minutes_approved_by_id])

    @property
    def octets(self) -> int:
        """The bytes that its lessons take to load, each picture once a lesson."""
        return sum(lesson.octets for lesson in self.lessons)


class Module(Model):
    """Some lessons that belong together, and the pre-test that skips them."""

    __tablename__ = "course_module"
    __retention__ = "for good: part of a version"
    __table_args__ = (UniqueConstraint("version_id", "number"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    version_id: Mapped[int] = mapped_column(ForeignKey("course_version.id"))
    number: Mapped[int]
    """1, 2, 3 ... within the version."""
    title: Mapped[str]
    pretest: Mapped[str | None]
    """Such as pretest-1; None where there is nothing to skip by."""
    version: Mapped[CourseVersion] = relationship(back_populates="modules")
    lessons: Mapped[list["Lesson"]] = relationship(order_by="Lesson.number", back_populates="module")


class Lesson(Model):
    """One lesson of a version, ready to show."""

    __tablename__ = "lesson"
    __retention__ = "for good: part of a version"
    __table_args__ = (UniqueConstraint("version_id", "key"), UniqueConstraint("version_id", "uuid"))
    id: Mapped[int] = mapped_column(primary_key=True)
    uuid: Mapped[UUID] = mapped_column(default=ids.new, index=True)
    """The same in every version that has a lesson of this key."""
    version_id: Mapped[int] = mapped_column(ForeignKey("course_version.id"))
    module_id: Mapped[int] = mapped_column(ForeignKey("course_module.id"), index=True)
    number: Mapped[int]
    """1, 2, 3 ... within the version."""
    key: Mapped[str]
    """The name of its file, such as 01-lima-tanda: what addresses and statements call it."""
    title: Mapped[str]
    aim: Mapped[str]
    html: Mapped[str]
    """The body, safe to show as it is; its headings start at h2."""
    tomorrow: Mapped[str]
    """What to try at work tomorrow; plain text."""
    sources: Mapped[list[str]]
    minutes: Mapped[int]
    """Computed, whole minutes, at least 1."""
    octets: Mapped[int]
    """The bytes of its HTML and its pictures."""
    competency_id: Mapped[int | None] = mapped_column(ForeignKey("competency.id"))
    level: Mapped[int | None]
    version: Mapped[CourseVersion] = relationship(back_populates="lessons")
    module: Mapped[Module] = relationship(back_populates="lessons")
    competency: Mapped[Competency | None] = relationship()


class Outcome(Model):
    """A competency and level that a version supports."""

    __tablename__ = "course_outcome"
    __retention__ = "for good: part of a version"
    __table_args__ = (UniqueConstraint("version_id", "competency_id", "level"),)
    id: Mapped[int] = mapped_column(primary_key=True)
    version_id: Mapped[int] = mapped_column(ForeignKey("course_version.id"))
    competency_id: Mapped[int] = mapped_column(ForeignKey("competency.id"), index=True)
    level: Mapped[int]
    can: Mapped[str]
    """What the learner can do afterwards, as it follows on "... dapat"."""
    version: Mapped[CourseVersion] = relationship(back_populates="outcomes")
    competency: Mapped[Competency] = relationship()
