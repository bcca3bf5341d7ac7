"""What webhooks send, what of it is hidden, and where it may go."""

from __future__ import annotations

import json
from typing import Any

import pytest

from harness.broker.semantics.destinations import destinations
from harness.broker.semantics.parameters import Happened, Side, parameters
from harness.broker.semantics.secrecy import MASK, hidden, masked, masks, restored, secrets_of
from harness.broker.semantics.templates import rendered
from harness.domain.errors import Misused

AWKWARD = 'a "b"\\ & <c>/?#\n\u00e4'
NAME = "${pactbroker.consumerName}"
VALUES = {"pactbroker.consumerName": AWKWARD}


def request(**more: Any) -> dict[str, Any]:
    """A request of a webhook."""
    return {"method": "post", "url": "https://ci.example/x", **more}


def test_a_parameter_changes_nothing_but_its_own_place() -> None:
    """Quotes, slashes and line ends in a name break neither URL, nor header, nor body."""
    sent = rendered(
        request(
            url=f"https://ci.example/run/{NAME}?ref={NAME}&x=1#part",
            headers={"X-Name": NAME, "X-Other": "${pactbroker.unknown}"},
            body={NAME: [NAME, 1, None]},
        ),
        VALUES,
    )

    encoded = "a%20%22b%22%5C%20%26%20%3Cc%3E%2F%3F%23%0A%C3%A4"
    assert sent.url == f"https://ci.example/run/{encoded}?ref={encoded}&x=1"
    assert sent.headers["X-Name"].isprintable()
    assert sent.headers["X-Name"].isascii()
    assert sent.headers["X-Other"] == "${pactbroker.unknown}"
    assert sent.headers["Content-Type"] == "application/json"
    assert json.loads(sent.body or b"") == {AWKWARD: [AWKWARD, 1, None]}
    assert sent.method == "POST"


@pytest.mark.parametrize(
    ("kind", "body", "expected"),
    [
        ("application/json", f'{{"n": "{NAME}"}}', json.dumps({"n": AWKWARD}).encode()),
        ("", f' ["{NAME}"]', b" " + json.dumps([AWKWARD]).encode()),
        ("text/xml", f"<n>{NAME}</n>", b"&lt;c&gt;"),
        ("application/x-www-form-urlencoded", f"n={NAME}", b"n=a+%22b%22%5C+%26+%3Cc%3E"),
        ("text/plain", NAME, AWKWARD.encode()),
    ],
)
def test_texts_are_escaped_by_their_kind(kind: str, body: str, expected: bytes) -> None:
    """As their media type says, and else as they begin."""
    headers = {"content-type": kind} if kind else {}

    assert expected in (rendered(request(headers=headers, body=body), VALUES).body or b"")


def test_a_name_and_a_password_are_sent_as_such() -> None:
    """Given as members, or in the URL, which then holds them no more."""
    one = rendered(request(username="me", password="pass"), {})
    other = rendered(request(url="https://me:pass@ci.example/x"), {})

    assert one.headers["Authorization"] == other.headers["Authorization"] == "Basic bWU6cGFzcw=="
    assert other.url == "https://ci.example/x"


SECRET = request(
    url="https://me:s3cret-1@ci.example/x?token=s3cret-2&ref=main",
    headers={"Authorization": "Bearer s3cret-3", "X-Api-Key": "s3cret-4", "X-Plain": "shown"},
    username="me",
    password="s3cret-5",
    body={
        "variables": [{"deploy_token": "s3cret-6"}],
        "text": 'a&password=s3cret-7&"secret": "s3cret-8"',
    },
)


def test_secrets_are_masked_kept_and_hidden() -> None:
    """Wherever they stand; a mask that comes back stands for what was there."""
    shown = masked(SECRET)

    assert "s3cret" not in json.dumps(shown)
    assert shown["headers"]["X-Plain"] == "shown"
    assert shown["url"] == f"https://{MASK}@ci.example/x?token={MASK}&ref=main"
    assert restored(shown, SECRET) == SECRET
    assert sorted(masks(shown)) == ["body", "headers", "password", "url"]
    assert list(masks(SECRET)) == []
    said = hidden(json.dumps(SECRET), secrets_of(SECRET))
    assert "s3cret" not in said


def test_secrets_do_not_follow_to_another_host() -> None:
    """Who may change where a webhook goes cannot have its secrets sent there."""
    moved = restored({**masked(SECRET), "url": "https://evil.example/x"}, SECRET)

    assert "s3cret" not in json.dumps(moved)
    assert "headers" in set(masks(moved))


@pytest.mark.parametrize(
    ("hosts", "url", "address", "is_allowed"),
    [
        ((), "https://ci.example/", "93.184.216.34", True),
        ((), "http://ci.example/", "93.184.216.34", False),
        ((), "https://ci.example/", "10.0.0.1", False),
        ((), "https://localhost/", "127.0.0.1", False),
        ((), "https://localhost/", "::1", False),
        ((), "https://x.example/", "::ffff:127.0.0.1", False),
        ((), "https://x.example/", "64:ff9b::7f00:1", False),
        ((), "https://x.example/", "2002:7f00:1::", False),
        ((), "https://x.example/", "169.254.169.254", False),
        ((), "https://x.example/", "fe80::1", False),
        ((), "https://x.example/", "fd00::1", False),
        ((), "https://x.example/", "100.64.0.1", False),
        ((), "https://x.example/", "224.0.0.1", False),
        ((), "https://x.example/", "0.0.0.0", False),
        (("ci.internal",), "https://CI.internal./", "10.0.0.1", True),
        (("ci.internal",), "https://other.example/", "93.184.216.34", False),
        (("*.foo.com",), "https://a.foo.com/", "10.0.0.1", True),
        (("*.foo.com",), "https://a.b.foo.com/", "93.184.216.34", False),
        (("*.foo.com",), "https://foo.com/", "93.184.216.34", False),
        (("10.0.0.0/8",), "https://10.1.2.3/", "10.1.2.3", True),
        (("10.0.0.0/8",), "https://ci.internal/", "10.1.2.3", True),
        (("10.0.0.0/8",), "https://ci.internal/", "127.0.0.1", False),
        (("10.0.0.0/8",), "https://192.168.0.1/", "192.168.0.1", False),
    ],
)
def test_where_webhooks_may_go(
    hosts: tuple[str, ...], url: str, address: str, is_allowed: bool
) -> None:
    """By scheme, by name, and by the address to which the name leads."""
    allowed = destinations(hosts)
    host = url.partition("//")[2].strip("/").lower()

    assert (not allowed.refusal(url) and allowed.permits(host, address)) is is_allowed


@pytest.mark.parametrize("host", ["http://ci.example", "ci.example:8080", "10.0.0.0/33", "a..b"])
def test_what_is_no_host_is_refused(host: str) -> None:
    """With what would be one."""
    with pytest.raises(Misused, match="expected a host"):
        destinations([host])


def test_every_service_is_told_in_its_words() -> None:
    """Of a result that is not there, that is good, and that is bad."""
    sides = (Side("C", "1", "main", ["a", "b"], ["l"]), Side("P"))
    told = [
        parameters(Happened("e", *sides, success=success, main_success=success))
        for success in (None, True, False)
    ]

    assert [each["pactbroker.githubVerificationStatus"] for each in told] == [
        *("pending", "success", "failure")
    ]
    assert [each["pactbroker.bitbucketVerificationStatus"] for each in told] == [
        *("INPROGRESS", "SUCCESSFUL", "FAILED")
    ]
    assert told[0]["pactbroker.consumerVersionTags"] == "a, b"
    assert len(told[0]) == 21
