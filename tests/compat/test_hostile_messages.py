"""Whatever a document of messages holds, reading and comparing it ends in an answer."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from harness.compat.contracts import promises
from harness.documents.described import read_described
from harness.domain.channel import MessagingDocument
from harness.domain.errors import DocumentUnreadable
from tests.compat.samples import LIKE
from tests.compat.test_messages import READ, contents, exchanged, received

REFERENCES = [
    {"$ref": target}
    for target in (
        "#/channels/a",
        "#/channels/a/messages/m",
        "#/components/messages/m",
        "#/components/schemas/s",
        "#/operations/sell",
        "#",
        "",
        "#/channels/a/publish/message",
        "http://x.test/a",
    )
]
KEYS = st.sampled_from(
    (
        *("a", "m", "s", "sell", "ask", "messages", "payload", "headers", "action", "channel"),
        *("reply", "address", "location", "traits", "schemaFormat", "schema", "contentType"),
        *("properties", "type", "oneOf", "allOf", "required", "publish", "subscribe", "message"),
        *("operationId", "name", "correlationId", "bindings", "$id", "$anchor", "x-a"),
    )
)
LEAVES = (
    st.sampled_from(
        [*REFERENCES, "send", "receive", "object", "string", "a", "", "application/json"]
    )
    | st.none()
    | st.booleans()
    | st.integers(-2, 2)
)
ANYTHING = st.recursive(
    LEAVES,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=4),
    max_leaves=12,
)
MEMBERS = st.dictionaries(KEYS, ANYTHING, max_size=3)
OPERATION = st.fixed_dictionaries(
    {"action": st.sampled_from(["send", "receive", 5]), "channel": st.sampled_from(REFERENCES)},
    optional={"messages": st.lists(ANYTHING, max_size=2), "reply": MEMBERS, "traits": ANYTHING},
)
DOCUMENT = st.fixed_dictionaries(
    {"asyncapi": st.sampled_from(["3.0.0", "2.6.0"]), "channels": st.dictionaries(KEYS, MEMBERS)},
    optional={
        "operations": st.dictionaries(KEYS, OPERATION | ANYTHING, max_size=3),
        "components": st.dictionaries(
            st.sampled_from(["messages", "schemas"]), st.dictionaries(KEYS, ANYTHING, max_size=3)
        ),
        "defaultContentType": ANYTHING,
        "info": ANYTHING,
    },
)
INTERACTIONS = (
    received(READ, {"$": LIKE}),
    received(READ, {"$": LIKE}, to=None, metadata={"topic": "a", "type": "m"}),
    exchanged(contents(READ), contents(READ, {"$": LIKE})),
)


@given(DOCUMENT)
@settings(max_examples=200, deadline=None, suppress_health_check=list(HealthCheck))
@example(
    {"asyncapi": "2.6.0", "channels": {"a": {"publish": {"message": {"$ref": "#/channels/a"}}}}}
)
@example(
    {"asyncapi": "3.0.0", "channels": {}, "components": {"schemas": {"s": {"schemaFormat": 1}}}}
)
def test_every_document_ends_in_an_answer(root: dict[str, Any]) -> None:
    """No text of a document raises anything but the one sentence of what cannot be read."""
    try:
        document = read_described(json.dumps(root))
    except DocumentUnreadable:
        return
    held = promises([document])
    assert isinstance(document, MessagingDocument)
    for each in INTERACTIONS:
        found = held.compared(each)
        assert found is not None
        assert found.proven == (not found.misfits and not found.gaps)
        assert all(result.code.startswith("message.") for result in held.results(each, found))
