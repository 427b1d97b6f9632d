"""Offer courses: versions, modules, lessons, outcomes and questions with their keys."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    # A circle: a course names its published version. SQLite takes the key at once, PostgreSQL once both tables are there.
    circle = (
        []
        if op.get_bind().dialect.name != "sqlite"
        else [sa.ForeignKeyConstraint(["version_id"], ["course_version.id"], name="fk_course_version_id")]
    )
    op.create_table(
        "course",
        *circle,
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uuid", sa.Uuid(), nullable=False),
        sa.Column("slug", sa.Text(), nullable=False),
        sa.Column("agency_id", sa.Integer(), nullable=True),
        sa.Column("owner_id", sa.Integer(), nullable=True),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("version_id", sa.Integer(), nullable=True),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("translation_group", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["agency_id"], ["unit.id"], name=op.f("fk_course_agency_id")),
        sa.ForeignKeyConstraint(["owner_id"], ["person.id"], name=op.f("fk_course_owner_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_course")),
        sa.UniqueConstraint("agency_id", "slug", name=op.f("uq_course_agency_id_slug")),
        sa.UniqueConstraint("uuid", name=op.f("uq_course_uuid")),
    )
    op.create_index(op.f("ix_course_slug"), "course", ["slug"], unique=False)
    op.create_index(op.f("ix_course_translation_group"), "course", ["translation_group"], unique=False)
    op.create_index(
        "uq_course_shared_slug",
        "course",
        ["slug"],
        unique=True,
        sqlite_where=sa.text("agency_id IS NULL"),
        postgresql_where=sa.text("agency_id IS NULL"),
    )
    op.create_table(
        "course_version",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uuid", sa.Uuid(), nullable=False),
        sa.Column("course_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("summary", sa.Text(), nullable=False),
        sa.Column("audience", sa.Text(), nullable=False),
        sa.Column("language", sa.Text(), nullable=False),
        sa.Column("files", sa.JSON(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("minutes_computed", sa.Integer(), nullable=False),
        sa.Column("minutes_approved", sa.Integer(), nullable=True),
        sa.Column("jp", sa.Integer(), nullable=False),
        sa.Column("pass_mark", sa.Integer(), nullable=False),
        sa.Column("review_by", sa.Date(), nullable=False),
        sa.Column("basis", sa.JSON(), nullable=False),
        sa.Column("action_plan", sa.Text(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("author_id", sa.Integer(), nullable=True),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("asked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("reviewed_by_id", sa.Integer(), nullable=True),
        sa.Column("reviewed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("review_note", sa.Text(), nullable=False),
        sa.Column("minutes_approved_by_id", sa.Integer(), nullable=True),
        sa.Column("minutes_approved_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("published_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["author_id"], ["person.id"], name=op.f("fk_course_version_author_id")),
        sa.ForeignKeyConstraint(["course_id"], ["course.id"], name=op.f("fk_course_version_course_id")),
        sa.ForeignKeyConstraint(
            ["minutes_approved_by_id"], ["person.id"], name=op.f("fk_course_version_minutes_approved_by_id")
        ),
        sa.ForeignKeyConstraint(["reviewed_by_id"], ["person.id"], name=op.f("fk_course_version_reviewed_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_course_version")),
        sa.UniqueConstraint("course_id", "number", name=op.f("uq_course_version_course_id_number")),
        sa.UniqueConstraint("uuid", name=op.f("uq_course_version_uuid")),
    )
    op.create_table(
        "course_module",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("pretest", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["version_id"], ["course_version.id"], name=op.f("fk_course_module_version_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_course_module")),
        sa.UniqueConstraint("version_id", "number", name=op.f("uq_course_module_version_id_number")),
    )
    op.create_table(
        "course_outcome",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("competency_id", sa.Integer(), nullable=False),
        sa.Column("level", sa.Integer(), nullable=False),
        sa.Column("can", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["competency_id"], ["competency.id"], name=op.f("fk_course_outcome_competency_id")),
        sa.ForeignKeyConstraint(["version_id"], ["course_version.id"], name=op.f("fk_course_outcome_version_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_course_outcome")),
        sa.UniqueConstraint(
            "version_id", "competency_id", "level", name=op.f("uq_course_outcome_version_id_competency_id_level")
        ),
    )
    op.create_index(op.f("ix_course_outcome_competency_id"), "course_outcome", ["competency_id"], unique=False)
    op.create_table(
        "question",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uuid", sa.Uuid(), nullable=False),
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("type", sa.Text(), nullable=False),
        sa.Column("purpose", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("lesson_key", sa.Text(), nullable=False),
        sa.Column("competency_id", sa.Integer(), nullable=True),
        sa.Column("level", sa.Integer(), nullable=True),
        sa.Column("text_html", sa.Text(), nullable=False),
        sa.Column("shown", sa.JSON(), nullable=False),
        sa.Column("answer", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["competency_id"], ["competency.id"], name=op.f("fk_question_competency_id")),
        sa.ForeignKeyConstraint(["version_id"], ["course_version.id"], name=op.f("fk_question_version_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_question")),
        sa.UniqueConstraint("uuid", name=op.f("uq_question_uuid")),
        sa.UniqueConstraint("version_id", "key", name=op.f("uq_question_version_id_key")),
    )
    op.create_index("ix_question_name", "question", ["version_id", "name", "number"], unique=False)
    op.create_table(
        "lesson",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uuid", sa.Uuid(), nullable=False),
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("module_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("aim", sa.Text(), nullable=False),
        sa.Column("html", sa.Text(), nullable=False),
        sa.Column("tomorrow", sa.Text(), nullable=False),
        sa.Column("sources", sa.JSON(), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("octets", sa.Integer(), nullable=False),
        sa.Column("competency_id", sa.Integer(), nullable=True),
        sa.Column("level", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["competency_id"], ["competency.id"], name=op.f("fk_lesson_competency_id")),
        sa.ForeignKeyConstraint(["module_id"], ["course_module.id"], name=op.f("fk_lesson_module_id")),
        sa.ForeignKeyConstraint(["version_id"], ["course_version.id"], name=op.f("fk_lesson_version_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lesson")),
        sa.UniqueConstraint("version_id", "key", name=op.f("uq_lesson_version_id_key")),
        sa.UniqueConstraint("version_id", "uuid", name=op.f("uq_lesson_version_id_uuid")),
    )
    op.create_index(op.f("ix_lesson_module_id"), "lesson", ["module_id"], unique=False)
    op.create_index(op.f("ix_lesson_uuid"), "lesson", ["uuid"], unique=False)
    if op.get_bind().dialect.name != "sqlite":
        op.create_foreign_key("fk_course_version_id", "course", "course_version", ["version_id"], ["id"])


def downgrade() -> None:
    if op.get_bind().dialect.name != "sqlite":
        op.drop_constraint("fk_course_version_id", "course", type_="foreignkey")
    op.drop_index(op.f("ix_lesson_uuid"), table_name="lesson")
    op.drop_index(op.f("ix_lesson_module_id"), table_name="lesson")
    op.drop_table("lesson")
    op.drop_index("ix_question_name", table_name="question")
    op.drop_table("question")
    op.drop_index(op.f("ix_course_outcome_competency_id"), table_name="course_outcome")
    op.drop_table("course_outcome")
    op.drop_table("course_module")
    op.drop_table("course_version")
    op.drop_index(
        "uq_course_shared_slug",
        table_name="course",
        sqlite_where=sa.text("agency_id IS NULL"),
        postgresql_where=sa.text("agency_id IS NULL"),
    )
    op.drop_index(op.f("ix_course_translation_group"), table_name="course")
    op.drop_index(op.f("ix_course_slug"), table_name="course")
    op.drop_table("course")
