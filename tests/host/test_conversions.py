"""What a model made of a value is compared without a word about what it is for."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import Enum
from typing import Annotated, Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    TypeAdapter,
    ValidationError,
    computed_field,
    field_serializer,
    field_validator,
    model_validator,
)

from harness.host.converted import differences
from harness.host.unchecked import of_body


class Colour(Enum):
    RED = "red"


class Part(BaseModel):
    model_config = ConfigDict(from_attributes=True)
    size: int


class Whole(BaseModel):
    """A model with everything that may be read in more than one way."""

    model_config = ConfigDict(from_attributes=True)
    count: int = 1
    ratio: float = 1.0
    price: Decimal = Decimal(1)
    on: bool = True
    at: datetime | None = None
    key: UUID | None = None
    colour: Colour = Colour.RED
    named: str = Field("", alias="NAME")
    part: Part | None = None
    parts: list[Part] = []
    by_name: dict[str, Part] = {}
    cents: Annotated[int, BeforeValidator(lambda text: int(text))] = 0
    own: int = 0
    written: int = 0

    @field_validator("own", mode="before")
    @classmethod
    def _own(cls, value: Any) -> Any:
        return len(value)

    @field_serializer("written")
    def _written(self, value: int) -> str:
        return str(value)

    @computed_field  # type: ignore[prop-decorator]
    @property
    def double(self) -> int:
        """Twice the count."""
        return self.count * 2


class Deciding(BaseModel):
    """A model that reads by itself."""

    count: int

    @model_validator(mode="before")
    @classmethod
    def _read(cls, value: Any) -> Any:
        return {"count": value["count"]}


class Open(BaseModel):
    """A model that takes anything."""

    model_config = ConfigDict(extra="allow")


class Wider(Part):
    """A part with more."""

    more: str = ""


@dataclass
class Row:
    """A row with more than a part."""

    size: Any
    secret: str = ""


@pytest.mark.parametrize(
    ("model", "raw", "expected"),
    [
        (Whole, {"count": "7"}, [("coerced", "$.count", "int", "str '7'")]),
        (Whole, {"count": 7.0}, [("coerced", "$.count", "int", "float 7.0")]),
        (Whole, {"count": True}, [("coerced", "$.count", "int", "bool True")]),
        (Whole, {"price": 0.5}, [("coerced", "$.price", "Decimal", "float 0.5")]),
        (Whole, {"on": 1}, [("coerced", "$.on", "bool", "int 1")]),
        (Whole, {"on": "yes"}, [("coerced", "$.on", "bool", "str 'yes'")]),
        (Whole, {"at": 5}, [("coerced", "$.at", "datetime", "int 5")]),
        (Whole, {"part": {"size": "1"}}, [("coerced", "$.part.size", "int", "str '1'")]),
        (Whole, {"part": Row("1")}, [("coerced", "$.part.size", "int", "str '1'")]),
        (Whole, {"parts": [{"size": 1, "x": 1}]}, [("dropped", "$.parts[*]", "Part", "x")]),
        (Whole, {"by_name": {"a": {"size": "1"}}}, [("coerced", "$.by_name.*.size", "int",
                                                       "str '1'")]),
        (Whole, {"b": 1, "a": 2}, [("dropped", "$", "Whole", "a, b")]),
        (list[Part], [{"size": "1"}], [("coerced", "$[*].size", "int", "str '1'")]),
        (Whole, {"ratio": 1, "price": "1.50", "count": 2}, []),
        (Whole, {"price": 3, "NAME": "x", "at": "2030-01-01T00:00:00Z", "colour": "red"}, []),
        (Whole, {"key": "6ba7b810-9dad-11d1-80b4-00c04fd430c8"}, []),
        (Whole, {"cents": "12", "own": "abc", "written": "4", "double": 9}, []),
        (Whole, {"part": Row(1)}, []),
        (Whole, {"part": Wider(size=1, more="m")}, []),
        (Deciding, {"count": 1, "more": 2}, []),
        (Open, {"more": 2}, []),
        (Part, Row(1), []),
    ],
)  # fmt: skip
def test_what_a_model_makes_of_a_value(model: Any, raw: Any, expected: list[Any]) -> None:
    """
    A plain value of another kind and a key that is gone are told with their place.

    Texts that are read as something written so, numbers that hold all of it, attributes beyond the
    model, and all that code of the service's own converts, are what models are for.
    """
    made = TypeAdapter(model).validate_python(raw, from_attributes=True)

    assert list(differences(raw, made)) == expected


def test_json_has_no_decimals() -> None:
    """In raw bytes a decimal is a float, since there is no other way to write it."""
    raw = {"price": 0.5, "count": "7"}
    made = Whole.model_validate(raw)

    assert [one[1] for one in differences(raw, made, json_text=True)] == ["$.count"]


def test_models_of_pydantic_1_are_compared_too() -> None:
    """Services that have not moved on declare their responses like that."""
    from pydantic import v1

    class Old(v1.BaseModel):
        size: int = v1.Field(alias="SIZE")
        own: int = 0

        @v1.validator("own", pre=True)
        def _own(cls, value: Any) -> Any:
            return len(value)

    class Many(v1.BaseModel):
        __root__: list[Old]

    Many.update_forward_refs(Old=Old)
    raw = [{"SIZE": "1", "own": "abc", "more": 1}]
    found = list(differences(raw, Many.parse_obj(raw)))

    dropped = ("dropped", "$[*]", Old.__qualname__, "more")
    assert found == [("coerced", "$[*].SIZE", "int", "str '1'"), dropped]


class Leaf(BaseModel):
    """A model of plain values."""

    flag: bool = False
    count: int = 0
    ratio: float = 0.0
    name: str | None = None
    at: datetime | None = None


class Tree(BaseModel):
    """A model of models."""

    leaf: Leaf
    leaves: list[Leaf] = []
    by_name: dict[str, Leaf] = {}
    either: int | list[str] = 0


SCALARS = (
    st.none()
    | st.booleans()
    | st.integers(-9, 9)
    | st.floats(-9, 9).map(lambda number: round(number, 1))
    | st.sampled_from(["", "a", "1", "yes", "2030-01-01T00:00:00Z"])
)
LEAVES = st.dictionaries(st.sampled_from([*Leaf.model_fields, "more"]), SCALARS, max_size=3)
TREES = st.fixed_dictionaries(
    {},
    optional={
        "leaf": LEAVES | SCALARS,
        "leaves": st.lists(LEAVES, max_size=2),
        "by_name": st.dictionaries(st.sampled_from("ab"), LEAVES, max_size=2),
        "either": SCALARS | st.lists(SCALARS, max_size=2),
        "more": SCALARS,
    },
)


@given(TREES)
def test_bytes_are_held_against_a_model_strictly(raw: dict[str, Any]) -> None:
    """What is told of bytes is what pydantic refuses of them, strictly and without further keys."""
    body = json.dumps(raw).encode()
    adapter = TypeAdapter(Tree)
    try:
        adapter.validate_json(body, strict=True, extra="forbid")
        is_strict = True
    except ValidationError:
        is_strict = False

    found = list(of_body(body, "application/json", Tree, _read))

    assert (found == []) is is_strict, found


def _read(raw: Any) -> tuple[Any, Any]:
    try:
        return Tree.model_validate(raw), []
    except ValidationError as error:
        return None, error.errors()
