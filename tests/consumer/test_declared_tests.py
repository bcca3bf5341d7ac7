"""What a declared test does when it passes, and what it says when its client does otherwise."""

from __future__ import annotations

import json

import pytest

from tests.consumer.support import CLIENT, declared, descriptions, pact_path, run

pytest_plugins = ["pytester"]


def test_a_declared_test_gives_a_pact_with_its_reader(pytester: pytest.Pytester) -> None:
    """One declaration yields the mock, the interaction with matchers, and the reader."""
    pytester.makepyfile(CLIENT + declared("a known sku"))
    run(pytester).assert_outcomes(passed=1)
    document = json.loads(pact_path(pytester).read_text())
    assert document["metadata"] == {"pactSpecification": {"version": "4.0"}}
    (interaction,) = document["interactions"]
    assert interaction["comments"] == {
        "contract-harness": {
            "v": 1,
            "reader": {
                "type": "object",
                "properties": {"sku": {"type": "string"}, "on_hand": {"type": "integer"}},
                "required": ["on_hand", "sku"],
            },
        }
    }
    rules = interaction["response"]["matchingRules"]["body"]
    assert rules["$.on_hand"]["matchers"] == [{"match": "integer"}]
    assert rules["$.sku"]["matchers"] == [{"match": "type"}]


def test_a_test_that_never_calls_fails(pytester: pytest.Pytester) -> None:
    """A declaration that nobody performs is not a contract."""
    pytester.makepyfile(CLIENT + declared("a known sku", body="pass"))
    result = run(pytester)
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["*never sent what it declared: expected GET /stock/A*"])


def test_a_test_without_the_parameter_fails(pytester: pytest.Pytester) -> None:
    """A declared test that does not ask for its provider says how to."""
    source = declared("a known sku", body="pass").replace("(provider)", "()")
    pytester.makepyfile(CLIENT + source)
    result = run(pytester)
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["*expected a parameter `provider`, seen none*", "hint: *"])


@pytest.mark.parametrize(
    ("body", "seen"),
    [
        ('fetch(provider.url + "/stock/B")', "seen GET /stock/B"),
        ('fetch(provider.url + "/stock/A?deep=1")', "seen GET /stock/A, where *deep*"),
        ('fetch(provider.url + "/stock/A", "DELETE")', "seen DELETE /stock/A"),
    ],
)
def test_an_undeclared_request_fails(pytester: pytest.Pytester, body: str, seen: str) -> None:
    """A client that sends what it did not declare fails, though its test swallows the error."""
    swallowed = f"with pytest.raises(OSError): {body}"
    pytester.makepyfile(CLIENT + declared("a known sku", body=swallowed))
    result = run(pytester)
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(
        ["*sent what it did not declare*", "*expected GET /stock/A*", f"*{seen}*"]
    )


def test_a_request_body_counts_as_it_is_written(pytester: pytest.Pytester) -> None:
    """A body with another value is not what was declared, and one of `like` is."""
    source = """
@inventory.expects("exact", request=post("/r", {"sku": "A", "n": 2}), response=reply(204))
def test_exact(provider):
    with pytest.raises(OSError):
        fetch(provider.url + "/r", "POST", {"sku": "A", "n": 3})

@inventory.expects("loose", request=post("/r", like({"sku": "A", "n": 2})), response=reply(204))
def test_loose(provider):
    fetch(provider.url + "/r", "POST", {"sku": "B", "n": 3})

@inventory.expects("loose and wrong", request=post("/r", like({"n": 2})), response=reply(204))
def test_loose_and_wrong(provider):
    with pytest.raises(OSError):
        fetch(provider.url + "/r", "POST", {"n": "3"})

@inventory.expects("typed", request=put("/r", Stock("A", 3)), response=reply(204))
def test_typed(provider):
    fetch(provider.url + "/r", "PUT", {"sku": "A", "on_hand": 3})
"""
    pytester.makepyfile(CLIENT + source)
    result = run(pytester)
    result.assert_outcomes(passed=2, failed=2)
    result.stdout.fnmatch_lines_random(
        ["*Expected 3 (Integer) to be equal to 2*", "*'3' (String)*"]
    )


def test_a_repeated_description_fails(pytester: pytest.Pytester) -> None:
    """Of two interactions of one name pact would drop one: the second fails and names both."""
    pytester.makepyfile(
        test_a=CLIENT + declared("a known sku"),
        test_b=CLIENT + declared("a known sku", path="/stock/B"),
    )
    result = run(pytester)
    result.assert_outcomes(passed=1, failed=1)
    result.stdout.fnmatch_lines(
        [
            "*is declared twice:",
            "*expected one declaration, at test_a.py:*",
            "*another, at test_b.py:*",
        ]
    )
    assert not pact_path(pytester).exists()


def test_the_own_error_comes_first(pytester: pytest.Pytester) -> None:
    """What the body raised stays the failure; what the client did wrong stands beside it."""
    body = 'pytest.raises(OSError, fetch, provider.url + "/other"); raise KeyError("mine")'
    pytester.makepyfile(CLIENT + declared("a known sku", body=body))
    result = run(pytester)
    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(["E *KeyError: 'mine'", "*Captured contract*", "*seen GET /other*"])


def test_several_interactions_and_providers_in_one_test(pytester: pytest.Pytester) -> None:
    """Decorators stack, and with several providers each mock is asked for by its name."""
    source = """
@inventory.expects("one", request=get("/one"), response=reply(200, 1))
@inventory.expects("two", request=get("/two"), response=reply(200, [2], reads=list[int]))
@catalog.expects("three", request=get("/three"), response=reply(204))
def test_all(providers):
    assert fetch(providers["inventory"].url + "/one") == 1
    assert fetch(providers["inventory"].url + "/two") == [2]
    assert fetch(providers["catalog"].url + "/three") is None

@inventory.expects("four", request=get("/one"), response=reply(200, 1))
@catalog.expects("five", request=get("/three"), response=reply(204))
def test_which(provider): ...
"""
    pytester.makepyfile(CLIENT + source)
    result = run(pytester)
    result.assert_outcomes(passed=1, errors=1)
    result.stdout.fnmatch_lines(["*expected interactions with one provider, seen*"])
    pytester.makepyfile(CLIENT + source.partition('@inventory.expects("four"')[0])
    run(pytester).assert_outcomes(passed=1)
    assert descriptions(pact_path(pytester)) == ["one", "two"]
    assert descriptions(pact_path(pytester, "orders-catalog.json")) == ["three"]


def test_parameters_fixtures_classes_and_async_tests(pytester: pytest.Pytester) -> None:
    """A declared test stays an ordinary one; the same declaration run often is one interaction."""
    source = """
@pytest.fixture
def anyio_backend(): return "asyncio"

@pytest.fixture
def client(provider):
    return lambda path: fetch(provider.url + path)

@pytest.mark.parametrize("times", [1, 2])
@inventory.expects("often", request=get("/a"), response=reply(200, Stock("A", 3)))
def test_often(client, tmp_path, times):
    for _ in range(times):
        assert client("/a")["sku"] == "A"

class TestOne:
    @inventory.expects("in a class", request=get("/a"), response=reply(200, Stock("A", 3)))
    def test_method(self, provider):
        fetch(provider.url + "/a")

@pytest.mark.anyio
@inventory.expects("awaited", request=get("/a"), response=reply(200, Stock("A", 3)))
async def test_async(provider):
    fetch(provider.url + "/a")

@pytest.mark.anyio
@inventory.expects("never awaited", request=get("/a"), response=reply(200, Stock("A", 3)))
async def test_async_never(provider): ...
"""
    pytester.makepyfile(CLIENT + source)
    run(pytester).assert_outcomes(passed=4, failed=1)
    pytester.makepyfile(
        CLIENT + source.partition('@pytest.mark.anyio\n@inventory.expects("never')[0]
    )
    run(pytester).assert_outcomes(passed=4)
    assert descriptions(pact_path(pytester)) == ["awaited", "in a class", "often"]


def test_paths_queries_and_headers_may_vary_within_a_pattern(pytester: pytest.Pytester) -> None:
    """A pattern is matched whole, and lists repeat a query parameter."""
    source = """
declared = dict(
    request=get(
        pattern(r"^/stock/[A-Z]+$", "/stock/A"),
        query={"at": pattern(r"\\\\d+", "1"), "tag": ["x", "y"]},
    ),
    response=reply(200, 1, headers={"X-Total": pattern(r"\\\\d+", "7")}),
)
@inventory.expects("met", **declared)
def test_met(provider):
    fetch(provider.url + "/stock/ZZ?at=22&tag=x&tag=y")

@inventory.expects("not met", **declared)
def test_not_met(provider):
    with pytest.raises(OSError):
        fetch(provider.url + "/stock/zz?at=22&tag=x&tag=y")
""".replace("\\\\", "\\")
    pytester.makepyfile(CLIENT + source)
    run(pytester).assert_outcomes(passed=1, failed=1)


@pytest.mark.parametrize(
    ("response", "sentence"),
    [
        ('reply(200, {"sku": 1, "on_hand": 3}, reads=Stock)', "$.sku: expected a string, seen 1"),
        ('reply(200, {"sku": "A"}, reads=Stock)', "$.on_hand: expected a value, seen none"),
        ("reply(200, None)", "to pact a body that is null is no body at all"),
        ("reply(200, object())", "object, which has no place in JSON"),
        ("reply(200, [], reads=list[print])", "names a type without a JSON form"),
        ('reply(200, {"pact:matcher:type": "x"})', "a matcher to pact"),
    ],
)
def test_a_declaration_that_contradicts_itself(
    pytester: pytest.Pytester, response: str, sentence: str
) -> None:
    """An example that its own type refuses is told with place and path."""
    source = f"""
@inventory.expects("odd", request=get("/a"), response={response})
def test_odd(provider): ...
"""
    pytester.makepyfile(CLIENT + source)
    result = run(pytester)
    result.assert_outcomes(errors=1)
    assert sentence in result.stdout.str()


def test_fields_that_a_client_does_without(pytester: pytest.Pytester) -> None:
    """A field named in may_be_absent is not required by the reader, nor held by the body."""
    source = """
@dataclass
class Order:
    id: int
    note: str | None
    lines: list["Order"]

@inventory.expects("bare", request=get("/a"),
    response=reply(200, Order(1, None, [Order(2, "x", [])]), may_be_absent=["note"]))
def test_bare(provider):
    assert fetch(provider.url + "/a") == {"id": 1, "lines": [{"id": 2, "note": "x", "lines": []}]}
"""
    pytester.makepyfile(CLIENT + source)
    run(pytester).assert_outcomes(passed=1)
    assert '"note"\n' not in pact_path(pytester).read_text().partition('"required"')[2][:80]
