"""The contract tests of one generated pair."""

from __future__ import annotations

from benchmarks.large.layout import NOUNS, Member

HEAD = '''"""What {consumer} expects of {provider}."""

import pytest
from {consumer} import client

from harness.consumer import Consumer, MockProvider, delete, get, post, put, reply, state

provider_of = Consumer("{consumer}").of("{provider}")
'''
BODIES = {
    "shown": '''

@provider_of.expects(
    "a {noun}",
    given=[state("a {noun} exists", id=7)],
    request=get("/{noun}s/7"),
    response=reply(200, client.Item(id=7, name="{noun}", size=3, note=None)),
)
def test_shown(provider: MockProvider) -> None:
    """One is shown."""
    assert client.shown(provider.url, "{noun}", 7) == "{noun}"
''',
    "listed": '''

@provider_of.expects(
    "all {noun}s",
    given=[state("a {noun} exists", id=7)],
    request=get("/{noun}s"),
    response=reply(200, [client.Item(id=7, name="{noun}", size=3, note=None)]),
)
def test_listed(provider: MockProvider) -> None:
    """All are listed."""
    assert client.listed(provider.url, "{noun}") == 3
''',
    "created": '''

@provider_of.expects(
    "a new {noun}",
    request=post("/{noun}s", {{"name": "new", "size": 1, "note": None}}),
    response=reply(201, client.Item(id=1, name="new", size=1, note=None)),
)
def test_created(provider: MockProvider) -> None:
    """One more is kept."""
    assert client.created(provider.url, "{noun}", "new") == 1
''',
    "missing": '''

@provider_of.expects(
    "a {noun} that is not there",
    given=[state("nothing exists")],
    request=get("/{noun}s/404"),
    response=reply(404, {{"detail": "there is no {noun} 404"}}),
    raises=client.NotThere,
)
def test_missing(provider: MockProvider) -> None:
    """What is not there is said to be so."""
    with pytest.raises(client.NotThere):
        client.shown(provider.url, "{noun}", 404)
''',
    "changed": '''

@provider_of.expects(
    "a {noun} that changes",
    given=[state("a {noun} exists", id=7)],
    request=put("/{noun}s/7", {{"name": "changed", "size": 5, "note": "now"}}),
    response=reply(200, client.Item(id=7, name="changed", size=5, note="now")),
)
def test_changed(provider: MockProvider) -> None:
    """One is changed."""
    assert client.changed(provider.url, "{noun}", 7) == 5
''',
    "deleted": '''

@provider_of.expects(
    "a {noun} that goes",
    given=[state("a {noun} exists", id=7)],
    request=delete("/{noun}s/7"),
    response=reply(204),
)
def test_deleted(provider: MockProvider) -> None:
    """One is forgotten."""
    client.deleted(provider.url, "{noun}", 7)
''',
}


def module(consumer: Member, provider: Member, kinds: tuple[str, ...]) -> str:
    """The text of a test module; each pair asks for one noun."""
    noun = NOUNS[(consumer.number + provider.number) % len(NOUNS)]
    head = HEAD.format(consumer=consumer.name, provider=provider.name)
    if "deleted" not in kinds:
        head = head.replace("delete, ", "")
    return head + "".join(BODIES[kind].format(noun=noun) for kind in kinds)
