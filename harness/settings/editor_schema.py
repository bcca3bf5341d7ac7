"""The JSON Schema by which editors complete and check a configuration."""

from __future__ import annotations

from harness.settings.schema import WorkspaceTable


def editor_schema() -> dict[str, object]:
    """Give the schema of the workspace's table, wherever the table stands."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "contract-harness",
        **WorkspaceTable.model_json_schema(by_alias=True),
    }
