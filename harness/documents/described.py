"""The text of an API document of either kind to its normal form."""

from __future__ import annotations

from harness.documents import asyncapi, openapi
from harness.documents.text import parse_json_or_yaml
from harness.domain.channel import MessagingDocument
from harness.domain.document import Document


def read_described(
    content: str | bytes, name: str = "the document"
) -> Document | MessagingDocument:
    """
    An OpenAPI or AsyncAPI document in its normal form, told apart by looking.

    Raises: DocumentUnreadable.
    """
    parsed = parse_json_or_yaml(content, name)
    root = parsed.value
    if isinstance(root, dict) and "asyncapi" in root:
        return asyncapi.read_parsed(parsed, name)
    return openapi.read_parsed(parsed, name)
