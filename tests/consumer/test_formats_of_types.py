"""The formats that types read, wherever a type stands."""

from __future__ import annotations

from dataclasses import make_dataclass
from ipaddress import IPv4Address, IPv6Address
from typing import Any

import pytest
from pydantic import AnyUrl, AwareDatetime, EmailStr, HttpUrl, NaiveDatetime, create_model

from harness.consumer.formats import NAIVE
from harness.consumer.schema import schema_of
from harness.consumer.wire import wire


@pytest.mark.parametrize(
    ("kind", "schema"),
    [
        (AwareDatetime, {"type": "string", "format": "date-time"}),
        (NaiveDatetime, {"type": "string", "pattern": f"^{NAIVE}$"}),
        (HttpUrl, {"type": "string", "format": "uri"}),
        (AnyUrl, {"type": "string", "format": "uri"}),
        (EmailStr, {"type": "string", "format": "email"}),
        (IPv4Address, {"type": "string", "format": "ipv4"}),
        (IPv6Address, {"type": "string", "format": "ipv6"}),
    ],
)
def test_a_type_reads_its_format_in_a_model_and_in_a_class(kind: Any, schema: Any) -> None:
    """A field of a model, a field of a plain class and the type alone are read the same."""
    whole = {"type": "object", "properties": {"at": schema}, "required": ["at"]}

    assert schema_of(kind) == schema
    assert schema_of(create_model("Read", at=(kind, ...))) == whole
    assert schema_of(make_dataclass("Read", [("at", kind)])) == whole


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (HttpUrl("https://example.org/a"), "https://example.org/a"),
        (IPv4Address("192.0.2.1"), "192.0.2.1"),
        (IPv6Address("2001:db8::1"), "2001:db8::1"),
    ],
)
def test_an_address_travels_as_its_text(value: Any, text: str) -> None:
    """What an example holds for an address is the text that is read."""
    assert wire(value) == text
    assert wire(create_model("Read", at=(type(value), ...))(at=value)) == {"at": text}
