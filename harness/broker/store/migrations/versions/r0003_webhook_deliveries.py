"""What webhooks have to tell, and each try to tell it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables."""
    op.create_table(
        "triggered_webhooks",
        _id(),
        sa.Column("uuid", sa.String(64), nullable=False),
        sa.UniqueConstraint("uuid", name="uq_triggered_webhooks_uuid"),
        *_to("triggered_webhooks", "webhook_id", "webhooks", nullable=True, ends="SET NULL"),
        sa.Column("description", sa.Text, nullable=False),
        sa.Column("event", sa.String(64), nullable=False),
        *_to("triggered_webhooks", "provider_id", "pacticipants"),
        *_to("triggered_webhooks", "version_id", "versions"),
        *_to("triggered_webhooks", "verification_id", "verifications", nullable=True),
        sa.Column("parameters", sa.Text, nullable=False),
        sa.Column("status", sa.String(16), nullable=False),
        sa.Column("tries", sa.Integer, nullable=False),
        sa.Column("due_at", sa.String(32)),
        sa.Column("claim", sa.String(32)),
        sa.Column("created_at", sa.String(32), nullable=False),
        sa.Column("updated_at", sa.String(32), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_triggered_webhooks"),
        sqlite_autoincrement=True,
    )
    for column in ("webhook_id", "provider_id", "version_id", "verification_id"):
        op.create_index(f"ix_triggered_webhooks_{column}", "triggered_webhooks", [column])
    op.create_index("ix_triggered_webhooks_due", "triggered_webhooks", ["due_at", "id"])
    op.create_table(
        "webhook_tries",
        _id(),
        *_to("webhook_tries", "triggered_id", "triggered_webhooks"),
        sa.Column("success", sa.Boolean, nullable=False),
        sa.Column("logs", sa.Text, nullable=False),
        sa.Column("created_at", sa.String(32), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_webhook_tries"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_webhook_tries_triggered_id", "webhook_tries", ["triggered_id"])


def downgrade() -> None:
    """Drop the tables with all that they hold."""
    op.drop_table("webhook_tries")
    op.drop_table("triggered_webhooks")


def _id() -> sa.Column[int]:
    return sa.Column("id", sa.Integer, autoincrement=True, nullable=False)


def _to(
    table: str, name: str, target: str, *, nullable: bool = False, ends: str = "CASCADE"
) -> tuple[sa.schema.SchemaItem, ...]:
    key = f"fk_{table}_{name}"
    refers = sa.ForeignKeyConstraint([name], [f"{target}.id"], name=key, ondelete=ends)
    return sa.Column(name, sa.Integer, nullable=nullable), refers
