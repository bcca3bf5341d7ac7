"""One interaction against a document: what does not fit, and how sure that is."""

from __future__ import annotations

from typing import Any

import pytest

from harness.compat.http.interactions import Provider
from harness.compat.opc.codes import results_of_http
from harness.domain.document import Document
from harness.domain.fit import Code, InteractionCompat, Kind, Misfit
from tests.compat.samples import (
    INTEGER,
    LIKE,
    TEXT,
    document,
    interaction,
    items,
    record,
    replying,
    rule,
)

STOCK = record({"sku": TEXT, "on_hand": INTEGER}, "sku", "on_hand")
READ = {"sku": "A-1", "on_hand": 3}


def compared(provider: Document, *args: Any, **named: Any) -> InteractionCompat:
    """What one interaction comes to."""
    return Provider(provider).compared(interaction(*args, **named))


def told(found: InteractionCompat) -> list[tuple[Code, Kind, str, bool]]:
    """The misfits in short, each with whether it is a hypothesis."""
    return [
        (each.code, each.kind, each.path or each.name, each.hypothesis) for each in found.misfits
    ]


def only(found: InteractionCompat) -> Misfit:
    """The one misfit that there is."""
    assert len(found.misfits) == 1, found
    return found.misfits[0]


def test_a_healthy_interaction_is_proven() -> None:
    """A reader that covers the reply is proven, declared or derived."""
    derived = compared(replying(STOCK), READ, {"$": LIKE})
    declared = compared(replying(STOCK), READ, {"$": LIKE}, STOCK)

    assert derived == InteractionCompat("GET /things/{id}", proven=True)
    assert declared == InteractionCompat("GET /things/{id}", declared=True, proven=True)


NULLABLE = {"type": ["string", "null"]}


@pytest.mark.parametrize(
    ("schema", "example", "rules", "path"),
    [
        (record({"sku": TEXT}), {"sku": "A"}, {"$": LIKE}, "$.sku"),
        (record({"sku": NULLABLE}, "sku"), {"sku": "A"}, {"$": LIKE}, "$.sku"),
        (record({"s": {"enum": ["a", "b"]}}, "s"), {"s": "a"}, {}, "$.s"),
        (
            record({"l": items(TEXT)}, "l"),
            {"l": ["A"]},
            {"$.l": rule({"match": "type", "min": 1})},
            "$.l",
        ),
        (
            {"oneOf": [record({"a": TEXT}, "a"), record({"b": TEXT}, "b")]},
            {"a": "x"},
            {"$": LIKE},
            "$.a",
        ),
    ],
    ids=["optional", "nullable", "wider enum", "empty list", "one branch"],
)
def test_what_may_break_a_derived_reader_is_a_hypothesis(
    schema: Any, example: Any, rules: Any, path: str
) -> None:
    """What one example shows is less than what the code takes."""
    found = compared(replying(schema), example, rules)
    paths = {(each.path, each.kind, each.hypothesis) for each in found.misfits}

    assert (path, Kind.MAY_BREAK, True) in paths
    assert all(each.hypothesis for each in found.misfits)
    assert not found.proven


def test_what_may_break_a_declared_reader_is_certain() -> None:
    """The consumer's own word is taken as it stands."""
    misfit = only(
        compared(replying(record({"sku": TEXT})), {"sku": "A"}, {}, record({"sku": TEXT}, "sku"))
    )

    assert (misfit.kind, misfit.hypothesis, misfit.witnesses) == (Kind.MAY_BREAK, False, ("{}",))


@pytest.mark.parametrize(
    ("schema", "kind"),
    [(STOCK, Kind.UNDECLARED), (record({"ghost": INTEGER}), Kind.IMPOSSIBLE)],
)
def test_what_a_reply_can_never_hold_is_certain(schema: Any, kind: Kind) -> None:
    """A field that the schema never mentions, or sends as another type, is no hypothesis."""
    misfit = only(compared(replying(schema), {"ghost": "x"}, {"$": LIKE}))

    assert (misfit.code, misfit.kind, misfit.path) == (Code.REPLY_BODY, kind, "$.ghost")
    assert not misfit.hypothesis


def test_an_unknown_operation_names_the_nearest() -> None:
    """A path that no operation answers is told with those that look like it."""
    found = compared(replying(STOCK), request={"method": "GET", "path": "/thing/1/2"})

    assert found.operation == ""
    assert told(found) == [(Code.OPERATION_UNKNOWN, Kind.UNDECLARED, "", False)]
    assert only(found).accepted == "GET /things/{id}"


JSON = {"application/json": {"schema": STOCK}}


@pytest.mark.parametrize(
    ("responses", "reply", "expected"),
    [
        ({"200": {}}, {"status": 404}, [Code.STATUS_UNDECLARED]),
        ({"default": {}}, {"status": 404}, [Code.STATUS_BY_DEFAULT]),
        ({"4XX": {}}, {"status": 404}, []),
        ({"200": {}}, {"body": READ}, [Code.REPLY_BODY_UNDECLARED]),
        ({"200": {"content": {"text/html": {}}}}, {"body": READ}, [Code.REPLY_MEDIA_TYPE]),
        (
            {"200": {"content": {"application/hal+json": {"schema": STOCK}}}},
            {"body": READ, "media_type": "application/hal+json"},
            [],
        ),
        ({"200": {"content": {"application/*": {"schema": STOCK}}}}, {"body": READ}, []),
        (
            {"200": {"headers": {"X-Total": {"schema": {"const": 5}, "required": True}}}},
            {"headers": {"X-Total": "5"}},
            [],
        ),
        (
            {"200": {"headers": {"X-Total": {"schema": INTEGER}}}},
            {"headers": {"x-total": "many"}},
            [Code.REPLY_HEADER],
        ),
        ({"200": {}}, {"headers": {"X-Total": "5"}}, [Code.REPLY_HEADER_UNDECLARED]),
        (
            {"200": {}},
            {"headers": {"Content-Type": "text/plain"}},
            [Code.REPLY_MEDIA_TYPE_UNDECLARED],
        ),
    ],
)
def test_status_media_type_and_headers_are_looked_up(
    responses: Any, reply: Any, expected: list[Code]
) -> None:
    """What surrounds the body of a reply is compared as well."""
    described = {status: {"description": "", **each} for status, each in responses.items()}
    found = compared(document({"responses": described}), rules={"$": LIKE}, **reply)

    assert [each.code for each in found.misfits] == expected


def test_a_body_that_nothing_is_said_of_is_a_gap() -> None:
    """No schema, an empty one and one of another media type prove nothing."""
    contents: list[dict[str, Any]] = [{}, {"schema": {}}]
    for content in contents:
        described = {"200": {"description": "", "content": {"application/json": content}}}
        found = compared(document({"responses": described}), READ, {"$": LIKE})

        assert (found.misfits, len(found.gaps), found.proven) == ((), 1, False)


def parameter(name: str, within: str, schema: Any, **more: Any) -> dict[str, Any]:
    """A parameter of an operation."""
    return {"name": name, "in": within, "schema": schema, **more}


INTEGERS = items(INTEGER)
FILTER = record({"size": INTEGER, "color": TEXT}, "size")


@pytest.mark.parametrize(
    ("parameters", "request_", "expected"),
    [
        ([parameter("id", "path", INTEGER, required=True)], {}, []),
        ([parameter("id", "path", {"enum": ["a"]}, required=True)], {}, [Code.REQUEST_PATH]),
        ([parameter("q", "query", INTEGER)], {"query": {"q": ["5"]}}, []),
        ([parameter("q", "query", INTEGER)], {"query": {"q": ["five"]}}, [Code.REQUEST_QUERY]),
        ([parameter("q", "query", TEXT, required=True)], {}, [Code.REQUEST_QUERY_MISSING]),
        ([], {"query": {"q": ["5"]}}, [Code.REQUEST_QUERY_UNDECLARED]),
        ([parameter("q", "query", INTEGERS)], {"query": {"q": ["5", "6"]}}, []),
        ([parameter("q", "query", INTEGERS, explode=False)], {"query": {"q": ["5,6"]}}, []),
        (
            [parameter("q", "query", INTEGERS, explode=False, style="pipeDelimited")],
            {"query": {"q": ["5|6"]}},
            [],
        ),
        ([parameter("q", "query", INTEGERS)], {"query": {"q": ["5", "x"]}}, [Code.REQUEST_QUERY]),
        (
            [parameter("f", "query", FILTER, style="deepObject")],
            {"query": {"f[size]": ["5"], "f[color]": ["7"]}},
            [],
        ),
        (
            [parameter("f", "query", FILTER, style="deepObject")],
            {"query": {"f[size]": ["x"]}},
            [Code.REQUEST_QUERY],
        ),
        ([parameter("X-Id", "header", INTEGER)], {"headers": {"x-id": "5"}}, []),
        ([parameter("X-Id", "header", INTEGER)], {"headers": {"x-id": "a"}}, [Code.REQUEST_HEADER]),
        ([parameter("X-Id", "header", INTEGER, required=True)], {}, [Code.REQUEST_HEADER_MISSING]),
        ([], {"headers": {"X-Id": "5", "User-Agent": "me"}}, [Code.REQUEST_HEADER_UNDECLARED]),
        ([parameter("c", "cookie", INTEGER)], {"headers": {"Cookie": "a=b; c=5"}}, []),
        ([parameter("c", "cookie", INTEGER, required=True)], {}, [Code.REQUEST_COOKIE_MISSING]),
        ([], {"headers": {"Accept": "text/html"}}, [Code.REQUEST_ACCEPT]),
    ],
)
def test_parameters_are_read_in_their_style(
    parameters: Any, request_: Any, expected: list[Code]
) -> None:
    """What travels as text is accepted when one reading of it is."""
    responses = {"200": {"description": "", "content": JSON}}
    found = compared(document({"parameters": parameters, "responses": responses}), request=request_)

    assert [each.code for each in found.misfits] == expected


ORDER = record({"sku": TEXT, "size": {"enum": ["s", "l"]}}, "sku", additionalProperties=False)


def posted(body: Any, rules: Any = None, status: int = 200, **more: Any) -> InteractionCompat:
    """What a request with a body comes to."""
    provider = document(
        {"requestBody": {"content": {"application/json": {"schema": ORDER}}, "required": True}},
        "/orders",
        method="post",
    )
    sent: dict[str, Any] = {"method": "POST", "path": "/orders", **more}
    if body is not None:
        sent["body"] = {"content": body, "contentType": "application/json", "encoded": False}
        sent["headers"] = {"Content-Type": "application/json"}
    if rules:
        sent["matchingRules"] = {"body": rules}
    return compared(provider, request=sent, status=status)


def test_a_request_that_the_provider_refuses_is_certain() -> None:
    """What the example itself gets wrong is told for each place."""
    assert posted({"sku": "A"}).proven
    assert told(posted({"sku": 5, "size": "xl"})) == [
        (Code.REQUEST_BODY, Kind.IMPOSSIBLE, "$.sku", False),
        (Code.REQUEST_BODY, Kind.IMPOSSIBLE, "$.size", False),
    ]
    assert told(posted(None)) == [(Code.REQUEST_BODY_MISSING, Kind.IMPOSSIBLE, "", False)]


def test_what_rules_let_a_request_vary_is_a_hypothesis() -> None:
    """A rule wider than the provider's schema may break, where the example does not."""
    found = posted(
        {"sku": "A", "size": "s"}, {"$.size": rule({"match": "regex", "regex": "s|l|xl"})}
    )

    assert told(found) == [(Code.REQUEST_BODY, Kind.MAY_BREAK, "$.size", True)]
    assert only(found).witnesses == ('{"size":"xl","sku":"A"}',)


def test_a_request_that_is_meant_to_be_refused_is_not_judged() -> None:
    """Where the contract expects a refusal, the request may be anything."""
    codes = [each.code for each in posted({"sku": 5}, status=422).misfits]

    assert codes == [Code.STATUS_UNDECLARED]


@pytest.mark.parametrize(
    ("headers", "query", "missing"),
    [
        ({}, {}, True),
        ({"X-Key": "k"}, {}, False),
        ({"authorization": "Bearer t"}, {}, False),
        ({"Authorization": "Basic t"}, {}, True),
    ],
)
def test_credentials_of_one_alternative_are_enough(headers: Any, query: Any, missing: bool) -> None:
    """A request without any of the alternatives is told, as a hypothesis."""
    schemes = {
        "key": {"type": "apiKey", "in": "header", "name": "X-Key"},
        "bearer": {"type": "http", "scheme": "bearer"},
    }
    provider = document({"security": [{"key": []}, {"bearer": []}]}, securitySchemes=schemes)
    found = compared(provider, request={"headers": headers, "query": query})
    told_ = [(each.code, each.hypothesis) for each in found.misfits]

    assert told_ == ([(Code.SECURITY_MISSING, True)] if missing else [])


CARD = record({"kind": {"const": "card"}, "digits": INTEGER}, "kind", "digits")
CASH = record({"kind": {"const": "cash"}, "coins": TEXT}, "kind", "coins")


@pytest.mark.parametrize(
    ("schema", "body", "paths"),
    [
        ({"oneOf": [CARD, CASH]}, {"kind": "card", "digits": "x"}, ["$.digits"]),
        ({"anyOf": [CARD, CASH]}, {"kind": "cash"}, ["$.coins"]),
        (record({"by": {"anyOf": [CARD, {"type": "null"}]}}), {"by": {"kind": "card"}},
         ["$.by.digits"]),
        (record({"by": items({"oneOf": [CARD, CASH]}), "z": TEXT}),
         {"by": [{"kind": "cash", "coins": 1}], "z": 5}, ["$.by[0].coins", "$.z"]),
        (record({"by": {"anyOf": [INTEGER, TEXT]}}), {"by": []}, ["$.by"]),
    ],
)  # fmt: skip
def test_what_meets_no_alternative_is_told_at_its_own_place(
    schema: Any, body: Any, paths: list[str]
) -> None:
    """A request is refused for a field of the alternative that it is nearest to."""
    content = {"application/json": {"schema": schema}}
    provider = document({"requestBody": {"content": content}}, "/orders", method="post")
    sent = {"content": body, "contentType": "application/json", "encoded": False}
    headers = {"Content-Type": "application/json"}
    request = {"method": "POST", "path": "/orders", "body": sent, "headers": headers}
    found = compared(provider, request=request)

    assert sorted(each.path for each in found.misfits) == paths
    assert {(each.code, each.kind) for each in found.misfits} == {
        (Code.REQUEST_BODY, Kind.IMPOSSIBLE)
    }
    assert not any(each.hypothesis for each in found.misfits)


OAUTH = {"type": "oauth2", "flows": {}}
OPENID = {"type": "openIdConnect", "openIdConnectUrl": "https://example.org/known"}


@pytest.mark.parametrize("scheme", [OAUTH, OPENID])
@pytest.mark.parametrize(
    ("headers", "missing"),
    [({}, True), ({"Authorization": "Bearer t"}, False), ({"Authorization": "Basic t"}, True)],
)
def test_tokens_travel_as_those_of_bearer(scheme: Any, headers: Any, missing: bool) -> None:
    """A request without a token is not proven, and the field's own codes keep silent on it."""
    provider = Provider(document({"security": [{"it": []}]}, securitySchemes={"it": scheme}))
    sent = interaction(request={"headers": headers})
    found = provider.compared(sent)

    assert told(found) == ([(Code.SECURITY_MISSING, Kind.MAY_BREAK, "it", True)] if missing else [])
    assert found.proven is not missing
    assert list(results_of_http(provider, sent, found)) == []


def test_the_same_interactions_give_the_same_answers() -> None:
    """A provider that is kept answers as a fresh one."""
    pairs = [interaction(READ, {"$": LIKE}), interaction({"ghost": "x"}, {"$": LIKE})]
    kept = Provider(replying(STOCK))
    twice = [kept.compared(each) for each in (*pairs, *pairs)]

    assert twice[:2] == twice[2:] == [Provider(replying(STOCK)).compared(each) for each in pairs]


def test_what_nobody_can_tell_of_a_request_is_no_proof() -> None:
    """A request that cannot be held against the schema is open, however its example fares."""
    odd = {"type": "object", "properties": {"sku": {"type": "string", "format": "no-such-format"}}}
    content = {"application/json": {"schema": odd}}
    operation = {
        "requestBody": {"content": content, "required": True},
        "responses": {"204": {"description": ""}},
    }
    body = {"content": {"sku": "A"}, "contentType": "application/json", "encoded": False}
    request = {
        "method": "POST",
        "path": "/things",
        "body": body,
        "headers": {"Content-Type": ["application/json"]},
        "matchingRules": {"body": {"$.sku": {"matchers": [{"match": "type"}]}}},
    }
    found = Provider(document(operation, "/things", method="post")).compared(
        interaction(request=request, status=204)
    )

    assert not found.proven
    assert [gap.code for gap in found.gaps] == [Code.REQUEST_BODY], found
