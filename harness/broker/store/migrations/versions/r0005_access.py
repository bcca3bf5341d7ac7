"""Who may do what, and who did what."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables of accounts and of the audit log."""
    op.create_table(
        "accounts",
        sa.Column("id", sa.Integer, autoincrement=True, nullable=False),
        sa.Column("kind", sa.String(8), nullable=False),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("key", sa.String(32)),
        *(sa.Column(name, sa.Text, nullable=False) for name in ("hash", "scopes", "pacticipants")),
        sa.Column("created_at", sa.String(32), nullable=False),
        sa.Column("revoked_at", sa.String(32)),
        sa.PrimaryKeyConstraint("id", name="pk_accounts"),
        sa.UniqueConstraint("key", name="uq_accounts_key"),
        sqlite_autoincrement=True,
    )
    in_force = sa.text("revoked_at IS NULL")
    op.create_index(
        *("uq_accounts_name", "accounts", ["kind", "name"]),
        unique=True,
        sqlite_where=in_force,
        postgresql_where=in_force,
    )
    op.create_table(
        "audit",
        sa.Column("id", sa.Integer, autoincrement=True, nullable=False),
        sa.Column("at", sa.String(32), nullable=False),
        sa.Column("who", sa.Text, nullable=False),
        sa.Column("deed", sa.String(16), nullable=False),
        *(sa.Column(name, sa.Text) for name in ("pacticipant", "version", "environment")),
        sa.Column("request", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_audit"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_audit_pacticipant", "audit", ["pacticipant", "id"])


def downgrade() -> None:
    """Drop them with all that they hold."""
    op.drop_table("audit")
    op.drop_table("accounts")
