"""What prices answers to requests that come through its socket."""

import json


def prices_asked(request: bytes) -> tuple[bytes, dict[str, str]]:
    """The price of a product."""
    sku = json.loads(request)["sku"]
    body = json.dumps({"sku": sku, "cents": 900}).encode()
    return body, {"contentType": "application/json"}
