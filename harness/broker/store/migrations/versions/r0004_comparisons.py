"""What documents of providers say of the contents of pacts."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the table."""
    op.create_table(
        "comparisons",
        sa.Column("content_id", sa.Integer, nullable=False),
        sa.Column("document_id", sa.Integer, nullable=False),
        sa.Column("judge", sa.String(64), nullable=False),
        sa.Column("success", sa.Boolean),
        sa.Column("compared", sa.Integer, nullable=False),
        sa.Column("total", sa.Integer, nullable=False),
        sa.Column("unconfirmed", sa.Integer, nullable=False),
        sa.Column("reasons", sa.Text, nullable=False),
        sa.Column("details", sa.Text, nullable=False),
        sa.Column("created_at", sa.String(32), nullable=False),
        sa.PrimaryKeyConstraint("content_id", "document_id", "judge", name="pk_comparisons"),
        _to("content_id", "contents"),
        _to("document_id", "documents"),
    )
    op.create_index("ix_comparisons_document_id", "comparisons", ["document_id"])


def downgrade() -> None:
    """Drop the table with all that it holds."""
    op.drop_table("comparisons")


def _to(name: str, target: str) -> sa.ForeignKeyConstraint:
    key = f"fk_comparisons_{name}"
    return sa.ForeignKeyConstraint([name], [f"{target}.id"], name=key, ondelete="CASCADE")
