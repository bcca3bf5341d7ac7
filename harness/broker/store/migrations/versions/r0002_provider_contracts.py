"""What providers promise: documents, and the versions that they describe."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "documents",
        sa.Column("id", sa.Integer, autoincrement=True, nullable=False),
        sa.Column("provider_id", sa.Integer, nullable=False),
        sa.Column("sha", sa.String(64), nullable=False),
        sa.Column("content", sa.LargeBinary, nullable=False),
        sa.Column("created_at", sa.String(32), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_documents"),
        _to("documents", "provider_id", "pacticipants"),
        sa.UniqueConstraint("provider_id", "sha", name="uq_documents_provider_id_sha"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "provider_contracts",
        sa.Column("id", sa.Integer, autoincrement=True, nullable=False),
        sa.Column("version_id", sa.Integer, nullable=False),
        sa.Column("document_id", sa.Integer, nullable=False),
        sa.Column("specification", sa.Text, nullable=False),
        sa.Column("content_type", sa.Text, nullable=False),
        sa.Column("self_success", sa.Boolean),
        sa.Column("self_verification", sa.Text),
        sa.Column("created_at", sa.String(32), nullable=False),
        sa.Column("updated_at", sa.String(32), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_provider_contracts"),
        _to("provider_contracts", "version_id", "versions"),
        _to("provider_contracts", "document_id", "documents"),
        sa.UniqueConstraint(
            "version_id",
            "specification",
            name="uq_provider_contracts_version_id_specification",
        ),
        sqlite_autoincrement=True,
    )
    name = "ix_provider_contracts_document_id"
    op.create_index(name, "provider_contracts", ["document_id"])


def downgrade() -> None:
    """Drop the tables with all that they hold."""
    op.drop_table("provider_contracts")
    op.drop_table("documents")


def _to(table: str, name: str, target: str) -> sa.ForeignKeyConstraint:
    key = f"fk_{table}_{name}"
    return sa.ForeignKeyConstraint([name], [f"{target}.id"], name=key, ondelete="CASCADE")
