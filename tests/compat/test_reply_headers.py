"""What the headers and the statuses of replies may be beside a contract's example."""

from __future__ import annotations

from typing import Any

import pytest

from harness.compat.http.interactions import Provider
from harness.domain.fit import Code, InteractionCompat, Kind, Misfit
from tests.compat.samples import INTEGER, LIKE, TEXT, document, interaction, items, record, rule

LISTED = {"enum": ["a", "zzz"]}


def seen(
    schema: Any, value: Any = "a", *matchers: dict[str, Any], required: bool = True, **more: Any
) -> InteractionCompat:
    """What comes of a header that the document declares."""
    header = {"required": required, **({} if schema is None else {"schema": schema}), **more}
    reply = {"description": "", "headers": {"X-Kind": header}}
    rules = {"header": {"x-kind": rule(*matchers)}} if matchers else {}
    return Provider(document({"responses": {"200": reply}})).compared(
        interaction(headers={"X-Kind": value}, matchingRules=rules)
    )


def only(found: InteractionCompat) -> Misfit:
    """The one misfit."""
    assert len(found.misfits) == 1
    return found.misfits[0]


@pytest.mark.parametrize("matchers", [[], [{"match": "regex", "regex": "a"}]])
def test_a_header_may_be_sent_with_what_is_not_expected(matchers: list[dict[str, Any]]) -> None:
    """A value beside the example or its rule is a hypothesis, with that value as its witness."""
    misfit = only(found := seen(LISTED, "a", *matchers))

    assert (misfit.code, misfit.kind, misfit.name) == (
        Code.REPLY_HEADER,
        Kind.MAY_BREAK,
        "X-Kind",
    )
    assert misfit.hypothesis
    assert misfit.witnesses == ('["zzz"]',)
    assert not found.proven


@pytest.mark.parametrize(
    ("schema", "value", "matcher"),
    [
        (LISTED, "a", {"match": "type"}),
        (LISTED, "a", {"match": "regex", "regex": "a|z+"}),
        (INTEGER, "5", {"match": "integer"}),
        ({"type": "boolean"}, "true", {"match": "boolean"}),
        ({"type": "number", "minimum": 0}, "5", {"match": "number"}),
        ({**TEXT, "pattern": "^a+$"}, "a", {"match": "regex", "regex": "[a-c]*"}),
        ({"const": "a"}, "a", {"match": "equality"}),
    ],
)
def test_a_header_whose_every_text_is_expected_is_proven(
    schema: Any, value: str, matcher: dict[str, Any]
) -> None:
    """A rule that covers every text that may be sent leaves nothing to tell."""
    found = seen(schema, value, matcher)

    assert (found.misfits, found.gaps, found.proven) == ((), (), True)


@pytest.mark.parametrize(
    ("schema", "value", "matcher"),
    [
        (INTEGER, "5", {"match": "regex", "regex": "[0-9]+"}),
        (INTEGER, "5", {"match": "equality"}),
        (TEXT, "5", {"match": "integer"}),
        ({"type": "boolean"}, "true", {"match": "equality"}),
        ({"type": "number"}, "5", {"match": "integer"}),
    ],
)
def test_a_scalar_of_which_more_may_be_sent_is_a_hypothesis(
    schema: Any, value: str, matcher: dict[str, Any]
) -> None:
    """Numbers and truth values are compared as the texts that they travel as."""
    misfit = only(seen(schema, value, matcher))

    assert misfit.hypothesis
    assert misfit.kind is Kind.MAY_BREAK
    assert misfit.witnesses


def test_a_header_that_need_not_be_sent_is_a_hypothesis() -> None:
    """A header is expected, so leaving it out is told, once with what else does not fit."""
    assert only(seen(LISTED, "a", {"match": "type"}, required=False)).witnesses == ("[]",)

    both = only(seen(LISTED, required=False))
    assert both.witnesses == ("[]", '["zzz"]')
    assert both.hypothesis


@pytest.mark.parametrize(
    ("schema", "value"),
    [
        (None, "a"),
        ({}, "a"),
        ({**TEXT, "pattern": "((("}, "a"),
        ({"$ref": "elsewhere.json"}, "a"),
        (items(TEXT), "a"),
        (record({"k": TEXT}), "k,a"),
    ],
)
def test_a_header_that_cannot_be_judged_is_a_gap(schema: Any, value: str) -> None:
    """What the document leaves open, and what nobody can tell, is never proven."""
    found = seen(schema, value)

    assert [gap.code for gap in found.gaps] == [Code.REPLY_HEADER]
    assert found.gaps[0].silent is (schema in (None, {}))
    assert (found.misfits, found.proven) == ((), False)


def test_an_example_that_is_never_sent_is_certain_where_no_rule_stands_beside_it() -> None:
    """A header's example that its schema refuses is impossible, and no more is said of it."""
    plain = only(seen(INTEGER, "many", required=False))
    ruled = only(seen(INTEGER, "many", {"match": "type"}))

    assert (plain.kind, plain.hypothesis) == (Kind.IMPOSSIBLE, False)
    assert (ruled.kind, ruled.hypothesis) == (Kind.IMPOSSIBLE, True)


def test_headers_of_the_protocol_are_left_out() -> None:
    """What the server itself writes is no promise of the document."""
    reply = {"description": "", "headers": {"Date": {"schema": LISTED}}}
    found = Provider(document({"responses": {"200": reply}})).compared(
        interaction(headers={"Date": "a"})
    )

    assert found.proven


STATUS = {"status": {"matchers": [{"match": "statusCode", "status": "success"}]}}
EXAMPLE = {"a": "x"}
AT_ROOT = {"body": {"$": LIKE}}


def answering(**kinds: Any) -> InteractionCompat:
    """What comes of statuses that send `a` as this or that, where every success is expected."""
    responses = {
        status.removeprefix("s"): {
            "description": "",
            "content": {"application/json": {"schema": record({"a": kind}, "a")}} if kind else {},
        }
        for status, kind in kinds.items()
    }
    provider = Provider(document({"responses": responses}))
    return provider.compared(interaction(EXAMPLE, matchingRules={**STATUS, **AT_ROOT}))


@pytest.mark.parametrize("other", ["s201", "s2XX"])
def test_every_status_that_is_expected_is_compared(other: str) -> None:
    """What another expected status sends is a hypothesis: the consumer saw its example alone."""
    misfit = only(found := answering(s200=TEXT, **{other: INTEGER}))

    assert (misfit.code, misfit.path) == (Code.REPLY_BODY, "$.a")
    assert (misfit.kind, misfit.hypothesis) == (Kind.MAY_BREAK, True)
    assert other.removeprefix("s") in misfit.sent
    # A witness is put to the consumer under its example's status, which never sends it.
    assert misfit.witnesses == ()
    assert not found.proven


def test_a_status_without_a_body_is_told_where_one_is_expected() -> None:
    """A success that sends nothing is another that was not shown."""
    misfit = only(answering(s200=TEXT, s204=None))

    assert misfit.code is Code.REPLY_BODY_UNDECLARED
    assert misfit.hypothesis


def test_the_same_of_every_status_is_told_once() -> None:
    """What the example's own status shows is certain and is not said again of others."""
    assert only(answering(s200=INTEGER, s201=INTEGER)).hypothesis is False
    assert answering(s200=TEXT, s201=TEXT, default=INTEGER, s404=INTEGER).proven
