"""What has to be compared before a webhook tells of a publication."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the column; what is on its way already waits for nothing."""
    op.add_column("triggered_webhooks", sa.Column("awaited", sa.Text))


def downgrade() -> None:
    """Drop it: what waits is told as it was known."""
    op.drop_column("triggered_webhooks", "awaited")
