"""Each kind of change is told under its rule, as grave as its direction makes it."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest

from harness.compat.versions import changes
from harness.documents.openapi import read_document
from harness.domain.change import Breaks, Change, Part
from harness.domain.document import Document
from tests.compat.samples import INTEGER, NUMBER, TEXT, document, items, record, replying

BREAKS, MAY_BREAK, HARMLESS = Breaks.BREAKS, Breaks.MAY_BREAK, Breaks.HARMLESS
DATE = {"type": "string", "format": "date"}
NOTHING = {"responses": {"200": {"description": "ok"}}}


def taking(schema: Any, **more: Any) -> Document:
    """A document whose one operation takes JSON of a schema."""
    content = {"application/json": {"schema": schema}}
    return document({"requestBody": {"content": content}}, method="post", **more)


def accepting(schema: Any, **more: Any) -> Document:
    """A document whose one operation takes a parameter of a schema."""
    parameter = {"name": "q", "in": "query", "schema": schema, **more}
    return document({"parameters": [parameter]})


def heading(schema: Any, **more: Any) -> Document:
    """A document whose one reply has a header of a schema."""
    headers = {"X-A": {"schema": schema, **more}}
    return document({"responses": {"200": {"description": "ok", "headers": headers}}})


def told(found: tuple[Change, ...]) -> list[tuple[str, Breaks]]:
    """The rules of some changes, each with its level."""
    return [(each.rule, each.breaks) for each in found]


def whole(operation: Any, path: str = "/things", **root: Any) -> Document:
    """A document of one operation with anything at its root."""
    written = {"openapi": "3.1.0", "info": {"title": "things", "version": "1"}}
    return read_document(json.dumps({**written, "paths": {path: {"get": operation}}, **root}))


FIELD = [
    # what changes, the rule's ending, and how grave it is in a reply and in a request
    (TEXT, {"type": ["string", "null"]}, "became-nullable", BREAKS, HARMLESS),
    ({"type": ["string", "null"]}, TEXT, "became-not-nullable", HARMLESS, BREAKS),
    (TEXT, INTEGER, "type-changed", BREAKS, BREAKS),
    (INTEGER, NUMBER, "type-generalized", BREAKS, HARMLESS),
    (NUMBER, INTEGER, "type-specialized", HARMLESS, BREAKS),
    (TEXT, {"anyOf": [TEXT, INTEGER]}, "list-of-types-widened", BREAKS, HARMLESS),
    ({"oneOf": [TEXT, INTEGER]}, TEXT, "list-of-types-narrowed", HARMLESS, BREAKS),
    (TEXT, DATE, "format-added", HARMLESS, BREAKS),
    (DATE, TEXT, "format-removed", BREAKS, HARMLESS),
    (DATE, {"type": "string", "format": "uuid"}, "format-changed", BREAKS, BREAKS),
    ({"enum": ["a"]}, {"enum": ["a", "b"]}, "enum-value-added", MAY_BREAK, HARMLESS),
    ({"enum": ["a", "b"]}, {"enum": ["a"]}, "enum-value-removed", HARMLESS, BREAKS),
    (TEXT, {"type": "string", "enum": ["a"]}, "became-enum", HARMLESS, BREAKS),
    ({"type": "string", "enum": ["a"]}, TEXT, "enum-removed", BREAKS, HARMLESS),
    ({"const": "a"}, {"const": "b"}, "const-changed", BREAKS, BREAKS),
    (TEXT, {"type": "string", "const": "a"}, "const-added", HARMLESS, BREAKS),
    (TEXT, {"type": "string", "maxLength": 5}, "max-length-set", HARMLESS, MAY_BREAK),
    ({"type": "string", "maxLength": 5}, TEXT, "max-length-unset", BREAKS, HARMLESS),
    ({**TEXT, "maxLength": 5}, {**TEXT, "maxLength": 6}, "max-length-increased", BREAKS, HARMLESS),
    ({**TEXT, "maxLength": 6}, {**TEXT, "maxLength": 5}, "max-length-decreased", HARMLESS, BREAKS),
    ({**TEXT, "minLength": 1}, {**TEXT, "minLength": 2}, "min-length-increased", HARMLESS, BREAKS),
    ({**INTEGER, "minimum": 2}, {**INTEGER, "minimum": 1}, "min-decreased", BREAKS, HARMLESS),
    (INTEGER, {**INTEGER, "exclusiveMaximum": 9}, "exclusive-max-set", HARMLESS, MAY_BREAK),
    (INTEGER, {**INTEGER, "multipleOf": 2}, "multiple-of-set", HARMLESS, BREAKS),
    (items(TEXT), items(TEXT, minItems=1), "min-items-set", HARMLESS, MAY_BREAK),
    (items(TEXT, minItems=1), items(TEXT), "min-items-unset", BREAKS, HARMLESS),
    (items(TEXT), items(TEXT, uniqueItems=True), "unique-items-set", HARMLESS, BREAKS),
    (items(TEXT), {"type": "array"}, "items-removed", BREAKS, HARMLESS),
    (TEXT, {**TEXT, "pattern": "^a"}, "pattern-added", HARMLESS, BREAKS),
    ({**TEXT, "pattern": "^a"}, {**TEXT, "pattern": "^b"}, "pattern-changed", BREAKS, BREAKS),
    ({**TEXT, "pattern": "^a"}, {**TEXT, "pattern": "^ab"}, "pattern-changed", HARMLESS, BREAKS),
    ({**TEXT, "pattern": "^a"}, {**TEXT, "pattern": ".*"}, "pattern-generalized", BREAKS, HARMLESS),
    (TEXT, {**TEXT, "default": "a"}, "default-added", HARMLESS, HARMLESS),
    ({**TEXT, "default": "a"}, {**TEXT, "default": "b"}, "default-changed", HARMLESS, HARMLESS),
    (TEXT, {**TEXT, "contentEncoding": "base64"}, "content-encoding-changed", MAY_BREAK, MAY_BREAK),
    (TEXT, {**TEXT, "deprecated": True}, "deprecated", HARMLESS, HARMLESS),
    ({**TEXT, "deprecated": True}, TEXT, "reactivated", HARMLESS, HARMLESS),
    (
        record({"x": TEXT}),
        record({"x": TEXT}, additionalProperties=False),
        "additional-properties-forbidden",
        HARMLESS,
        HARMLESS,
    ),
    (
        record({"x": TEXT}, additionalProperties=False),
        record({"x": TEXT}),
        "additional-properties-allowed",
        HARMLESS,
        HARMLESS,
    ),
    (
        record({"x": TEXT}, additionalProperties=TEXT),
        record({"x": TEXT}, additionalProperties=False),
        "additional-properties-forbidden",
        HARMLESS,
        BREAKS,
    ),
    (
        {"anyOf": [record({"a": TEXT}, "a")]},
        {"anyOf": [record({"a": TEXT}, "a"), items(TEXT)]},
        "wrapped-in-one-of",
        BREAKS,
        HARMLESS,
    ),
    (
        {"anyOf": [record({"a": TEXT}, "a"), items(TEXT)]},
        {"anyOf": [record({"a": TEXT}, "a"), items(TEXT), {"const": 1}]},
        "any-of-added",
        BREAKS,
        HARMLESS,
    ),
    (
        {"oneOf": [record({"a": TEXT}, "a"), items(TEXT), {"const": 1}]},
        {"oneOf": [record({"a": TEXT}, "a"), items(TEXT)]},
        "one-of-removed",
        HARMLESS,
        BREAKS,
    ),
    (
        record({"x": TEXT}),
        {**record({"x": TEXT}), "allOf": [record({"y": TEXT}, "y")]},
        "all-of-added",
        HARMLESS,
        BREAKS,
    ),
    (
        {**TEXT, "not": {"const": "a"}},
        TEXT,
        "not-removed",
        BREAKS,
        HARMLESS,
    ),
    (
        record({"a": TEXT}),
        record({"a": TEXT}, dependentRequired={"a": ["b"]}),
        "dependent-required-added",
        HARMLESS,
        BREAKS,
    ),
]


@pytest.mark.parametrize(
    ("old", "new", "ending", "in_reply", "in_request"),
    FIELD,
    ids=[f"{at}-{each[2]}" for at, each in enumerate(FIELD)],
)
def test_a_changed_field_is_as_grave_as_its_direction(
    old: Any, new: Any, ending: str, in_reply: Breaks, in_request: Breaks
) -> None:
    """Replies must not grow and requests must not shrink; each change is told once, at its path."""
    before, after = record({"f": old}, "f"), record({"f": new}, "f")
    reply = changes(replying(before), replying(after))
    request = changes(taking(before), taking(after))

    assert (f"reply-property-{ending}", in_reply) in told(reply)
    assert (f"request-property-{ending}", in_request) in told(request)
    assert {each.path for each in (*reply, *request)} <= {"$.f", "$.f.y", "$.f.*"}
    assert {each.part for each in reply} == {Part.REPLY}


PRESENCE = [
    (record({}), record({"a": TEXT}), "optional-added", HARMLESS, HARMLESS),
    (record({}), record({"a": TEXT}, "a"), "required-added", HARMLESS, BREAKS),
    (record({"a": TEXT}), record({"a": TEXT}, "a"), "became-required", HARMLESS, BREAKS),
    (record({"a": TEXT}, "a"), record({"a": TEXT}), "became-optional", BREAKS, HARMLESS),
    (record({"a": TEXT}), record({}), "optional-removed", MAY_BREAK, MAY_BREAK),
    (record({"a": TEXT}, "a"), record({}), "required-removed", BREAKS, MAY_BREAK),
]


@pytest.mark.parametrize(("old", "new", "ending", "in_reply", "in_request"), PRESENCE)
def test_a_field_that_comes_or_goes_is_as_grave_as_its_direction(
    old: Any, new: Any, ending: str, in_reply: Breaks, in_request: Breaks
) -> None:
    """An optional field that is new harms nobody; one that a consumer reads or must send does."""
    old, new = ({**each, "properties": {"k": TEXT, **each["properties"]}} for each in (old, new))

    assert told(changes(replying(old), replying(new))) == [(f"reply-property-{ending}", in_reply)]
    assert told(changes(taking(old), taking(new))) == [(f"request-property-{ending}", in_request)]


def test_a_field_that_is_new_in_a_closed_reply_may_break() -> None:
    """Who was told that nothing else comes may refuse what is new; an open reply gives no right."""
    closed = record({"a": TEXT}, additionalProperties=False)
    wider = record({"a": TEXT, "b": TEXT}, additionalProperties=False)

    assert told(changes(replying(closed), replying(wider))) == [
        ("reply-property-added-to-closed", MAY_BREAK)
    ]


def test_a_field_that_is_gone_from_a_closed_request_is_refused() -> None:
    """A field that the provider no longer knows breaks where other fields are forbidden."""
    old = record({"a": TEXT, "b": TEXT}, additionalProperties=False)
    found = changes(taking(old), taking(record({"a": TEXT}, additionalProperties=False)))

    assert ("request-property-optional-removed", MAY_BREAK) in told(found)


def test_a_default_softens_nothing() -> None:
    """A field that is required is demanded, whatever its default; the rule names the default."""
    new = record({"a": {**TEXT, "default": "x"}}, "a")

    assert told(
        changes(
            taking(record({"k": TEXT})),
            taking({**new, "properties": {"k": TEXT, **new["properties"]}}),
        )
    ) == [("request-property-required-added-with-default", BREAKS)]


@pytest.mark.parametrize(
    ("flag", "place", "rule"),
    [
        ("readOnly", taking, "request-property-unsent-changed"),
        ("writeOnly", replying, "reply-write-only-property-became-required"),
    ],
)
def test_what_never_travels_this_way_breaks_nobody(flag: str, place: Any, rule: str) -> None:
    """A read-only field is never demanded, and a write-only one never sent."""
    field = {**TEXT, flag: True}
    old, new = record({"a": field, "b": TEXT}), record({"a": field, "b": TEXT}, "a")

    assert told(changes(place(old), place(new))) == [(rule, HARMLESS)]


def test_a_field_that_is_no_longer_sent_breaks_its_readers() -> None:
    """A required field that became write-only is gone from replies."""
    old = record({"a": TEXT, "b": TEXT}, "a")
    found = changes(
        replying(old), replying(record({"a": {**TEXT, "writeOnly": True}, "b": TEXT}, "a"))
    )

    assert ("reply-property-required-became-write-only", MAY_BREAK) in told(found)


def test_what_moves_into_a_conjunction_is_not_gone() -> None:
    """Fields that a schema takes from another one now are the same fields."""
    flat = record({"a": TEXT, "b": INTEGER}, "a")
    split = {**record({"b": INTEGER}), "allOf": [record({"a": TEXT}, "a")]}

    for old, new in ((flat, split), (split, flat)):
        for place in (replying, taking):
            found = changes(place(old), place(new))
            assert {each.breaks for each in found} <= {HARMLESS}
            assert not any("removed" in each.rule and "all-of" not in each.rule for each in found)


def test_a_choice_that_takes_the_same_is_harmless() -> None:
    """A schema that is split into branches for the same values loses none."""
    plain = record({"k": {"enum": ["a", "b"]}, "n": INTEGER}, "k")
    split = {"anyOf": [record({"k": {"const": each}, "n": INTEGER}, "k") for each in ("a", "b")]}

    assert {each.breaks for each in changes(replying(plain), replying(split))} == {HARMLESS}
    assert {each.breaks for each in changes(taking(plain), taking(split))} == {HARMLESS}


def test_what_no_rule_names_is_told_all_the_same() -> None:
    """Branches of `oneOf` that come to overlap refuse what they took: a request breaks."""
    old = {"oneOf": [{**INTEGER, "minimum": 5}, TEXT]}
    new = {"oneOf": [*old["oneOf"], {**INTEGER, "maximum": 10}]}

    assert ("request-body-narrowed", BREAKS) in told(changes(taking(old), taking(new)))


def test_a_shared_schema_tells_all_of_its_places() -> None:
    """One change of a named schema is told once for a body, with every place where it stands."""

    def body(leaf: Any) -> Document:
        money = {"$ref": "#/components/schemas/Money"}
        schemas = {"Money": record({"amount": leaf}, "amount")}
        return replying(record({"net": money, "gross": money}), schemas=schemas)

    found = changes(body(INTEGER), body(TEXT))

    assert told(found) == [("reply-property-type-changed", BREAKS)]
    assert (found[0].path, found[0].also) == ("$.net.amount", ("$.gross.amount",))


PARAMETER = [
    (TEXT, INTEGER, "parameter-type-specialized", BREAKS),
    (INTEGER, TEXT, "parameter-type-generalized", HARMLESS),
    ({"type": ["string", "integer"]}, items(TEXT), "parameter-type-generalized", HARMLESS),
    ({"type": ["string", "integer"]}, items(INTEGER), "parameter-type-changed", BREAKS),
    ({"enum": ["a", "b"]}, {"enum": ["a"]}, "parameter-enum-value-removed", BREAKS),
    (TEXT, {**TEXT, "default": "a"}, "parameter-default-added", MAY_BREAK),
    (INTEGER, {**INTEGER, "maximum": 5}, "parameter-max-set", MAY_BREAK),
    (
        {**INTEGER, "maximum": 6},
        {**INTEGER, "maximum": 5},
        "parameter-max-decreased",
        BREAKS,
    ),
    (
        {**TEXT, "x-extensible-enum": ["a", "b"]},
        {**TEXT, "x-extensible-enum": ["a"]},
        "parameter-extensible-enum-value-removed",
        MAY_BREAK,
    ),
    (
        record({"a": TEXT}),
        record({"a": TEXT}, "a"),
        "parameter-property-became-required",
        BREAKS,
    ),
]


@pytest.mark.parametrize(("old", "new", "rule", "level"), PARAMETER)
def test_a_parameter_is_a_request_in_text(old: Any, new: Any, rule: str, level: Breaks) -> None:
    """What travels as text may become any text; else a parameter is a request like a body."""
    assert (rule, level) in told(changes(accepting(old), accepting(new)))


def test_parameters_come_go_and_become_required() -> None:
    """New and required breaks; new and optional does not; what is gone is ignored, or is missed."""
    need, may = accepting(TEXT, required=True), accepting(TEXT)
    none = document({})

    assert told(changes(none, may)) == [("parameter-optional-added", HARMLESS)]
    assert told(changes(none, need)) == [("parameter-required-added", BREAKS)]
    assert told(changes(may, need)) == [("parameter-became-required", BREAKS)]
    assert told(changes(need, may)) == [("parameter-became-optional", HARMLESS)]
    assert told(changes(may, none)) == [("parameter-removed", MAY_BREAK)]
    assert changes(may, none)[0].name == "q"


def test_a_parameter_of_a_list_may_be_written_in_another_way() -> None:
    """Joined by commas or spread over several parameters is told for lists, and not for scalars."""
    assert told(changes(accepting(items(TEXT)), accepting(items(TEXT), explode=False))) == [
        ("parameter-style-changed", BREAKS)
    ]
    assert changes(accepting(TEXT), accepting(TEXT, explode=False)) == ()


def test_the_parameters_of_a_path_are_named_as_such() -> None:
    """A parameter that a path declares for all of its operations is told so."""
    limit = {"name": "limit", "in": "query", "schema": INTEGER}
    path = {"get": NOTHING, "parameters": [limit]}
    info = {"openapi": "3.1.0", "info": {"title": "things", "version": "1"}}
    new = read_document(json.dumps({**info, "paths": {"/things": path}}))

    assert told(changes(whole(NOTHING), new)) == [("parameter-of-path-optional-added", HARMLESS)]


def test_request_bodies_come_go_and_become_required() -> None:
    """A body that is demanded breaks; one that may be left out does not."""

    def body(**more: Any) -> Document:
        content = {"application/json": {"schema": TEXT}}
        return document({"requestBody": {"content": content, **more}})

    none, may, need = document({}), body(), body(required=True)

    assert told(changes(none, may)) == [("request-body-optional-added", HARMLESS)]
    assert told(changes(none, need)) == [("request-body-required-added", BREAKS)]
    assert told(changes(may, need)) == [("request-body-became-required", BREAKS)]
    assert told(changes(need, may)) == [("request-body-became-optional", HARMLESS)]
    assert told(changes(may, none)) == [("request-body-removed", BREAKS)]


def _answering(**responses: Any) -> Document:
    written = {status[1:]: {"description": "ok", **each} for status, each in responses.items()}
    return document({"responses": written})


def test_statuses_come_and_go() -> None:
    """A success that is gone is missed; a failure that is new is one more way to fail."""
    one, two = _answering(_200={}), _answering(_200={}, _201={}, _404={}, _default={})

    assert told(changes(one, two)) == [
        ("reply-success-added", HARMLESS),
        ("reply-failure-added", HARMLESS),
        ("reply-default-added", HARMLESS),
    ]
    assert told(changes(two, one)) == [
        ("reply-success-removed", BREAKS),
        ("reply-failure-removed", HARMLESS),
        ("reply-default-removed", HARMLESS),
    ]


def test_media_types_come_and_go() -> None:
    """A media type that is gone is missed; one of the same family has another name."""

    def offering(*names: str) -> Document:
        return _answering(_200={"content": {name: {"schema": TEXT} for name in names}})

    json_, both = offering("application/json"), offering("application/json", "text/csv")
    problem = offering("application/problem+json")

    assert told(changes(json_, both)) == [("reply-media-type-added", HARMLESS)]
    assert told(changes(both, json_)) == [("reply-media-type-removed", BREAKS)]
    assert told(changes(problem, json_)) == [("reply-media-type-generalized", MAY_BREAK)]
    assert told(changes(json_, problem)) == [("reply-media-type-specialized", HARMLESS)]


def test_headers_of_a_reply_come_go_and_change() -> None:
    """A header that was in every reply is missed; its value is a reply like a body."""
    none, may, need = document({}), heading(TEXT), heading(TEXT, required=True)

    assert told(changes(none, may)) == [("reply-header-added", HARMLESS)]
    assert told(changes(need, none)) == [("reply-header-required-removed", BREAKS)]
    assert told(changes(may, none)) == [("reply-header-optional-removed", MAY_BREAK)]
    assert told(changes(need, may)) == [("reply-header-became-optional", BREAKS)]
    assert told(changes(heading(INTEGER), may)) == [("reply-header-type-generalized", BREAKS)]


def test_operations_come_and_go() -> None:
    """An operation that is gone breaks; with its whole path, it says so."""
    info = {"openapi": "3.1.0", "info": {"title": "things", "version": "1"}}

    def offering(**paths: Any) -> Document:
        return read_document(json.dumps({**info, "paths": {f"/{k}": v for k, v in paths.items()}}))

    one = offering(a={"get": NOTHING})
    two = offering(a={"get": NOTHING, "put": NOTHING}, b={"get": NOTHING})

    assert told(changes(one, two)) == [("operation-added", HARMLESS)] * 2
    assert told(changes(two, one)) == [("operation-removed", BREAKS), ("path-removed", BREAKS)]
    assert [each.operation for each in changes(two, one)] == ["PUT /a", "GET /b"]


def test_a_prefix_may_move_from_servers_into_paths() -> None:
    """What a consumer calls stays the same; a prefix that is gone is told once for all."""
    before = whole(NOTHING, servers=[{"url": "https://example.org/v1"}])

    assert changes(before, whole(NOTHING, "/v1/things")) == ()
    after = whole(NOTHING, servers=[{"url": "https://example.org/v2"}])
    found = changes(before, after)
    assert told(found) == [("base-path-removed", MAY_BREAK)]
    assert (found[0].before, found[0].after) == ("/v1", "/v2")


OLD = {**NOTHING, "deprecated": True, "x-sunset": "2030-01-01"}
ENDS = [
    (NOTHING, {**NOTHING, "deprecated": True}, "deprecated", HARMLESS),
    (NOTHING, OLD, "deprecated-with-sunset", HARMLESS),
    (NOTHING, {**OLD, "x-sunset": "2020-01-01"}, "deprecated-with-past-sunset", MAY_BREAK),
    (NOTHING, {**OLD, "x-sunset": "soon"}, "deprecated-with-unreadable-sunset", MAY_BREAK),
    (OLD, NOTHING, "reactivated", HARMLESS),
    (OLD, {**NOTHING, "deprecated": True}, "sunset-removed", MAY_BREAK),
    (OLD, {**OLD, "x-sunset": "2029-01-01"}, "sunset-brought-forward", MAY_BREAK),
    (OLD, {**OLD, "x-sunset": "2031-01-01"}, "sunset-put-off", HARMLESS),
    (OLD, {**OLD, "x-sunset": "soon"}, "sunset-unreadable", MAY_BREAK),
]


@pytest.mark.parametrize(("old", "new", "ending", "level"), ENDS)
def test_the_end_of_a_thing_is_told(old: Any, new: Any, ending: str, level: Breaks) -> None:
    """An operation, and a parameter as well, says when it ends; what was said must hold."""

    def parameter(ends: Any) -> Document:
        said = {key: each for key, each in ends.items() if key != "responses"}
        return accepting(TEXT, **said)

    today = date(2025, 1, 1)
    assert told(changes(whole(old), whole(new), today=today)) == [(f"operation-{ending}", level)]
    assert told(changes(parameter(old), parameter(new), today=today)) == [
        (f"parameter-{ending}", level)
    ]


@pytest.mark.parametrize(
    ("gone", "ending", "level"),
    [
        (OLD, "before-sunset", BREAKS),
        ({**OLD, "x-sunset": "2020-01-01"}, "when-deprecated", HARMLESS),
        ({**NOTHING, "deprecated": True}, "when-deprecated", HARMLESS),
        ({**OLD, "x-sunset": "soon"}, "with-unreadable-sunset", BREAKS),
    ],
)
def test_what_was_said_to_end_may_go(gone: Any, ending: str, level: Breaks) -> None:
    """A deprecated operation may go when its sunset is over, and not before."""
    found = changes(whole(gone), whole(NOTHING, "/others"), today=date(2025, 1, 1))

    assert told(found)[0] == (f"path-removed-{ending}", level)


def test_without_a_day_no_sunset_is_over() -> None:
    """Who does not say what day it is gets the graver answer."""
    gone = whole({**OLD, "x-sunset": "2020-01-01"})

    assert told(changes(gone, whole(NOTHING, "/others")))[0] == (
        "path-removed-before-sunset",
        BREAKS,
    )


def test_what_is_not_stable_promises_nothing() -> None:
    """Changes of a draft break nobody, and becoming less stable is told."""

    def stable(level: str, **more: Any) -> Document:
        return whole({**NOTHING, "x-stability-level": level, **more})

    need = {"parameters": [{"name": "q", "in": "query", "required": True, "schema": TEXT}]}

    assert told(changes(stable("alpha"), stable("alpha", **need))) == [
        ("parameter-required-added", HARMLESS)
    ]
    assert told(changes(stable("beta"), stable("beta", **need))) == [
        ("parameter-required-added", BREAKS)
    ]
    assert told(changes(stable("beta"), stable("alpha"))) == [
        ("operation-stability-decreased", MAY_BREAK)
    ]
    assert told(changes(stable("beta"), stable("stable"))) == [
        ("operation-stability-increased", HARMLESS)
    ]
    assert told(changes(stable("beta"), stable("soon"))) == [
        ("operation-stability-unknown", MAY_BREAK)
    ]


def test_names_and_tags_of_operations_are_told() -> None:
    """No client sees them on the wire, and generated clients are called by them: harmless facts."""
    old, new = {**NOTHING, "operationId": "a", "tags": ["x"]}, {**NOTHING, "operationId": "b"}

    assert told(changes(whole(old), whole(new))) == [
        ("operation-id-changed", HARMLESS),
        ("operation-tag-removed", HARMLESS),
    ]


CREDENTIALS = [
    ((), ({"key": ()},), "asked", BREAKS),
    (({"key": ()},), (), "dropped", HARMLESS),
    (({"key": ()},), ({"key": ()}, {"oauth": ()}), "added", HARMLESS),
    (({"key": ()}, {"oauth": ()}), ({"key": ()},), "removed", BREAKS),
    (({"oauth": ("read",)},), ({"oauth": ("read", "write")},), "scope-added", BREAKS),
    (({"oauth": ("read", "write")},), ({"oauth": ("read",)},), "scope-removed", HARMLESS),
]


@pytest.mark.parametrize(("old", "new", "ending", "level"), CREDENTIALS)
def test_credentials_that_are_asked_for_break(
    old: Any, new: Any, ending: str, level: Breaks
) -> None:
    """Who brought enough must still bring enough; for one operation, or once for all of them."""
    schemes = {
        "key": {"type": "apiKey", "in": "header", "name": "X-Key"},
        "oauth": {"type": "oauth2", "flows": {}},
    }
    components = {"securitySchemes": schemes}
    own = [whole({**NOTHING, "security": list(each)}, components=components) for each in (old, new)]
    shared = [whole(NOTHING, components=components, security=list(each)) for each in (old, new)]

    assert told(changes(*own)) == [(f"security-{ending}", level)]
    assert told(changes(*shared)) == [(f"global-security-{ending}", level)]


def test_ways_to_authenticate_are_told() -> None:
    """A scheme that works in another way breaks; its scopes and addresses are told."""

    def schemes(**more: Any) -> Document:
        flow = {"tokenUrl": "https://a", "scopes": {"read": "reads"}, **more}
        scheme = {"type": "oauth2", "flows": {"clientCredentials": flow}}
        return whole(NOTHING, components={"securitySchemes": {"oauth": scheme}})

    bearer = {"securitySchemes": {"oauth": {"type": "http", "scheme": "bearer"}}}

    assert told(changes(schemes(), whole(NOTHING, components=bearer))) == [
        ("security-scheme-changed", BREAKS)
    ]
    assert told(changes(schemes(), schemes(tokenUrl="https://b", scopes={}))) == [
        ("security-scheme-token-url-changed", MAY_BREAK),
        ("security-scheme-scope-removed", MAY_BREAK),
    ]
    assert told(changes(whole(NOTHING), schemes())) == [("security-scheme-added", HARMLESS)]


def test_webhooks_are_replies_without_a_question() -> None:
    """A webhook is sent by the provider: its body must not grow."""

    def hook(schema: Any, name: str = "sold") -> Document:
        body = {"requestBody": {"content": {"application/json": {"schema": schema}}}}
        return whole(NOTHING, webhooks={name: {"post": {**body, **NOTHING}}})

    wide = record({"a": {"type": ["string", "null"]}}, "a")
    narrow = record({"a": TEXT}, "a")

    assert told(changes(hook(narrow), hook(wide))) == [("webhook-widened", BREAKS)]
    assert told(changes(hook(wide), hook(narrow))) == [("webhook-changed", HARMLESS)]
    assert told(changes(hook(wide), hook(wide, "bought"))) == [
        ("webhook-removed", BREAKS),
        ("webhook-added", HARMLESS),
    ]


def test_a_body_without_a_schema_says_nothing() -> None:
    """A schema that comes or goes is told as that, and not as the type that it names."""
    bare = document(
        {"responses": {"200": {"description": "ok", "content": {"application/json": {}}}}}
    )

    assert told(changes(bare, replying(TEXT))) == [("reply-schema-added", HARMLESS)]
    assert told(changes(replying(TEXT), bare)) == [("reply-schema-removed", MAY_BREAK)]


def test_a_body_that_is_no_json_is_text() -> None:
    """Where a body travels as text, another type may be the same text."""

    def sending(schema: Any) -> Document:
        return document({"requestBody": {"content": {"application/xml": {"schema": schema}}}})

    assert told(changes(sending({"type": "object"}), sending(TEXT))) == [
        ("request-body-type-compatible", HARMLESS)
    ]
    assert told(changes(sending(TEXT), sending({"type": "object"}))) == [
        ("request-body-type-changed", BREAKS)
    ]


def test_what_could_not_be_read_is_undecided() -> None:
    """A body behind a reference that leads nowhere is not taken for the same."""
    lost = document({"requestBody": {"$ref": "https://example.org/body.json"}})
    lost_reply = document({"responses": {"200": {"$ref": "#/components/responses/None"}}})

    assert ("operation-undecided", MAY_BREAK) in told(
        changes(
            taking(TEXT),
            document({"requestBody": {"$ref": "https://example.org/body.json"}}, method="post"),
        )
    )
    assert ("operation-undecided", MAY_BREAK) in told(changes(replying(TEXT), lost_reply))
    assert (
        changes(lost, document({"requestBody": {"$ref": "https://example.org/body.json"}}, x=1))
        == ()
    )


def test_a_change_says_what_was_and_what_is() -> None:
    """A sentence names the place and both sides; the order of changes is that of the document."""
    base = replying(record({"a": {**TEXT, "maxLength": 5}, "b": TEXT}, "a", "b"))
    head = replying(record({"a": {**TEXT, "maxLength": 6}, "b": INTEGER}, "a", "b"))
    found = changes(base, head)

    assert found == changes(base, head)
    assert [each.path for each in found] == ["$.a", "$.b"]
    assert found[0].message == (
        "A value in the body of a reply has a larger `maxLength`: `$.a` (before: 5, now: 6)"
    )
    assert (found[0].operation, found[0].status) == ("GET /things/{id}", "200")
    assert (found[0].media_type, found[0].oasdiff) == (
        "application/json",
        "response-property-max-length-increased",
    )
