"""Let people hear from each other: thanks, notifications, action plans and what they thought of a course."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "notification",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uuid", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("params", sa.JSON(), nullable=False),
        sa.Column("path", sa.Text(), nullable=False),
        sa.Column("cause", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("undelivered", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_notification_person_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_notification")),
        sa.UniqueConstraint("person_id", "kind", "cause", name=op.f("uq_notification_person_id_kind_cause")),
        sa.UniqueConstraint("uuid", name=op.f("uq_notification_uuid")),
    )
    op.create_index(op.f("ix_notification_person_id"), "notification", ["person_id"], unique=False)
    op.create_index(
        "ix_notification_unread",
        "notification",
        ["person_id", "id"],
        unique=False,
        sqlite_where=sa.text("read_at IS NULL"),
        postgresql_where=sa.text("read_at IS NULL"),
    )
    op.create_table(
        "recognition",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uuid", sa.Uuid(), nullable=False),
        sa.Column("from_id", sa.Integer(), nullable=False),
        sa.Column("to_id", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("course_id", sa.Integer(), nullable=True),
        sa.Column("record_id", sa.Integer(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["course_id"], ["course.id"], name=op.f("fk_recognition_course_id")),
        sa.ForeignKeyConstraint(["from_id"], ["person.id"], name=op.f("fk_recognition_from_id")),
        sa.ForeignKeyConstraint(["record_id"], ["competency_record.id"], name=op.f("fk_recognition_record_id")),
        sa.ForeignKeyConstraint(["to_id"], ["person.id"], name=op.f("fk_recognition_to_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_recognition")),
        sa.UniqueConstraint("uuid", name=op.f("uq_recognition_uuid")),
    )
    op.create_index(op.f("ix_recognition_from_id"), "recognition", ["from_id"], unique=False)
    op.create_index(op.f("ix_recognition_to_id"), "recognition", ["to_id"], unique=False)
    op.create_table(
        "action_plan",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uuid", sa.Uuid(), nullable=False),
        sa.Column("enrolment_id", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["enrolment_id"], ["enrolment.id"], name=op.f("fk_action_plan_enrolment_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_action_plan")),
        sa.UniqueConstraint("enrolment_id", name=op.f("uq_action_plan_enrolment_id")),
        sa.UniqueConstraint("uuid", name=op.f("uq_action_plan_uuid")),
    )
    op.create_table(
        "reaction",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("enrolment_id", sa.Integer(), nullable=False),
        sa.Column("version_id", sa.Integer(), nullable=False),
        sa.Column("useful", sa.Integer(), nullable=False),
        sa.Column("clear", sa.Integer(), nullable=False),
        sa.Column("worth_the_time", sa.Integer(), nullable=False),
        sa.Column("remark", sa.Text(), nullable=False),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint("clear BETWEEN 1 AND 5", name=op.f("ck_reaction_clear")),
        sa.CheckConstraint("useful BETWEEN 1 AND 5", name=op.f("ck_reaction_useful")),
        sa.CheckConstraint("worth_the_time BETWEEN 1 AND 5", name=op.f("ck_reaction_worth_the_time")),
        sa.ForeignKeyConstraint(["enrolment_id"], ["enrolment.id"], name=op.f("fk_reaction_enrolment_id")),
        sa.ForeignKeyConstraint(["version_id"], ["course_version.id"], name=op.f("fk_reaction_version_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reaction")),
        sa.UniqueConstraint("enrolment_id", name=op.f("uq_reaction_enrolment_id")),
    )
    op.create_index(op.f("ix_reaction_version_id"), "reaction", ["version_id"], unique=False)


def downgrade() -> None:
    op.drop_index(op.f("ix_reaction_version_id"), table_name="reaction")
    op.drop_table("reaction")
    op.drop_table("action_plan")
    op.drop_index(op.f("ix_recognition_to_id"), table_name="recognition")
    op.drop_index(op.f("ix_recognition_from_id"), table_name="recognition")
    op.drop_table("recognition")
    op.drop_index(
        "ix_notification_unread",
        table_name="notification",
        sqlite_where=sa.text("read_at IS NULL"),
        postgresql_where=sa.text("read_at IS NULL"),
    )
    op.drop_index(op.f("ix_notification_person_id"), table_name="notification")
    op.drop_table("notification")
