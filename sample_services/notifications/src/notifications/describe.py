"""Print the AsyncAPI document: ``python -m notifications.describe > asyncapi.json``."""

import json
import sys
from typing import Any

from notifications.worker import app

# FastStream tells payloads, and nothing of headers but the place of the correlation id.
HEADERS = {
    "type": "object",
    "required": ["correlation-id", "schema-version"],
    "properties": {
        "correlation-id": {"type": "string"},
        "schema-version": {"type": "string", "enum": ["1"]},
    },
}


def document() -> dict[str, Any]:
    """The document as FastStream makes it, with the headers that all messages have."""
    made: dict[str, Any] = json.loads(app.schema.to_specification().to_json())
    made["servers"]["development"]["host"] = "rabbitmq.internal:5672"
    for message in made["components"]["messages"].values():
        message["headers"] = HEADERS
    return made


if __name__ == "__main__":
    sys.stdout.write(json.dumps(document(), indent=2) + "\n")
