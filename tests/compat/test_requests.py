"""What travels as text in a request: in which style, and what rules let vary of it."""

from __future__ import annotations

from typing import Any

import pytest

from harness.compat.http.interactions import Provider
from harness.domain.fit import Code, InteractionCompat, Kind
from tests.compat.samples import INTEGER, TEXT, document, interaction, items, record, rule

INTEGERS = items(INTEGER)
BROKEN = {"type": "string", "pattern": "((("}
PAGE = record({"a": INTEGER, "b": TEXT, "l": INTEGERS}, "a")
LOOSE = record({"a": INTEGER, "b": TEXT})
MAP = {"type": "object", "additionalProperties": INTEGER}


def parameter(schema: Any, within: str = "query", name: str = "p", **more: Any) -> dict[str, Any]:
    """A parameter of an operation, of which a schema of None says nothing."""
    described = {"name": name, "in": within, **more}
    return described if schema is None else {**described, "schema": schema}


def asked(
    *parameters: Any, rules: Any = None, headers: Any = None, **query: list[str]
) -> InteractionCompat:
    """What a request with a query comes to."""
    request: dict[str, Any] = {"query": query, "headers": headers or {}}
    if rules is not None:
        request["matchingRules"] = rules
    provider = document({"parameters": list(parameters)})
    return Provider(provider).compared(interaction(request=request))


def told(found: InteractionCompat) -> list[tuple[Code, bool]]:
    """The misfits in short, each with whether it is a hypothesis."""
    return [(each.code, each.hypothesis) for each in found.misfits]


def regex(pattern: str) -> Any:
    """A rule that lets pass what a pattern matches."""
    return rule({"match": "regex", "regex": pattern})


FITS: list[tuple[Code, bool]] = []
OFF = [(Code.REQUEST_QUERY, False)]
MISSING = [(Code.REQUEST_QUERY_MISSING, False)]


@pytest.mark.parametrize(
    ("schema", "required", "query", "expected"),
    [
        (PAGE, True, {"a": ["1"]}, FITS),
        (PAGE, True, {"a": ["1"], "b": ["x"], "l": ["1"]}, FITS),
        (PAGE, True, {"a": ["1"], "l": ["1", "2"]}, FITS),
        (PAGE, True, {"a": ["1"], "l": ["1", "x"]}, OFF),
        (PAGE, False, {"a": ["x"]}, OFF),
        (PAGE, True, {"b": ["x"]}, OFF),
        (PAGE, True, {}, MISSING),
        (PAGE, False, {}, FITS),
        (LOOSE, True, {}, [(Code.REQUEST_QUERY_MISSING, True)]),
        (MAP, True, {"x": ["1"], "y": ["2"]}, FITS),
        (MAP, True, {"x": ["one"]}, OFF),
        (record({"p": INTEGER}, "p"), True, {"p": ["1"]}, FITS),
    ],
)
def test_an_object_is_spread_over_the_query_unless_told_otherwise(
    schema: Any, required: bool, query: Any, expected: Any
) -> None:
    """The members of an object travel as pairs of their own, and are held against its schema."""
    found = asked(parameter(schema, required=required), **query)

    assert told(found) == expected
    assert found.proven is (expected == FITS)


def test_a_map_takes_no_pair_of_another_parameter() -> None:
    """What a parameter names is its own."""
    both = [parameter(MAP), parameter(TEXT, name="q")]

    assert asked(*both, q=["x"], n=["1"]).proven
    assert told(asked(*both, q=["x"], n=["one"])) == OFF


@pytest.mark.parametrize(
    ("explode", "texts", "expected"),
    [
        (True, ["1,2"], OFF),
        (True, ["1", "2"], FITS),
        (True, ["1"], FITS),
        (False, ["1,2"], FITS),
        (False, ["1,x"], OFF),
    ],
)
def test_a_comma_parts_only_what_is_joined(explode: bool, texts: Any, expected: Any) -> None:
    """A list that is spread comes as a pair for each item, so a comma is part of a text."""
    assert told(asked(parameter(INTEGERS, explode=explode), p=texts)) == expected


@pytest.mark.parametrize(
    ("described", "query"),
    [
        (parameter(BROKEN, name="p"), {"p": ["x"]}),
        (parameter(record({"a": BROKEN}), style="deepObject"), {"p[a]": ["x"]}),
        (parameter(record({"a": BROKEN})), {"a": ["x"]}),
        (parameter(items(BROKEN)), {"p": ["x", "y"]}),
    ],
)
def test_what_no_validator_can_judge_is_not_proven(described: Any, query: Any) -> None:
    """A pattern that cannot be read leaves its parameter open, in every style."""
    found = asked(described, **query)

    assert (found.misfits, found.proven) == ((), False)
    assert [each.code for each in found.gaps] == [Code.REQUEST_QUERY]


MAY_BREAK = [(Code.REQUEST_QUERY, True)]
LETTERS = items({"enum": ["a", "b"]})


@pytest.mark.parametrize(
    ("schema", "key", "matcher", "texts", "expected"),
    [
        (INTEGERS, "p", regex(".*"), ["1", "2"], MAY_BREAK),
        (INTEGERS, "$.p[1]", regex(".*"), ["1", "2"], MAY_BREAK),
        (LETTERS, "p", rule({"match": "type"}), ["a", "b"], MAY_BREAK),
        (LETTERS, "$['p'][0]", rule({"match": "type"}), ["a", "b"], MAY_BREAK),
        (INTEGERS, "p", regex(r"[0-9]{1,3}"), ["1", "2"], FITS),
        (INTEGERS, "p", regex(r"[0-9]{1,3}"), ["1"], FITS),
        (INTEGERS, "other", regex(".*"), ["1", "2"], FITS),
        (INTEGER, "p", regex(r"\d+"), ["1"], FITS),
    ],
)
def test_each_of_several_texts_varies_by_its_rule(
    schema: Any, key: str, matcher: Any, texts: Any, expected: Any
) -> None:
    """What a rule lets vary in one item of a list is what the consumer may send."""
    found = asked(parameter(schema), rules={"query": {key: matcher}}, p=texts)

    assert told(found) == expected
    assert all(each.kind is Kind.MAY_BREAK for each in found.misfits)
    assert found.proven is (expected == FITS), found


def test_a_number_of_values_that_varies_is_not_proven() -> None:
    """A rule for how many there are says more than the texts of the example show."""
    some = rule({"match": "type", "min": 1})
    found = asked(parameter(items(TEXT)), rules={"query": {"p": some}}, p=["a", "b"])

    assert (found.misfits, found.proven) == ((), False)
    assert found.gaps[0].tried > 0


@pytest.mark.parametrize("deep", [True, False])
@pytest.mark.parametrize(
    ("matcher", "expected"), [(regex(".*"), MAY_BREAK), (regex(r"[0-9]{1,3}"), FITS)]
)
def test_members_of_an_object_vary_by_their_rules(deep: bool, matcher: Any, expected: Any) -> None:
    """A rule of one pair speaks of one member, however the object travels."""
    style = {"style": "deepObject"} if deep else {}
    key = "p[a]" if deep else "a"
    found = asked(parameter(PAGE, **style), rules={"query": {key: matcher}}, **{key: ["1"]})

    assert told(found) == expected
    assert found.proven is (expected == FITS), found


def test_members_that_hang_together_are_open_where_one_varies() -> None:
    """A schema that asks of several members together proves none alone."""
    schema = {**LOOSE, "maxProperties": 1}
    varied = {"query": {"a": regex(r"[0-9]{1,3}")}}
    found = asked(parameter(schema), rules=varied, a=["1"])

    assert (found.misfits, found.proven) == ((), False)
    assert [each.tried > 0 for each in found.gaps] == [True]


@pytest.mark.parametrize("within", ["query", "header"])
def test_a_parameter_of_which_nothing_is_said_takes_everything(within: str) -> None:
    """A missing schema accepts every value, so what is sent is proven to fit."""
    sent: Any = {"headers": {"P": "x"}} if within == "header" else {"p": ["x"]}

    assert asked(parameter(None, within), **sent) == InteractionCompat(
        "GET /things/{id}", proven=True
    )


COOKIE = parameter(INTEGER, "cookie", "c", required=True)


@pytest.mark.parametrize(
    ("pattern", "expected"),
    [
        ("c=[a-z]+", [(Code.REQUEST_COOKIE, True)]),
        ("d=[0-9]+", [(Code.REQUEST_COOKIE_MISSING, True)]),
        ("c=[0-9]+", FITS),
    ],
)
def test_a_rule_of_the_cookie_header_lets_its_cookies_vary(pattern: str, expected: Any) -> None:
    """What such a rule lets pass is tried, and where nothing is refused it is open all the same."""
    rules = {"header": {"Cookie": regex(pattern)}}
    found = asked(COOKIE, rules=rules, headers={"Cookie": "c=5"})

    assert told(found) == expected
    assert not found.proven
    assert expected or [each.tried > 0 for each in found.gaps] == [True]


def test_a_rule_of_cookies_that_nobody_reads_matters_not() -> None:
    """Where the document names no cookie, the header may hold any."""
    rules = {"header": {"Cookie": regex(".*")}}

    assert asked(rules=rules, headers={"Cookie": "c=5"}).proven
    assert asked(COOKIE, headers={"Cookie": "c=5"}).proven


def test_a_rule_that_changes_how_many_items_a_text_holds_is_refused() -> None:
    """A text that is taken apart may come to hold fewer items than are asked for."""
    pair = parameter({**INTEGERS, "minItems": 2}, explode=False)
    found = asked(pair, rules={"query": {"p": regex(r"[0-9]{1,3}")}}, p=["1,2"])

    assert told(found) == MAY_BREAK
