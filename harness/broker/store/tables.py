"""
The tables.

Shape: identifiers only grow, so that they tell the order in which things were made; moments are
texts in ISO 8601, in UTC and of one width. What only one may be is an index of the database.
"""

from __future__ import annotations

from sqlalchemy import (
    Boolean,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    UniqueConstraint,
    false,
)

from harness.broker.store.access_tables import accounts as accounts
from harness.broker.store.access_tables import audit as audit
from harness.broker.store.columns import METADATA as METADATA
from harness.broker.store.columns import Words
from harness.broker.store.columns import identity as _id
from harness.broker.store.columns import moment as _moment
from harness.broker.store.columns import only_one as _only_one
from harness.broker.store.columns import reference as _to

pacticipants = Table(
    "pacticipants",
    METADATA,
    _id(),
    Column("name", Words, nullable=False, unique=True),
    Column("display_name", Words),
    Column("repository_url", Words),
    Column("repository_name", Words),
    Column("repository_namespace", Words),
    Column("main_branch", Words),
    _moment("created_at"),
    _moment("updated_at"),
    sqlite_autoincrement=True,
)

labels = Table(
    "labels",
    METADATA,
    _to("pacticipant_id", pacticipants, primary_key=True),
    Column("name", Words, primary_key=True),
    _moment("created_at"),
    _moment("updated_at"),
)

versions = Table(
    "versions",
    METADATA,
    _id(),
    _to("pacticipant_id", pacticipants),
    Column("number", Words, nullable=False),
    Column("build_url", Words),
    _moment("created_at"),
    _moment("updated_at"),
    UniqueConstraint("pacticipant_id", "number"),
    Index("ix_versions_newest", "pacticipant_id", "id"),
    sqlite_autoincrement=True,
)

branches = Table(
    "branches",
    METADATA,
    _id(),
    _to("pacticipant_id", pacticipants),
    Column("name", Words, nullable=False),
    _moment("created_at"),
    _moment("updated_at"),
    UniqueConstraint("pacticipant_id", "name"),
    sqlite_autoincrement=True,
)

branch_versions = Table(
    "branch_versions",
    METADATA,
    _id(),
    _to("branch_id", branches),
    _to("version_id", versions, index=True),
    _moment("created_at"),
    UniqueConstraint("branch_id", "version_id"),
    Index("ix_branch_versions_head", "branch_id", "id"),
    sqlite_autoincrement=True,
)

tags = Table(
    "tags",
    METADATA,
    _to("version_id", versions, primary_key=True),
    Column("name", Words, primary_key=True),
    _to("pacticipant_id", pacticipants),
    _moment("created_at"),
    Index("ix_tags_newest", "pacticipant_id", "name", "version_id"),
)

integrations = Table(
    "integrations",
    METADATA,
    _to("consumer_id", pacticipants, primary_key=True),
    _to("provider_id", pacticipants, primary_key=True, index=True),
    _moment("created_at"),
    _moment("updated_at"),
)

contents = Table(
    "contents",
    METADATA,
    _id(),
    _to("consumer_id", pacticipants),
    _to("provider_id", pacticipants, index=True),
    Column("sha", String(40), nullable=False),
    Column("content", Words, nullable=False),
    _moment("created_at"),
    UniqueConstraint("consumer_id", "provider_id", "sha"),
    sqlite_autoincrement=True,
)

publications = Table(
    "publications",
    METADATA,
    _id(),
    _to("consumer_id", pacticipants),
    _to("provider_id", pacticipants),
    _to("version_id", versions),
    _to("content_id", contents, index=True),
    Column("revision", Integer, nullable=False),
    Column("current", Boolean, nullable=False),
    _moment("created_at"),
    UniqueConstraint("version_id", "provider_id", "revision"),
    Index("ix_publications_pair", "provider_id", "consumer_id", "version_id"),
    Index("ix_publications_consumer", "consumer_id"),
    sqlite_autoincrement=True,
)
_only_one(
    "uq_publications_current",
    publications.c.version_id,
    publications.c.provider_id,
    where="current",
)

verifications = Table(
    "verifications",
    METADATA,
    _id(),
    _to("content_id", contents),
    _to("provider_id", pacticipants, index=True),
    _to("version_id", versions, index=True),
    Column("success", Boolean, nullable=False),
    Column("wip", Boolean, nullable=False, server_default=false()),
    Column("pending", Boolean),
    Column("build_url", Words),
    Column("test_results", Words),
    Column("verified_by", Words),
    Column("consumer_version_ids", Words, nullable=False),
    _moment("created_at"),
    Index("ix_verifications_latest", "content_id", "version_id", "id"),
    sqlite_autoincrement=True,
)

documents = Table(
    "documents",
    METADATA,
    _id(),
    _to("provider_id", pacticipants),
    Column("sha", String(64), nullable=False),
    Column("content", LargeBinary, nullable=False),
    _moment("created_at"),
    UniqueConstraint("provider_id", "sha"),
    sqlite_autoincrement=True,
)

provider_contracts = Table(
    "provider_contracts",
    METADATA,
    _id(),
    _to("version_id", versions),
    _to("document_id", documents, index=True),
    Column("specification", Words, nullable=False),
    Column("content_type", Words, nullable=False),
    Column("self_success", Boolean),
    Column("self_verification", Words),
    _moment("created_at"),
    _moment("updated_at"),
    UniqueConstraint("version_id", "specification"),
    sqlite_autoincrement=True,
)

comparisons = Table(
    "comparisons",
    METADATA,
    _to("content_id", contents, primary_key=True),
    _to("document_id", documents, primary_key=True, index=True),
    Column("judge", String(64), primary_key=True),
    Column("success", Boolean),
    Column("compared", Integer, nullable=False),
    Column("total", Integer, nullable=False),
    Column("unconfirmed", Integer, nullable=False),
    Column("reasons", Words, nullable=False),
    Column("details", Words, nullable=False),
    _moment("created_at"),
)

environments = Table(
    "environments",
    METADATA,
    _id(),
    Column("uuid", String(64), nullable=False, unique=True),
    Column("name", Words, nullable=False, unique=True),
    Column("display_name", Words, nullable=False),
    Column("production", Boolean, nullable=False),
    Column("contacts", Words, nullable=False),
    _moment("created_at"),
    _moment("updated_at"),
    sqlite_autoincrement=True,
)

deployments = Table(
    "deployments",
    METADATA,
    _id(),
    Column("uuid", String(64), nullable=False, unique=True),
    _to("pacticipant_id", pacticipants),
    _to("version_id", versions, index=True),
    _to("environment_id", environments, index=True),
    Column("instance", Words),
    Column("slot", Words, nullable=False),
    _moment("created_at"),
    _moment("updated_at"),
    _moment("ended_at", nullable=True),
    sqlite_autoincrement=True,
)
_only_one(
    "uq_deployments_slot",
    deployments.c.pacticipant_id,
    deployments.c.environment_id,
    deployments.c.slot,
    where="ended_at IS NULL",
)

releases = Table(
    "releases",
    METADATA,
    _id(),
    Column("uuid", String(64), nullable=False, unique=True),
    _to("pacticipant_id", pacticipants, index=True),
    _to("version_id", versions),
    _to("environment_id", environments, index=True),
    _moment("created_at"),
    _moment("updated_at"),
    _moment("ended_at", nullable=True),
    UniqueConstraint("version_id", "environment_id"),
    sqlite_autoincrement=True,
)

webhooks = Table(
    "webhooks",
    METADATA,
    _id(),
    Column("uuid", String(64), nullable=False, unique=True),
    Column("description", Words),
    Column("enabled", Boolean, nullable=False),
    _to("consumer_id", pacticipants, nullable=True, index=True),
    _to("provider_id", pacticipants, nullable=True, index=True),
    Column("consumer_label", Words),
    Column("provider_label", Words),
    Column("events", Words, nullable=False),
    Column("request", Words, nullable=False),
    _moment("created_at"),
    _moment("updated_at"),
    sqlite_autoincrement=True,
)

triggered_webhooks = Table(
    "triggered_webhooks",
    METADATA,
    _id(),
    Column("uuid", String(64), nullable=False, unique=True),
    # A webhook that is removed leaves behind what it did.
    Column(
        "webhook_id",
        Integer,
        ForeignKey(webhooks.c.id, ondelete="SET NULL"),
        nullable=True,
        index=True,
    ),
    Column("description", Words, nullable=False),
    Column("event", String(64), nullable=False),
    _to("provider_id", pacticipants, index=True),
    _to("version_id", versions, index=True),
    _to("verification_id", verifications, nullable=True, index=True),
    Column("parameters", Words, nullable=False),
    Column("status", String(16), nullable=False),
    Column("tries", Integer, nullable=False),
    # What has to be compared before it is told, if anything.
    Column("awaited", Words),
    _moment("due_at", nullable=True),
    Column("claim", String(32)),
    _moment("created_at"),
    _moment("updated_at"),
    Index("ix_triggered_webhooks_due", "due_at", "id"),
    sqlite_autoincrement=True,
)

webhook_tries = Table(
    "webhook_tries",
    METADATA,
    _id(),
    _to("triggered_id", triggered_webhooks, index=True),
    Column("success", Boolean, nullable=False),
    Column("logs", Words, nullable=False),
    _moment("created_at"),
    sqlite_autoincrement=True,
)
