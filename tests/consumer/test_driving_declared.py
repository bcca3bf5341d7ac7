"""What becomes of replies that are put to declared models, and to the code behind them."""

from __future__ import annotations

import threading
from dataclasses import replace

import pytest

from harness.consumer.absence import filled
from harness.consumer.validating import validator_of
from harness.domain.json import Json
from tests.consumer.drives import Told, driven, project, put, questions, reply

pytest_plugins = ["pytester"]

HEAD = """
from shop.client import StockLevel, stock
from harness.consumer import *

till = Consumer("shop").of("till")

def fields(level):
    return level if isinstance(level, dict) else {
        "sku": level.sku, "on_hand": level.on_hand}
"""
TEST = """
@till.expects("stock", request=get("/stock"), response=reply(
    200, {"sku": "A", "on_hand": 3}, reads=StockLevel))
def test_stock(provider):
    assert fields(stock(provider.url)) == {"sku": "A", "on_hand": 3}
"""
CLIENT = """
import json
from urllib.request import urlopen
%s

def get(url):
    return urlopen(url + "/stock").read()

def stock(url):
    %s
"""
FIELDS = "\n    sku: str\n    on_hand: int\n"
BUILT = "return StockLevel(**json.loads(get(url)))"
CODE, MODEL = "code", "model"
GOOD = {"sku": "A", "on_hand": 3}
COUNTED = {"sku": "A", "on_hand": "4"}
EMPTY = {"sku": "A", "on_hand": None}
BARE = {"sku": "A"}

MODELS = {
    # Each with who is asked, and what becomes of a count in quotes, of null, and of no count.
    "pydantic": (
        f"from pydantic import BaseModel\nclass StockLevel(BaseModel):{FIELDS}",
        "return StockLevel.model_validate_json(get(url))",
        (MODEL, "taken", "refused", "refused"),
    ),
    "pydantic, strict": (
        "from pydantic import BaseModel, ConfigDict\nclass StockLevel(BaseModel):"
        f"\n    model_config = ConfigDict(strict=True){FIELDS}",
        "return StockLevel.model_validate_json(get(url))",
        (MODEL, "refused", "refused", "refused"),
    ),
    "pydantic 1": (
        f"from pydantic.v1 import BaseModel\nclass StockLevel(BaseModel):{FIELDS}",
        "return StockLevel.parse_raw(get(url))",
        (MODEL, "taken", "refused", "refused"),
    ),
    "pydantic dataclass": (
        f"from pydantic.dataclasses import dataclass\n@dataclass\nclass StockLevel:{FIELDS}",
        BUILT,
        (MODEL, "taken", "refused", "refused"),
    ),
    "msgspec": (
        f"import msgspec\nclass StockLevel(msgspec.Struct):{FIELDS}",
        "return msgspec.json.decode(get(url), type=StockLevel)",
        (MODEL, "refused", "refused", "refused"),
    ),
    "dataclass": (
        f"from dataclasses import dataclass\n@dataclass\nclass StockLevel:{FIELDS}",
        BUILT,
        (CODE, "taken", "taken", "refused"),
    ),
    "attrs": (
        f"import attrs\n@attrs.define\nclass StockLevel:{FIELDS}",
        BUILT,
        (CODE, "taken", "taken", "refused"),
    ),
    "TypedDict": (
        f"from typing import TypedDict\nclass StockLevel(TypedDict):{FIELDS}",
        "level = json.loads(get(url)); level['on_hand'] + 0; return level",
        (CODE, "refused", "refused", "refused"),
    ),
}


@pytest.mark.parametrize("name", MODELS)
def test_a_model_that_parses_is_asked_and_else_its_code(
    pytester: pytest.Pytester, name: str
) -> None:
    """Where a model checks what it is given it tells; where it is an annotation the code tells."""
    model, code, (asked, *receptions) = MODELS[name]
    project(pytester, client=CLIENT % (model, code), stock=HEAD + TEST)
    replies: list[Json] = [COUNTED, EMPTY, BARE]
    asks = questions(pytester, {"stock": replies})
    for body, expected in zip(replies, receptions, strict=True):
        one = replace(asks.asks[0], replies=(reply(body),))
        told = put(pytester, replace(asks, asks=(one,)))
        assert told.received() == [(asked, expected)], (body, told.lines)


PYDANTIC, PARSED, _ = MODELS["pydantic"]
DATACLASS, MADE, _ = MODELS["dataclass"]


def with_pydantic(pytester: pytest.Pytester, test: str, *replies: Json) -> Told:
    """What becomes of replies to a declared pydantic model."""
    project(pytester, client=CLIENT % (PYDANTIC, PARSED), stock=HEAD + test)
    return driven(pytester, {"stock": list(replies)})


def test_a_models_own_words_are_kept(pytester: pytest.Pytester) -> None:
    """A model's refusal is told in its own words, and nothing more is asked."""
    told = with_pydantic(pytester, TEST, COUNTED, EMPTY, BARE)

    assert told.received() == [("model", "taken"), ("model", "refused")]
    assert "1 validation error for StockLevel\non_hand" in told.answers["stock"][1]["error"]
    assert told.answers["stock"][1]["crash"] is None


CONTAINED = """
import urllib.request

@till.expects("stock", request=get("/stock"), response=reply(200, EXAMPLE, reads=READS))
def test_stock(provider):
    urllib.request.urlopen(provider.url + "/stock")
"""


@pytest.mark.parametrize(
    ("reads", "good", "bad"),
    [
        ("list[StockLevel]", [GOOD], [GOOD, EMPTY]),
        ("dict[str, StockLevel]", {"x": GOOD}, {"x": EMPTY}),
        ("StockLevel | list[int]", GOOD, ["x"]),
    ],
)
def test_a_container_of_models_is_asked_whole(
    pytester: pytest.Pytester, reads: str, good: Json, bad: Json
) -> None:
    """What is read may be a list, a map or a choice of what parses."""
    test = CONTAINED.replace("EXAMPLE", repr(good)).replace("READS", reads)
    told = with_pydantic(pytester, test, good, bad)

    assert told.received() == [("model", "taken"), ("model", "refused")]


def test_a_field_that_a_client_fills_in_is_filled_in_for_its_model(
    pytester: pytest.Pytester,
) -> None:
    """A field that a contract allows to be absent is not asked of the model either."""
    code = "return StockLevel(**{'on_hand': 0, **json.loads(get(url))})"
    test = TEST.replace("reads=StockLevel", 'reads=StockLevel, may_be_absent=("on_hand",)')
    project(pytester, client=CLIENT % (PYDANTIC, code), stock=HEAD + test)
    told = driven(pytester, {"stock": [BARE, {"sku": None}]})

    assert told.received() == [("model", "taken"), ("model", "refused")]
    assert "1 validation error for StockLevel\nsku" in told.answers["stock"][1]["error"]


@pytest.mark.parametrize(
    ("value", "example", "whole"),
    [
        ({}, {"a": 1, "b": 2}, {"a": 1}),
        ({"a": None}, {"a": 1}, {"a": None}),
        ({"x": {}}, {"x": {"a": 1}}, {"x": {"a": 1}}),
        ([{}, {"a": 2}], [{"a": 1}], [{"a": 1}, {"a": 2}]),
        ([{}], [], [{}]),
        ({}, {"b": 2}, {}),
        ("x", {"a": 1}, "x"),
    ],
)
def test_what_is_filled_in(value: Json, example: Json, whole: Json) -> None:
    """Only the named fields that are lacking are taken from the example, at any depth."""
    assert filled(value, example, {"a"}) == whole


@pytest.mark.parametrize(
    ("raises", "expected"), [("TypeError, KeyError", "taken"), ("KeyError", "refused")]
)
def test_an_exception_that_a_declaration_names(
    pytester: pytest.Pytester, raises: str, expected: str
) -> None:
    """What a declaration says is raised on purpose is how its client copes."""
    code = "level = json.loads(get(url)); return StockLevel(level['sku'], level['on_hand'] + 0)"
    test = TEST.replace("reads=StockLevel)", f"reads=StockLevel), raises=({raises},)")
    project(pytester, client=CLIENT % (DATACLASS, code), stock=HEAD + test)

    assert driven(pytester, {"stock": [EMPTY]}).received() == [("code", expected)]


def test_a_declared_test_is_found_by_what_it_declares(pytester: pytest.Pytester) -> None:
    """Where it is not known which test gave an interaction, the one that declares it is asked."""
    project(pytester, client=CLIENT % (PYDANTIC, PARSED), stock=HEAD + TEST)
    told = driven(pytester, {"stock": [COUNTED, EMPTY]}, tests={"stock": ""})

    assert told.received() == [("model", "taken"), ("model", "refused")]


def test_what_is_declared_without_a_model_is_asked_by_code(pytester: pytest.Pytester) -> None:
    """A bare example names no type, so that the client itself is asked."""
    code = "return json.loads(get(url))['on_hand'] + 1"
    test = """
@till.expects("stock", request=get("/stock"), response=reply(200, {"sku": "A", "on_hand": 3}))
@till.expects("more", request=get("/more"), response=reply(200, {"on_hand": 3}))
def test_stock(provider):
    import urllib.request
    urllib.request.urlopen(provider.url + "/more")
    stock(provider.url)
"""
    project(pytester, client=CLIENT % (DATACLASS, code), stock=HEAD + test)
    told = driven(pytester, {"stock": [COUNTED, EMPTY], "more": [EMPTY]})

    assert told.received() == [("code", "refused")]
    assert told.received("more") == [("code", "taken")]


ODD = """
import urllib.request
from pydantic import BaseModel, model_validator

class Odd(BaseModel):
    on_hand: int

    @model_validator(mode="before")
    @classmethod
    def _never(cls, value):
        raise ValueError("not by this way")

@till.expects("stock", request=get("/stock"), response=reply(200, {"on_hand": 3}, reads=Odd))
def test_stock(provider):
    urllib.request.urlopen(provider.url + "/stock")
"""


def test_a_type_that_nothing_checks_has_no_validator() -> None:
    """Builtin types and classes without a parser are no judges."""
    assert validator_of(dict[str, int]) is None
    assert validator_of(int) is None


def test_a_type_that_its_own_library_cannot_use_is_no_judge() -> None:
    """What pydantic cannot build a parser for refuses no reply."""
    from pydantic import BaseModel

    class Model(BaseModel):
        pass

    assert validator_of(Model | threading.Thread) is None


def test_a_model_that_refuses_the_example_leaves_it_to_the_code(pytester: pytest.Pytester) -> None:
    """A model that refuses the contract's own example is not what the client parses with."""
    project(pytester, client=CLIENT % (PYDANTIC, PARSED), stock=HEAD + ODD)
    told = driven(pytester, {"stock": [EMPTY]})

    assert told.received() == [("code", "taken")]
