"""The first tables: pacticipants, contracts, results, environments, webhooks."""

from __future__ import annotations

from typing import Final

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None

_OLDEST_FIRST: Final = (
    *("pacticipants", "labels", "versions", "branches", "branch_versions", "tags"),
    *("integrations", "contents", "publications", "verifications"),
    *("environments", "deployments", "releases", "webhooks"),
)


def upgrade() -> None:
    """Make the tables."""
    _make_pacticipants()
    _make_versions()
    _make_contracts()
    _make_results()
    _make_environments()
    _make_webhooks()


def downgrade() -> None:
    """Drop the tables with all that they hold."""
    for name in reversed(_OLDEST_FIRST):
        op.drop_table(name)


def _make_pacticipants() -> None:
    _make(
        "pacticipants",
        _id(),
        _text("name"),
        *(_text(f"repository_{part}", nullable=True) for part in ("url", "name", "namespace")),
        *(_text(name, nullable=True) for name in ("display_name", "main_branch")),
        *_moments("created_at", "updated_at"),
        sa.UniqueConstraint("name", name="uq_pacticipants_name"),
    )
    _make(
        "labels",
        *_to("labels", "pacticipant_id", "pacticipants"),
        _text("name"),
        *_moments("created_at", "updated_at"),
        sa.PrimaryKeyConstraint("pacticipant_id", "name", name="pk_labels"),
    )
    _make(
        "integrations",
        *_to("integrations", "consumer_id", "pacticipants"),
        *_to("integrations", "provider_id", "pacticipants"),
        *_moments("created_at", "updated_at"),
        sa.PrimaryKeyConstraint("consumer_id", "provider_id", name="pk_integrations"),
    )
    _index("integrations", "provider_id")


def _make_versions() -> None:
    _make(
        "versions",
        _id(),
        *_to("versions", "pacticipant_id", "pacticipants"),
        _text("number"),
        _text("build_url", nullable=True),
        *_moments("created_at", "updated_at"),
        _unique("versions", "pacticipant_id", "number"),
    )
    op.create_index("ix_versions_newest", "versions", ["pacticipant_id", "id"])
    _make(
        "branches",
        _id(),
        *_to("branches", "pacticipant_id", "pacticipants"),
        _text("name"),
        *_moments("created_at", "updated_at"),
        _unique("branches", "pacticipant_id", "name"),
    )
    _make(
        "branch_versions",
        _id(),
        *_to("branch_versions", "branch_id", "branches"),
        *_to("branch_versions", "version_id", "versions"),
        *_moments("created_at"),
        _unique("branch_versions", "branch_id", "version_id"),
    )
    _index("branch_versions", "version_id")
    op.create_index("ix_branch_versions_head", "branch_versions", ["branch_id", "id"])
    _make(
        "tags",
        *_to("tags", "version_id", "versions"),
        _text("name"),
        *_to("tags", "pacticipant_id", "pacticipants"),
        *_moments("created_at"),
        sa.PrimaryKeyConstraint("version_id", "name", name="pk_tags"),
    )
    op.create_index("ix_tags_newest", "tags", ["pacticipant_id", "name", "version_id"])


def _make_contracts() -> None:
    _make(
        "contents",
        _id(),
        *_to("contents", "consumer_id", "pacticipants"),
        *_to("contents", "provider_id", "pacticipants"),
        sa.Column("sha", sa.String(40), nullable=False),
        _text("content"),
        *_moments("created_at"),
        _unique("contents", "consumer_id", "provider_id", "sha"),
    )
    _index("contents", "provider_id")
    _make(
        "publications",
        _id(),
        *_to("publications", "consumer_id", "pacticipants"),
        *_to("publications", "provider_id", "pacticipants"),
        *_to("publications", "version_id", "versions"),
        *_to("publications", "content_id", "contents"),
        sa.Column("revision", sa.Integer, nullable=False),
        _flag("current"),
        *_moments("created_at"),
        _unique("publications", "version_id", "provider_id", "revision"),
    )
    _index("publications", "content_id")
    pair = ["provider_id", "consumer_id", "version_id"]
    op.create_index("ix_publications_pair", "publications", pair)
    op.create_index("ix_publications_consumer", "publications", ["consumer_id"])
    _only_one("uq_publications_current", "publications", ["version_id", "provider_id"], "current")


def _make_results() -> None:
    _make(
        "verifications",
        _id(),
        *_to("verifications", "content_id", "contents"),
        *_to("verifications", "provider_id", "pacticipants"),
        *_to("verifications", "version_id", "versions"),
        _flag("success"),
        sa.Column("wip", sa.Boolean, nullable=False, server_default=sa.false()),
        sa.Column("pending", sa.Boolean),
        *(_text(name, nullable=True) for name in ("build_url", "test_results", "verified_by")),
        _text("consumer_version_ids"),
        *_moments("created_at"),
    )
    _index("verifications", "provider_id")
    _index("verifications", "version_id")
    latest = ["content_id", "version_id", "id"]
    op.create_index("ix_verifications_latest", "verifications", latest)


def _make_environments() -> None:
    _make(
        "environments",
        _id(),
        *_uuid("environments"),
        _text("name"),
        _text("display_name"),
        _flag("production"),
        _text("contacts"),
        *_moments("created_at", "updated_at"),
        sa.UniqueConstraint("name", name="uq_environments_name"),
    )
    for name in ("deployments", "releases"):
        slot = (_text("instance", nullable=True), _text("slot")) if name == "deployments" else ()
        once = () if slot else (_unique(name, "version_id", "environment_id"),)
        _make(
            name,
            _id(),
            *_uuid(name),
            *_to(name, "pacticipant_id", "pacticipants"),
            *_to(name, "version_id", "versions"),
            *_to(name, "environment_id", "environments"),
            *slot,
            *_moments("created_at", "updated_at"),
            sa.Column("ended_at", sa.String(32)),
            *once,
        )
        _index(name, "environment_id")
    _index("deployments", "version_id")
    _index("releases", "pacticipant_id")
    slot_of = ["pacticipant_id", "environment_id", "slot"]
    _only_one("uq_deployments_slot", "deployments", slot_of, "ended_at IS NULL")


def _make_webhooks() -> None:
    _make(
        "webhooks",
        _id(),
        *_uuid("webhooks"),
        _text("description", nullable=True),
        _flag("enabled"),
        *_to("webhooks", "consumer_id", "pacticipants", nullable=True),
        *_to("webhooks", "provider_id", "pacticipants", nullable=True),
        *(_text(name, nullable=True) for name in ("consumer_label", "provider_label")),
        _text("events"),
        _text("request"),
        *_moments("created_at", "updated_at"),
    )
    _index("webhooks", "consumer_id")
    _index("webhooks", "provider_id")


def _make(name: str, *parts: sa.schema.SchemaItem) -> None:
    has_id = any(isinstance(part, sa.Column) and part.name == "id" for part in parts)
    key = (sa.PrimaryKeyConstraint("id", name=f"pk_{name}"),) if has_id else ()
    # A number that was given away once does not come back, so that order is that of creation.
    if has_id:
        op.create_table(name, *parts, *key, sqlite_autoincrement=True)
    else:
        op.create_table(name, *parts)


def _id() -> sa.Column[int]:
    return sa.Column("id", sa.Integer, autoincrement=True, nullable=False)


def _uuid(table: str) -> tuple[sa.schema.SchemaItem, ...]:
    once = sa.UniqueConstraint("uuid", name=f"uq_{table}_uuid")
    return sa.Column("uuid", sa.String(64), nullable=False), once


def _text(name: str, *, nullable: bool = False) -> sa.Column[str]:
    return sa.Column(name, sa.Text, nullable=nullable)


def _flag(name: str) -> sa.Column[bool]:
    return sa.Column(name, sa.Boolean, nullable=False)


def _moments(*names: str) -> tuple[sa.Column[str], ...]:
    return tuple(sa.Column(name, sa.String(32), nullable=False) for name in names)


def _to(
    table: str, name: str, target: str, *, nullable: bool = False
) -> tuple[sa.schema.SchemaItem, ...]:
    key = f"fk_{table}_{name}"
    refers = sa.ForeignKeyConstraint([name], [f"{target}.id"], name=key, ondelete="CASCADE")
    return sa.Column(name, sa.Integer, nullable=nullable), refers


def _unique(table: str, *columns: str) -> sa.UniqueConstraint:
    return sa.UniqueConstraint(*columns, name=f"uq_{table}_{'_'.join(columns)}")


def _index(table: str, column: str) -> None:
    op.create_index(f"ix_{table}_{column}", table, [column])


def _only_one(name: str, table: str, columns: list[str], where: str) -> None:
    condition = sa.text(where)
    op.create_index(
        name, table, columns, unique=True, sqlite_where=condition, postgresql_where=condition
    )
