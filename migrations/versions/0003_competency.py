"""Say what people can be on record as able to do, and what a position asks for."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "competency",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("uuid", sa.Uuid(), nullable=False),
        sa.Column("agency_id", sa.Integer(), nullable=True),
        sa.Column("code", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("description", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["agency_id"], ["unit.id"], name=op.f("fk_competency_agency_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_competency")),
        sa.UniqueConstraint("agency_id", "code", name=op.f("uq_competency_agency_id_code")),
        sa.UniqueConstraint("uuid", name=op.f("uq_competency_uuid")),
    )
    op.create_index(op.f("ix_competency_agency_id"), "competency", ["agency_id"], unique=False)
    op.create_index(
        "uq_competency_shared_code",
        "competency",
        ["code"],
        unique=True,
        sqlite_where=sa.text("agency_id IS NULL"),
        postgresql_where=sa.text("agency_id IS NULL"),
    )
    op.create_table(
        "competency_level_name",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("level", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("agency_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("level between 1 and 5", name=op.f("ck_competency_level_name_level")),
        sa.ForeignKeyConstraint(["agency_id"], ["unit.id"], name=op.f("fk_competency_level_name_agency_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_competency_level_name")),
        sa.UniqueConstraint("agency_id", "level", name=op.f("uq_competency_level_name_agency_id_level")),
    )
    op.create_index(
        "uq_competency_level_name_shipped",
        "competency_level_name",
        ["level"],
        unique=True,
        sqlite_where=sa.text("agency_id IS NULL"),
        postgresql_where=sa.text("agency_id IS NULL"),
    )
    op.create_table(
        "competency_level",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("competency_id", sa.Integer(), nullable=False),
        sa.Column("level", sa.Integer(), nullable=False),
        sa.Column("label", sa.Text(), nullable=False),
        sa.Column("agency_id", sa.Integer(), nullable=True),
        sa.CheckConstraint("level between 1 and 5", name=op.f("ck_competency_level_level")),
        sa.ForeignKeyConstraint(["agency_id"], ["unit.id"], name=op.f("fk_competency_level_agency_id")),
        sa.ForeignKeyConstraint(["competency_id"], ["competency.id"], name=op.f("fk_competency_level_competency_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_competency_level")),
        sa.UniqueConstraint(
            "competency_id", "level", "agency_id", name=op.f("uq_competency_level_competency_id_level_agency_id")
        ),
    )
    op.create_index(op.f("ix_competency_level_agency_id"), "competency_level", ["agency_id"], unique=False)
    op.create_index(
        "uq_competency_level_shipped",
        "competency_level",
        ["competency_id", "level"],
        unique=True,
        sqlite_where=sa.text("agency_id IS NULL"),
        postgresql_where=sa.text("agency_id IS NULL"),
    )
    op.create_table(
        "position_standard",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("position_id", sa.Integer(), nullable=False),
        sa.Column("competency_id", sa.Integer(), nullable=False),
        sa.Column("level", sa.Integer(), nullable=False),
        sa.CheckConstraint("level between 1 and 5", name=op.f("ck_position_standard_level")),
        sa.ForeignKeyConstraint(["competency_id"], ["competency.id"], name=op.f("fk_position_standard_competency_id")),
        sa.ForeignKeyConstraint(["position_id"], ["position.id"], name=op.f("fk_position_standard_position_id")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_position_standard")),
        sa.UniqueConstraint(
            "position_id", "competency_id", name=op.f("uq_position_standard_position_id_competency_id")
        ),
    )
    op.create_index(op.f("ix_position_standard_competency_id"), "position_standard", ["competency_id"], unique=False)


def downgrade() -> None:
    op.drop_index(op.f("ix_position_standard_competency_id"), table_name="position_standard")
    op.drop_table("position_standard")
    op.drop_index(
        "uq_competency_level_shipped",
        table_name="competency_level",
        sqlite_where=sa.text("agency_id IS NULL"),
        postgresql_where=sa.text("agency_id IS NULL"),
    )
    op.drop_index(op.f("ix_competency_level_agency_id"), table_name="competency_level")
    op.drop_table("competency_level")
    op.drop_index(
        "uq_competency_level_name_shipped",
        table_name="competency_level_name",
        sqlite_where=sa.text("agency_id IS NULL"),
        postgresql_where=sa.text("agency_id IS NULL"),
    )
    op.drop_table("competency_level_name")
    op.drop_index(
        "uq_competency_shared_code",
        table_name="competency",
        sqlite_where=sa.text("agency_id IS NULL"),
        postgresql_where=sa.text("agency_id IS NULL"),
    )
    op.drop_index(op.f("ix_competency_agency_id"), table_name="competency")
    op.drop_table("competency")
