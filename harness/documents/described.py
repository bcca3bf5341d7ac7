"""The text of an API document of either kind to its normal form."""

from __future__ import annotations

from harness.documents import asyncapi, openapi
from harness.documents.text import parse_json_or_yaml
from harness.domain.channel import MessagingDocument
from harness.domain.document import Document
from harness.domain.json import Json


def read_described(
    content: str | bytes, name: str = "the document"
) -> Document | MessagingDocument:
    """
    An OpenAPI or AsyncAPI document in its normal form, told apart by looking.

    Raises: DocumentUnreadable.
    """
    parsed = parse_json_or_yaml(content, name)
    if is_of_messages(parsed.value):
        return asyncapi.read_parsed(parsed, name)
    return openapi.read_parsed(parsed, name)


def is_of_messages(root: Json) -> bool:
    """Whether a document is AsyncAPI."""
    return isinstance(root, dict) and "asyncapi" in root
