"""Pacts of every version have one normal form."""

from __future__ import annotations

import json

import pytest

from harness.documents.pacts import read_pact
from harness.domain.errors import DocumentUnreadable
from harness.domain.json import Json
from harness.domain.pact import (
    InteractionKind,
    Message,
    State,
)
from tests.documents.samples import first, interaction, pact


def lost(version: str, node: Json) -> str:
    """The sentence of the note on an interaction that cannot be read."""
    read = pact(version, node, interaction(description="another"))

    assert [each.description for each in read.interactions] == ["another"]
    assert [(note.path, note.lost) for note in read.notes] == [("$.interactions[0]", True)]
    return read.notes[0].message


@pytest.mark.parametrize(
    ("written", "version"),
    [
        ("1.0.0", "1"),
        ("1.1.0", "1.1"),
        ("2.0.0", "2"),
        ("3.0.0", "3"),
        ("4.0", "4"),
        ("4", "4"),
    ],
)
def test_every_version_is_read(written: str, version: str) -> None:
    """The names and the version of a pact are known, whatever else it holds."""
    read = pact(written, interaction())

    assert (read.consumer, read.provider) == ("orders", "inventory")
    assert (read.spec_version, read.notes) == (version, ())
    assert first(read).kind is InteractionKind.HTTP


@pytest.mark.parametrize(
    ("interactions", "more", "version"),
    [
        ([interaction()], {}, "2"),
        ([interaction(providerStates=[])], {}, "3"),
        ([interaction(request={"query": {"a": ["1"]}})], {}, "3"),
        ([interaction(response={"matchingRules": {"body": {}}})], {}, "3"),
        ([interaction(type="Synchronous/HTTP")], {}, "4"),
        ([], {"messages": []}, "3"),
    ],
)
def test_a_pact_without_a_version_is_read_by_its_shape(
    interactions: list[Json], more: dict[str, Json], version: str
) -> None:
    """Older tools leave the version out."""
    assert pact("", *interactions, **{"metadata": None, **more}).spec_version == version


def test_a_version_from_the_future_is_noted() -> None:
    """It is read as what it looks like, and says so."""
    read = pact("5.0", interaction(type="Synchronous/HTTP"))

    assert read.spec_version == "4"
    assert "from 1 to 4" in read.notes[0].message
    assert not read.notes[0].lost


@pytest.mark.parametrize(
    ("node", "states"),
    [
        ({"provider_state": "a sku"}, (State("a sku"),)),
        ({"providerState": "a sku"}, (State("a sku"),)),
        ({"providerState": ""}, ()),
        ({"providerState": None}, ()),
        ({"providerStates": ["a sku"]}, (State("a sku"),)),
        (
            {"providerStates": [{"name": "a sku", "params": {"sku": "A-1"}}, {"name": "b"}]},
            (State("a sku", {"sku": "A-1"}), State("b")),
        ),
    ],
)
def test_states_of_every_version_are_one_list(
    node: dict[str, Json], states: tuple[State, ...]
) -> None:
    """A state has a name and parameters."""
    assert first(pact("3.0.0", interaction(**node))).states == states


def test_messages_of_version_3_are_asynchronous_interactions() -> None:
    """A message has contents, metadata and rules."""
    message: Json = {
        "description": "stock is low",
        "contents": {"sku": "A"},
        "metaData": {"contentType": "application/json"},
        "matchingRules": {"body": {"$.sku": {"matchers": [{"match": "type"}]}}},
    }
    found = first(pact("3.0.0", messages=[message]))

    assert found.kind is InteractionKind.ASYNC
    assert found.location == "$.messages[0]"
    assert found.messages[0].body.value == {"sku": "A"}
    assert found.messages[0].metadata == {"contentType": "application/json"}
    assert "$.sku" in found.messages[0].rules["body"]


def test_messages_of_version_4_are_told_by_their_type() -> None:
    """A synchronous message has a request and its replies."""
    content: Json = {"content": {"sku": "A"}, "contentType": "application/json"}
    asynchronous: Json = {
        "type": "Asynchronous/Messages",
        "description": "low",
        "contents": content,
    }
    synchronous: Json = {
        "type": "Synchronous/Messages",
        "description": "ask",
        "request": {"contents": content},
        "response": [{"contents": content}, {}],
    }
    low, ask = pact("4.0", asynchronous, synchronous).interactions

    assert (low.kind, ask.kind) == (InteractionKind.ASYNC, InteractionKind.SYNC)
    assert low.messages[0].body.value == {"sku": "A"}
    assert ask.messages[0].body.value == {"sku": "A"}
    assert ask.replies[0].body.value == {"sku": "A"}
    assert ask.replies[1] == Message()


def test_the_reader_travels_in_a_comment() -> None:
    """The reader of the known version is taken, written as JSON or as text."""
    comment: Json = {"v": 1, "reader": {"type": "object"}}
    for written in (comment, json.dumps(comment)):
        found = first(pact("4.0", interaction(comments={"contract-harness": written, "text": []})))

        assert found.reader == {"type": "object"}
        assert "text" in found.comments


@pytest.mark.parametrize("comment", [{"v": 2, "reader": {}}, {"v": True}, {}, [], "{", 1])
def test_an_unknown_reader_is_ignored_with_a_note(comment: Json) -> None:
    """A newer harness may have written it: the interaction itself is read."""
    read = pact("4.0", interaction(comments={"contract-harness": comment}))

    assert read.interactions[0].reader is None
    assert ["the reader is ignored" in note.message for note in read.notes] == [True]
    assert not read.notes[0].lost


def test_a_key_is_description_and_states() -> None:
    """The key does not change with anything else, and does with either of these."""
    plain = first(pact("2.0.0", interaction())).key
    other = interaction(request={"path": "/x"}, pending=True)
    state = interaction(providerStates=[{"name": "s", "params": {"b": 1, "a": 2}}])
    turned = interaction(providerStates=[{"name": "s", "params": {"a": 2, "b": 1}}])

    assert plain == first(pact("4.0", other)).key
    assert first(pact("4.0", state)).key == first(pact("4.0", turned)).key != plain
    assert len(plain) == 12


def test_a_repeated_description_is_noted_and_has_a_key_of_its_own() -> None:
    """Nothing is dropped: the second one is numbered."""
    read = pact("4.0", interaction(), interaction(request={"path": "/b"}))
    one, two = read.interactions

    assert two.key == f"{one.key}-2"
    assert read.interaction(two.key) is two
    assert [note.path for note in read.notes] == ["$.interactions[1]"]


def test_the_digest_covers_the_contract_and_not_the_tool() -> None:
    """Another version of the library that writes the same contract changes nothing."""
    one = pact("4.0", interaction())
    again = pact("4.0", interaction(), metadata={"pactSpecification": {"version": "4"}, "x": 1})

    assert one.digest == again.digest
    assert one.digest != pact("4.0", interaction(pending=True)).digest


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "an empty text"),
        ('{"consumer": {"name": "a"', "the end of the text"),
        ("[]", "a pact, seen a list"),
        ("consumer: {name: a}", "JSON"),
        (b'{"consumer": "\xff"}', "UTF-8"),
        ("[" * 200_000, "nesting"),
        ('{"provider": {"name": "b"}}', "a name as `consumer.name`, seen null"),
        ('{"consumer": {"name": ""}, "provider": {"name": "b"}}', "a name as `consumer.name`"),
        ('{"consumer": {"name": "a"}, "provider": {"name": 1}}', "a name as `provider.name`"),
        (
            '{"consumer": {"name": "a"}, "provider": {"name": "b"}, "interactions": {}}',
            "a list as `interactions`, seen an object",
        ),
        ('{"openapi": "3.1.0"}', "a name as `consumer.name`"),
    ],
)
def test_what_is_no_pact_is_refused_in_one_sentence(text: str | bytes, said: str) -> None:
    """The sentence names the file, and what was seen in it."""
    with pytest.raises(DocumentUnreadable) as caught:
        read_pact(text, "pacts/a-b.json")

    assert caught.value.message.startswith("pacts/a-b.json: expected ")
    assert said in caught.value.message
    assert "\n" not in caught.value.message


@pytest.mark.parametrize(
    ("node", "said"),
    [
        (1, "an interaction"),
        ({"description": "a"}, "an object as `request`, seen null"),
        (interaction(request=[]), "an object as `request`, seen a list"),
        (interaction(type="Telepathic"), "Synchronous/HTTP"),
        (interaction(request={"method": 1}), "`method`"),
        (interaction(request={"path": None}), "`path`"),
        (interaction(request={"query": 1}), "`query`"),
        (interaction(request={"headers": []}), "`headers`"),
        (interaction(request={"matchingRules": []}), "`matchingRules`"),
        (interaction(request={"matchingRules": {"body": 1}}), "'body'"),
        (interaction(request={"matchingRules": {"body": {"$": 1}}}), "'$'"),
        (interaction(request={"matchingRules": {"path": {"matchers": 1}}}), "matchers"),
        (interaction(response={"status": "many"}), "`status`"),
        (interaction(response={"status": True}), "`status`"),
        (interaction(response={"body": 1}), "`content`"),
        (interaction(response={"body": {"content": 1, "encoded": True}}), "text"),
        (interaction(response={"body": {"content": "!", "encoded": "base64"}}), "base64"),
        (interaction(response={"body": {"content": "{", "encoded": "JSON"}}), "JSON"),
        (interaction(response={"body": {"content": "a", "encoded": "gzip"}}), "base64 or JSON"),
        (interaction(providerStates=[{"params": {}}]), "a provider state with a name"),
        (interaction(providerStates=[{"name": "a", "params": 1}]), "`params`"),
    ],
)
def test_an_interaction_that_cannot_be_read_is_lost_with_a_note(node: Json, said: str) -> None:
    """The others are read, and the note says that the pact is not seen whole."""
    assert said in lost("4.0", node)


def test_names_of_any_signs_are_kept() -> None:
    """Slashes, spaces and letters of any script are no obstacle."""
    name = "team a/órders ⚙ ../.."
    read = pact("4.0", interaction(description=name), consumer={"name": name})

    assert read.consumer == first(read).description == name


def test_a_missing_description_and_a_double_key_are_noted() -> None:
    """Neither keeps an interaction from being read."""
    text = (
        '{"consumer": {"name": "a"}, "provider": {"name": "b"},'
        ' "interactions": [{"request": {"path": "/a", "path": "/b"}, "response": {}}]}'
    )
    read = read_pact(text)

    assert [note.path for note in read.notes] == [
        "$.interactions[0].request.path",
        "$.interactions[0]",
    ]
    assert len(read.interactions) == 1
