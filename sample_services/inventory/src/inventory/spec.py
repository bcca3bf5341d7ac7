"""What the OpenAPI document says beyond what the framework finds out."""

from typing import Any

from apiflask import APIFlask

from inventory.schemas import MAX_ID
from inventory.values import SKU_PATTERN

PATH_PARAMETERS: dict[str, dict[str, Any]] = {
    "sku": {"type": "string", "pattern": SKU_PATTERN, "example": "DESK-120"},
    "warehouse_id": {"type": "integer", "minimum": 1, "maximum": MAX_ID},
    "reservation_id": {"type": "string", "format": "uuid"},
}


PROBLEM: dict[str, Any] = {
    "type": "object",
    "properties": {"message": {"type": "string"}, "detail": {"type": "object"}},
    "required": ["message", "detail"],
}


def complete(document: dict[str, Any] | str) -> dict[str, Any] | str:
    """Say that bodies are required and which path parameters are taken."""
    if isinstance(document, str):
        return document
    for operations in document["paths"].values():
        for operation in operations.values():
            if "requestBody" in operation:
                operation["requestBody"]["required"] = True
            for parameter in operation["parameters"]:
                if parameter["in"] == "path":
                    parameter["schema"] = PATH_PARAMETERS[parameter["name"]]
    return document


def describe(app: APIFlask) -> None:
    """Set what the document says of the service as a whole."""
    app.config["AUTO_SERVERS"] = False
    app.config["HTTP_ERROR_SCHEMA"] = PROBLEM
    app.config["VALIDATION_ERROR_SCHEMA"] = PROBLEM
    app.config["DESCRIPTION"] = "Warehouses, what lies in them and what is reserved."
    app.spec_processor(complete)
