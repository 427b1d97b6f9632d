"""Keep xAPI statements and documents.

The text of a statement is kept as it came; the narrow columns beside it are only for finding it again.
"""

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "lrs_credential",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("key", sa.Text(), nullable=False),
        sa.Column("secret_hash", sa.Text(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("scopes", sa.JSON(), nullable=False),
        sa.Column("own", sa.Boolean(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("last_used_at", sa.DateTime(timezone=True), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lrs_credential")),
        sa.UniqueConstraint("key", name=op.f("uq_lrs_credential_key")),
    )
    op.create_table(
        "lrs_description",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("name_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("digest", sa.Uuid(), nullable=False),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lrs_description")),
        sa.UniqueConstraint("name_id", "digest", name=op.f("uq_lrs_description_name_id_digest")),
    )
    op.create_table(
        "lrs_name",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("kind", sa.Text(), nullable=False),
        sa.Column("digest", sa.Uuid(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lrs_name")),
        sa.UniqueConstraint("digest", name=op.f("uq_lrs_name_digest")),
    )
    op.create_table(
        "lrs_state",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("digest", sa.Uuid(), nullable=False),
        sa.Column("context", sa.Uuid(), nullable=False),
        sa.Column("activity", sa.Text(), nullable=False),
        sa.Column("agent", sa.Text(), nullable=False),
        sa.Column("registration", sa.Uuid(), nullable=True),
        sa.Column("state_id", sa.Text(), nullable=False),
        sa.Column("content_type", sa.Text(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("etag", sa.Text(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("credential_id", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_lrs_state")),
        sa.UniqueConstraint("digest", name=op.f("uq_lrs_state_digest")),
    )
    op.create_index("ix_lrs_state_context", "lrs_state", ["context", "registration"], unique=False)
    op.create_table(
        "statement",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("sid", sa.Uuid(), nullable=False),
        sa.Column("stored", sa.DateTime(timezone=True), nullable=False),
        sa.Column("timestamp", sa.DateTime(timezone=True), nullable=False),
        sa.Column("registration", sa.Uuid(), nullable=True),
        sa.Column("verb_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("actor_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("activity_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=True),
        sa.Column("authority_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("ref", sa.Uuid(), nullable=True),
        sa.Column("voiding", sa.Boolean(), nullable=False),
        sa.Column("voided", sa.Boolean(), nullable=False),
        sa.Column("own", sa.Boolean(), nullable=False),
        sa.Column("credential_id", sa.Integer(), nullable=True),
        sa.Column("body", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_statement")),
        sa.UniqueConstraint("sid", name=op.f("uq_statement_sid")),
    )
    op.create_index("ix_statement_activity", "statement", ["activity_id"], unique=False)
    op.create_index("ix_statement_actor_verb", "statement", ["actor_id", "verb_id"], unique=False)
    op.create_index(
        "ix_statement_ref",
        "statement",
        ["ref"],
        unique=False,
        sqlite_where=sa.text("ref IS NOT NULL"),
        postgresql_where=sa.text("ref IS NOT NULL"),
    )
    op.create_index("ix_statement_registration", "statement", ["registration"], unique=False)
    op.create_index("ix_statement_stored", "statement", ["stored", "id"], unique=False)
    op.create_table(
        "statement_link",
        sa.Column("name_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False),
        sa.Column(
            "statement_id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), autoincrement=False, nullable=False
        ),
        sa.Column("near", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("name_id", "statement_id", name=op.f("pk_statement_link")),
    )


def downgrade() -> None:
    op.drop_table("statement_link")
    op.drop_index("ix_statement_stored", table_name="statement")
    op.drop_index("ix_statement_registration", table_name="statement")
    op.drop_index(
        "ix_statement_ref",
        table_name="statement",
        sqlite_where=sa.text("ref IS NOT NULL"),
        postgresql_where=sa.text("ref IS NOT NULL"),
    )
    op.drop_index("ix_statement_actor_verb", table_name="statement")
    op.drop_index("ix_statement_activity", table_name="statement")
    op.drop_table("statement")
    op.drop_index("ix_lrs_state_context", table_name="lrs_state")
    op.drop_table("lrs_state")
    op.drop_table("lrs_name")
    op.drop_table("lrs_description")
    op.drop_table("lrs_credential")
