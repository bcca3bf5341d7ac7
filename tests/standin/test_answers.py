"""Tests of which interaction answers a request."""

from __future__ import annotations

import json
import random

import pytest

from harness.domain.pact import Body, HttpRequest, HttpResponse, Interaction, Presence
from harness.standin.answers import Answers, Reply, Unmatched, problem_of, reply_of
from harness.standin.requests import Received
from tests.standin.samples import answer, asked, interaction, json_body, pact, received, rule

BY_NUMBER = {"path": {"": rule("regex", regex=r"^/users/\d+$")}}
ANY_Q = {"query": {"q": rule("type")}}
FIRST_Q = {"query": {"$.q[0]": rule("type")}}
WHOLE_Q = {"query": {"q": rule("integer")}}
BY_TYPE = {"path": {"": rule("type")}}
FORM = Body(Presence.PRESENT, "a=1&b=2", "application/x-www-form-urlencoded")
PICTURE = Body(Presence.PRESENT, b"\x89PNG", "image/png")
ANY_PICTURE = {"body": {"$": rule("contentType", value="image/png")}}

FITS: list[tuple[HttpRequest, Received]] = [
    (asked(path="/a"), received("GET", "/a")),
    (asked(path="/a b/ü"), received("GET", "/a%20b/%C3%BC")),
    (asked(path="/a%2Fb"), received("GET", "/a%2fb")),
    (asked("HEAD", "/a"), received("HEAD", "/a")),
    (asked("GET", "/a"), received("HEAD", "/a")),
    (asked(path="/users/1", rules=BY_NUMBER), received("GET", "/users/42")),
    (asked(path="/users/1", rules=BY_TYPE), received("GET", "/users/42")),
    (asked(path="/users/ann", rules=BY_TYPE), received("GET", "/users/bob")),
    (asked(path="/skus/A-1/stock", rules=BY_TYPE), received("GET", "/skus/B/stock")),
    (asked(query={"a": ("1",), "b": ("2", "3")}), received("GET", "/?b=2&a=1&b=3")),
    (asked(query={"a": (None,)}), received("GET", "/?a")),
    (asked(query={"q": ("x y",)}), received("GET", "/?q=x+y")),
    (asked(query={"q": ("1",)}, rules=WHOLE_Q), received("GET", "/?q=7")),
    (asked(query={"q": ("1",)}, rules=FIRST_Q), received("GET", "/?q=x")),
    (asked(query={"q": ("1",)}, rules=ANY_Q), received("GET", "/?q=x&q=y")),
    (asked(headers={"X-Key": ("k",)}), received("GET", "/", x_key="k", x_other="o")),
    (asked(headers={"Accept": ("a/b, c/d",)}), received("GET", "/", accept="A/b,c/d")),
    (asked(headers={"X-Key": ("k",)}, rules={"header": {"x-key": rule("regex", regex="^k.*")}}),
     received("GET", "/", x_key="k2")),
    (asked("POST", headers={"Content-Type": ("text/x",)},
           rules={"header": {"content-type": rule("regex", regex="text/.")}}),
     received("POST", "/", content_type="text/y; charset=utf-8")),
    (asked("POST", headers={"Content-Type": ("application/json",)}),
     received("POST", "/", content_type="application/json; charset=utf-8")),
    (asked("POST", body=json_body({"a": 1})), received("POST", "/", b'{ "a": 1.0 }')),
    (asked("POST"), received("POST", "/", b"anything")),
    (asked("POST", body=json_body(None)), received("POST", "/", b"null")),
    (asked("POST", body=Body(Presence.EMPTY)), received("POST", "/")),
    (asked("POST", body=FORM), received("POST", "/", b"b=2&a=1")),
    (asked("POST", body=PICTURE), received("POST", "/", b"\x89PNG")),
    (asked("POST", body=PICTURE, rules=ANY_PICTURE), received("POST", "/", b"other")),
    (asked("POST", body=Body(Presence.PRESENT, "hi", "text/plain"),
           rules={"body": {"$": rule("regex", regex="^h.*")}}), received("POST", "/", b"ho")),
]  # fmt: skip

FITS_NOT: list[tuple[HttpRequest, Received]] = [
    (asked(path="/a"), received("POST", "/a")),
    (asked(path="/a"), received("GET", "/a/")),
    (asked(path="/a/b"), received("GET", "/a%2Fb")),
    (asked("POST", "/a"), received("HEAD", "/a")),
    (asked(path="/users/1", rules=BY_NUMBER), received("GET", "/users/x")),
    (asked(path="/users/1", rules={"path": {"": rule("regex", regex=r"/users/\d+")}}),
     received("GET", "/users/1/orders")),
    (asked(path="/users/1", rules=BY_TYPE), received("GET", "/orders/1")),
    (asked(path="/users/1", rules=BY_TYPE), received("GET", "/users/x")),
    (asked(path="/users/1", rules=BY_TYPE), received("GET", "/users/")),
    (asked(), received("GET", "/?a=1")),
    (asked(query={"a": ("1",)}), received("GET", "/")),
    (asked(query={"a": ("1", "2")}), received("GET", "/?a=2&a=1")),
    (asked(query={"q": ("1",)}, rules=WHOLE_Q), received("GET", "/?q=x")),
    (asked(headers={"X-Key": ("k",)}), received("GET", "/")),
    (asked(headers={"X-Key": ("k",)}), received("GET", "/", x_key="K")),
    (asked(headers={"X-Key": ("k",)}, rules={"header": {"x-key": rule("regex", regex="k")}}),
     received("GET", "/", x_key="k2")),
    (asked("POST", body=json_body({"a": 1})), received("POST", "/", b'{"a": true}')),
    (asked("POST", body=json_body({"a": 1})), received("POST", "/", b"not json")),
    (asked("POST", body=json_body({"a": 1})), received("POST", "/", b"\xff")),
    (asked("POST", body=json_body({"a": 1})), received("POST", "/")),
    (asked("POST", body=json_body(None)), received("POST", "/", b"0")),
    (asked("POST", body=Body(Presence.EMPTY)), received("POST", "/", b"x")),
    (asked("POST", body=FORM), received("POST", "/", b"a=1")),
    (asked("POST", body=PICTURE), received("POST", "/", b"other")),
    (asked("POST", body=PICTURE, rules=ANY_PICTURE), received("POST", "/")),
]  # fmt: skip


@pytest.mark.parametrize(("held", "came"), FITS)
def test_a_request_that_an_interaction_means(held: HttpRequest, came: Received) -> None:
    """What the contract's client could have sent is answered."""
    assert answer(came, interaction("it", held)) == "it"


@pytest.mark.parametrize(("held", "came"), FITS_NOT)
def test_a_request_that_it_does_not_mean(held: HttpRequest, came: Received) -> None:
    """Nothing is answered by likeness: silence never passes."""
    assert answer(came, interaction("it", held)) == "unmatched"


@pytest.mark.parametrize(
    ("path", "best"),
    [("/users/1", "found"), ("/users/7", "any"), ("/users/9", "missing")],
)
def test_the_best_match_answers(path: str, best: str) -> None:
    """The example itself goes before a rule, then success before refusal, then fewest states."""
    held = (
        interaction("missing", asked(path="/users/9"), 404),
        interaction("gone", asked(path="/users/1"), 410),
        interaction("with much set up", asked(path="/users/1"), states=2),
        interaction("found", asked(path="/users/1"), states=1),
        interaction("refused", asked(path="/users/2", rules=BY_NUMBER), 403),
        interaction("any", asked(path="/users/2", rules=BY_NUMBER), states=1),
    )

    for seed in range(5):
        shuffled = random.Random(seed).sample(held, len(held))
        assert answer(received("GET", path), *shuffled) == best


def test_what_says_more_of_the_request_goes_first() -> None:
    """A header that one contract names chooses it where it came, and the other where it did not."""
    wrong = asked(headers={"Authorization": ("wrong",)})
    held = (interaction("open", asked()), interaction("refused", wrong, 401))

    assert answer(received("GET", "/", authorization="wrong"), *held) == "refused"
    assert answer(received("GET", "/", authorization="right"), *held) == "open"


def test_ties_are_settled_without_regard_to_the_order_of_pacts() -> None:
    """The same pacts give the same answer, in whatever order they were read."""
    first = pact(interaction("it", asked(), body=json_body(1)), consumer="a")
    second = pact(interaction("it", asked(), body=json_body(2)), consumer="b")

    replies = [
        Answers.of("shop", pacts).to(received("GET", "/"))
        for pacts in ([first, second], [second, first])
    ]

    headers = (("Content-Type", "application/json"),)
    assert replies[0] == replies[1] == Reply(200, headers, b"1", "it")


@pytest.mark.parametrize("path", ["/api/users", "/users"])
def test_what_the_consumer_puts_before_its_paths_may_be_left_out(path: str) -> None:
    """Where the table has a suffix, contracts with it and without it are met."""
    answers = Answers.of("shop", [pact(interaction("it", asked(path=path)))], ["/api/"])

    assert isinstance(answers.to(received("GET", "/api/users")), Reply)
    assert isinstance(answers.to(received("GET", "/v2/users")), Unmatched)


def test_the_refusal_tells_what_is_nearest() -> None:
    """The request, the interactions on its path and their differences are told, without secrets."""
    held = asked("POST", "/users", headers={"Authorization": ("Bearer s3cret",)},
                 body=json_body({"name": "Ann"}))  # fmt: skip
    answers = Answers.of("shop", [pact(interaction("a user is made", held, 201))])
    came = received("POST", "/users?x=1", b'{"name": 1}', authorization="Bearer 0ther")

    unmatched = answers.to(came)
    assert isinstance(unmatched, Unmatched)
    reply = problem_of("shop", unmatched)
    told = json.loads(reply.body)

    assert reply.status == 501
    assert told["detail"].endswith("none of them holds POST /users?x=1")
    assert told["nearest"] == [
        {
            "consumer": "web",
            "interaction": "a user is made",
            "request": "POST /users",
            "differences": [
                'query "x": not in the contract',
                "header Authorization: not as the contract has it",
                '$.name: expected the text "Ann", seen the number 1',
            ],
        }
    ]
    assert b"s3cret" not in reply.body
    assert b"0ther" not in reply.body


def test_where_no_path_fits_those_that_begin_alike_are_nearest() -> None:
    """At most three interactions are told, the most alike first."""
    paths = ("/b", "/a/x/y", "/c/d", "/a/1")
    answers = Answers.of("shop", [pact(*(interaction(p, asked(path=p)) for p in paths))])

    unmatched = answers.to(received("GET", "/a/2"))

    assert isinstance(unmatched, Unmatched)
    assert [near.description for near in unmatched.nearest] == ["/a/1", "/a/x/y", "/c/d"]


@pytest.mark.parametrize(
    ("held", "sent"),
    [
        (HttpResponse(204), Reply(204)),
        (HttpResponse(200, {}, json_body({"b": "é", "a": 1})),
         Reply(200, (("Content-Type", "application/json"),), b'{"a":1,"b":"\\u00e9"}')),
        (HttpResponse(200, {}, json_body(None)),
         Reply(200, (("Content-Type", "application/json"),), b"null")),
        (HttpResponse(200, {"content-type": ("text/csv",), "Content-Length": ("9",),
                            "Content-Encoding": ("gzip",), "X-A": ("1", "2\r\nX-B: 3")},
                      Body(Presence.PRESENT, "a,b", "text/csv")),
         Reply(200, (("content-type", "text/csv"), ("X-A", "1"), ("X-A", "2  X-B: 3")), b"a,b")),
        (HttpResponse(200, {"Content-Encoding": ("gzip",)}, PICTURE),
         Reply(200, (("Content-Encoding", "gzip"), ("Content-Type", "image/png")), b"\x89PNG")),
    ],
)  # fmt: skip
def test_the_reply_is_the_example(held: HttpResponse, sent: Reply) -> None:
    """Status, headers and body are the contract's; what describes the connection is left out."""
    assert reply_of(held) == sent


def test_what_is_no_final_reply_over_http_is_left_out() -> None:
    """Messages, and statuses that no client takes for the end, answer nothing."""
    message = Interaction("m", kind=interaction("", asked()).kind, key="m")
    held = pact(message, interaction("continue", asked(), 100))

    assert Answers.of("shop", [held]).candidates == ()
