"""Give credit: competency records, learning hours and certificates, which are only ever added to."""

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "certificate_key",
        sa.Column("key_id", sa.Text(), nullable=False),
        sa.Column("public", sa.Text(), nullable=False),
        sa.Column("first_used_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("key_id", name=op.f("pk_certificate_key")),
    )
    op.create_table(
        "certificate_sequence",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("series", sa.Text(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("last", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_certificate_sequence")),
        sa.UniqueConstraint("series", "year", name=op.f("uq_certificate_sequence_series_year")),
    )
    op.create_table(
        "hours_rule",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uuid", sa.Uuid(), nullable=False),
        sa.Column("agency_id", sa.Integer(), nullable=True),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("employment_kind", sa.Text(), nullable=True),
        sa.Column("form", sa.Text(), nullable=True),
        sa.Column("value", sa.Integer(), nullable=True),
        sa.Column("unit", sa.Text(), nullable=False),
        sa.Column("abroad_value", sa.Integer(), nullable=True),
        sa.Column("abroad_unit", sa.Text(), nullable=False),
        sa.Column("from_on", sa.Date(), nullable=False),
        sa.Column("to_on", sa.Date(), nullable=True),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("added_by_id", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(["added_by_id"], ["person.id"], name=op.f("fk_hours_rule_added_by_id")),
        sa.ForeignKeyConstraint(["agency_id"], ["unit.id"], name=op.f("fk_hours_rule_agency_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hours_rule")),
        sa.UniqueConstraint("uuid", name=op.f("uq_hours_rule_uuid")),
    )
    op.create_index("ix_hours_rule_name", "hours_rule", ["name", "from_on"], unique=False)
    op.create_table(
        "certificate",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uuid", sa.Uuid(), nullable=False),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("series", sa.Text(), nullable=False),
        sa.Column("number", sa.Text(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("course_id", sa.Integer(), nullable=False),
        sa.Column("registration", sa.Uuid(), nullable=False),
        sa.Column("cause", sa.Text(), nullable=False),
        sa.Column("payload", sa.JSON(), nullable=False),
        sa.Column("private", sa.JSON(), nullable=False),
        sa.Column("signature", sa.Text(), nullable=False),
        sa.Column("key_id", sa.Text(), nullable=False),
        sa.Column("issued_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("revoked_by_id", sa.Integer(), nullable=True),
        sa.Column("revoked_why", sa.Text(), nullable=False),
        sa.Column("pdf", sa.Text(), nullable=True),
        sa.ForeignKeyConstraint(["course_id"], ["course.id"], name=op.f("fk_certificate_course_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_certificate_person_id")),
        sa.ForeignKeyConstraint(["revoked_by_id"], ["person.id"], name=op.f("fk_certificate_revoked_by_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_certificate")),
        sa.UniqueConstraint("code", name=op.f("uq_certificate_code")),
        sa.UniqueConstraint("series", "number", name=op.f("uq_certificate_series_number")),
        sa.UniqueConstraint("uuid", name=op.f("uq_certificate_uuid")),
    )
    op.create_index(op.f("ix_certificate_person_id"), "certificate", ["person_id"], unique=False)
    op.create_index(
        "uq_certificate_standing",
        "certificate",
        ["registration"],
        unique=True,
        sqlite_where=sa.text("revoked_at IS NULL"),
        postgresql_where=sa.text("revoked_at IS NULL"),
    )
    op.create_table(
        "competency_record",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uuid", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("competency_id", sa.Integer(), nullable=False),
        sa.Column("level", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("course_id", sa.Integer(), nullable=True),
        sa.Column("registration", sa.Uuid(), nullable=True),
        sa.Column("rule", sa.Text(), nullable=False),
        sa.Column("cause", sa.Text(), nullable=False),
        sa.Column("evidence", sa.JSON(), nullable=False),
        sa.Column("turn", sa.Integer(), nullable=False),
        sa.Column("confirms_id", sa.Integer(), nullable=True),
        sa.Column("reverses_id", sa.Integer(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("by_id", sa.Integer(), nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["by_id"], ["person.id"], name=op.f("fk_competency_record_by_id")),
        sa.ForeignKeyConstraint(["competency_id"], ["competency.id"], name=op.f("fk_competency_record_competency_id")),
        sa.ForeignKeyConstraint(
            ["confirms_id"], ["competency_record.id"], name=op.f("fk_competency_record_confirms_id")
        ),
        sa.ForeignKeyConstraint(["course_id"], ["course.id"], name=op.f("fk_competency_record_course_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_competency_record_person_id")),
        sa.ForeignKeyConstraint(
            ["reverses_id"], ["competency_record.id"], name=op.f("fk_competency_record_reverses_id")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_competency_record")),
        sa.UniqueConstraint("confirms_id", name=op.f("uq_competency_record_confirms_id")),
        sa.UniqueConstraint(
            "registration", "rule", "cause", "competency_id", "level", "kind", "turn", name="uq_competency_record_once"
        ),
        sa.UniqueConstraint("reverses_id", name=op.f("uq_competency_record_reverses_id")),
        sa.UniqueConstraint("uuid", name=op.f("uq_competency_record_uuid")),
    )
    op.create_index(op.f("ix_competency_record_person_id"), "competency_record", ["person_id"], unique=False)
    op.create_index(op.f("ix_competency_record_registration"), "competency_record", ["registration"], unique=False)
    op.create_table(
        "hours_review",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uuid", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("enrolment_id", sa.Integer(), nullable=False),
        sa.Column("registration", sa.Uuid(), nullable=False),
        sa.Column("rule_id", sa.Integer(), nullable=False),
        sa.Column("cause", sa.Text(), nullable=False),
        sa.Column("turn", sa.Integer(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("active_seconds", sa.Integer(), nullable=False),
        sa.Column("share", sa.Integer(), nullable=False),
        sa.Column("state", sa.Text(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by_id", sa.Integer(), nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(["decided_by_id"], ["person.id"], name=op.f("fk_hours_review_decided_by_id")),
        sa.ForeignKeyConstraint(["enrolment_id"], ["enrolment.id"], name=op.f("fk_hours_review_enrolment_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_hours_review_person_id")),
        sa.ForeignKeyConstraint(["rule_id"], ["hours_rule.id"], name=op.f("fk_hours_review_rule_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hours_review")),
        sa.UniqueConstraint("registration", "cause", "turn", name=op.f("uq_hours_review_registration_cause_turn")),
        sa.UniqueConstraint("uuid", name=op.f("uq_hours_review_uuid")),
    )
    op.create_index(op.f("ix_hours_review_person_id"), "hours_review", ["person_id"], unique=False)
    op.create_index(op.f("ix_hours_review_registration"), "hours_review", ["registration"], unique=False)
    op.create_index("ix_hours_review_state", "hours_review", ["state", "created_at"], unique=False)
    op.create_table(
        "hours_entry",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uuid", sa.Uuid(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("course_id", sa.Integer(), nullable=True),
        sa.Column("registration", sa.Uuid(), nullable=False),
        sa.Column("rule_id", sa.Integer(), nullable=False),
        sa.Column("form", sa.Text(), nullable=False),
        sa.Column("cause", sa.Text(), nullable=False),
        sa.Column("evidence", sa.JSON(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("course_minutes", sa.Integer(), nullable=False),
        sa.Column("learned", sa.Integer(), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("active_seconds", sa.Integer(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("turn", sa.Integer(), nullable=False),
        sa.Column("reverses_id", sa.Integer(), nullable=True),
        sa.Column("review_id", sa.Integer(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["course_id"], ["course.id"], name=op.f("fk_hours_entry_course_id")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_hours_entry_person_id")),
        sa.ForeignKeyConstraint(["reverses_id"], ["hours_entry.id"], name=op.f("fk_hours_entry_reverses_id")),
        sa.ForeignKeyConstraint(["review_id"], ["hours_review.id"], name=op.f("fk_hours_entry_review_id")),
        sa.ForeignKeyConstraint(["rule_id"], ["hours_rule.id"], name=op.f("fk_hours_entry_rule_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_hours_entry")),
        sa.UniqueConstraint("registration", "rule_id", "cause", "day", "kind", "turn", name="uq_hours_entry_once"),
        sa.UniqueConstraint("reverses_id", name=op.f("uq_hours_entry_reverses_id")),
        sa.UniqueConstraint("uuid", name=op.f("uq_hours_entry_uuid")),
    )
    op.create_index("ix_hours_entry_day", "hours_entry", ["person_id", "day"], unique=False)
    op.create_index(op.f("ix_hours_entry_registration"), "hours_entry", ["registration"], unique=False)


def downgrade() -> None:
    op.drop_index(op.f("ix_hours_entry_registration"), table_name="hours_entry")
    op.drop_index("ix_hours_entry_day", table_name="hours_entry")
    op.drop_table("hours_entry")
    op.drop_index("ix_hours_review_state", table_name="hours_review")
    op.drop_index(op.f("ix_hours_review_registration"), table_name="hours_review")
    op.drop_index(op.f("ix_hours_review_person_id"), table_name="hours_review")
    op.drop_table("hours_review")
    op.drop_index(op.f("ix_competency_record_registration"), table_name="competency_record")
    op.drop_index(op.f("ix_competency_record_person_id"), table_name="competency_record")
    op.drop_table("competency_record")
    op.drop_index(
        "uq_certificate_standing",
        table_name="certificate",
        sqlite_where=sa.text("revoked_at IS NULL"),
        postgresql_where=sa.text("revoked_at IS NULL"),
    )
    op.drop_index(op.f("ix_certificate_person_id"), table_name="certificate")
    op.drop_table("certificate")
    op.drop_index("ix_hours_rule_name", table_name="hours_rule")
    op.drop_table("hours_rule")
    op.drop_table("certificate_sequence")
    op.drop_table("certificate_key")
