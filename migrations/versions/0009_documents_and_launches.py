"""Keep the documents of profiles beside those of State, the contents of attachments, and keys that serve one launch.

A key can be given a new secret, while the one before opens for as long as the operator says.
"""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

NEW = (
    ("old_secret_hash", sa.Text()),
    ("old_until", sa.DateTime(timezone=True)),
    ("agent", sa.Text()),
    ("registration", sa.Uuid()),
    ("activity", sa.Text()),
    ("expires_at", sa.DateTime(timezone=True)),
)


def _where(text: str) -> dict[str, Any]:
    return {"sqlite_where": sa.text(text), "postgresql_where": sa.text(text)}


def _move(old: str, new: str, old_name: str, new_name: str, which: str = "TRUE") -> None:
    """The documents stand in the table `new`, where the column `old_name` is called `new_name`."""
    op.create_table(
        new,
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.Column("digest", sa.Uuid(), nullable=False),
        sa.Column("context", sa.Uuid(), nullable=False),
        sa.Column("activity", sa.Text(), nullable=False),
        sa.Column("agent", sa.Text(), nullable=False),
        sa.Column("registration", sa.Uuid(), nullable=True),
        sa.Column(new_name, sa.Text(), nullable=False),
        sa.Column("content_type", sa.Text(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("etag", sa.Text(), nullable=False),
        sa.Column("updated_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("credential_id", sa.Integer(), nullable=True),
        sa.PrimaryKeyConstraint("id", name=op.f(f"pk_{new}")),
        sa.UniqueConstraint("digest", name=op.f(f"uq_{new}_digest")),
    )
    rest = "id, digest, context, activity, agent, registration, content_type, content, etag, updated_at, credential_id"
    op.execute(f"INSERT INTO {new} ({rest}, {new_name}) SELECT {rest}, {old_name} FROM {old} WHERE {which}")  # noqa: S608
    if op.get_bind().dialect.name == "postgresql":
        op.execute(f"SELECT setval('{new}_id_seq', (SELECT coalesce(max(id), 0) + 1 FROM {new}), false)")  # noqa: S608
    op.drop_table(old)
    op.create_index(f"ix_{new}_context", new, ["context", "registration"])


def upgrade() -> None:
    _move("lrs_state", "lrs_document", "state_id", "name")
    op.create_table(
        "lrs_attachment",
        sa.Column("sid", sa.Uuid(), nullable=False),
        sa.Column("sha2", sa.Text(), nullable=False),
        sa.Column("digest", sa.Text(), nullable=False),
        sa.Column("content_type", sa.Text(), nullable=False),
        sa.Column("length", sa.BigInteger().with_variant(sa.Integer(), "sqlite"), nullable=False),
        sa.PrimaryKeyConstraint("sid", "sha2", name=op.f("pk_lrs_attachment")),
    )
    for name, kind in NEW:
        op.add_column("lrs_credential", sa.Column(name, kind, nullable=True))
    op.create_index("ix_lrs_credential_tools", "lrs_credential", ["id"], **_where("agent IS NULL"))
    op.create_index("ix_lrs_credential_launches", "lrs_credential", ["expires_at"], **_where("agent IS NOT NULL"))


def downgrade() -> None:
    op.drop_index("ix_lrs_credential_launches", table_name="lrs_credential")
    op.drop_index("ix_lrs_credential_tools", table_name="lrs_credential")
    for name, _ in reversed(NEW):
        op.drop_column("lrs_credential", name)
    op.drop_table("lrs_attachment")
    # the schema before knows no profiles
    _move("lrs_document", "lrs_state", "name", "state_id", "activity <> '' AND agent <> ''")
