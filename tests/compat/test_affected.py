"""Who breaks when a document changes: what fits no more is laid at the change it comes from."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from harness.compat.http.interactions import Provider
from harness.compat.versions import changes
from harness.compat.versions.affected import Affected, Reached, Standing, Use, reached_by, uses_of
from harness.compat.versions.reading import mentions
from harness.compat.versions.steps import steps_of
from harness.domain.change import Breaks, Change, Part
from harness.domain.document import Document
from harness.domain.fit import Code, Kind, Misfit
from harness.domain.pact import Interaction, Pact
from tests.compat.samples import (
    INTEGER,
    LIKE,
    TEXT,
    document,
    interaction,
    items,
    record,
    replying,
)

STOCK = record({"sku": TEXT, "on_hand": INTEGER, "note": TEXT}, "sku", "on_hand")
READ = {"sku": "A-1", "on_hand": 3}
READER = record({"sku": TEXT, "on_hand": INTEGER}, "sku", "on_hand")
NULLABLE = {"type": ["integer", "null"]}


def reached(base: Document, head: Document, **readers: Interaction) -> Reached:
    """Compare two versions for consumers that have one interaction each."""
    pacts = (
        Pact(consumer, "things", "4", interactions=(each,)) for consumer, each in readers.items()
    )
    return reached_by(changes(base, head), uses_of(Provider(base), Provider(head), pacts))


def told(found: Reached) -> dict[str, dict[str, str]]:
    """Map each place that changed to what becomes of whom."""
    return {
        one.change.path or one.change.name or one.change.rule: {
            reach.consumer: reach.standing.value for reach in one.reached
        }
        for one in found.changes
    }


def stock(**properties: Any) -> dict[str, Any]:
    """The stock with other properties."""
    return {**STOCK, "properties": {**STOCK["properties"], **properties}}


def test_who_reads_it_breaks_and_who_does_not_is_left_alone() -> None:
    """A field that becomes nullable breaks the consumer that reads it, and no other."""
    found = reached(
        replying(STOCK),
        replying(stock(on_hand=NULLABLE)),
        reads=interaction(READ, {"$": LIKE}, READER),
        passes_over=interaction({"sku": "A-1"}, {"$": LIKE}, record({"sku": TEXT}, "sku")),
    )

    assert told(found) == {"$.on_hand": {"reads": "breaks"}}
    assert found.apart == ()
    (reach,) = found.changes[0].of(Standing.BREAKS)
    assert reach.misfit is not None
    assert reach.misfit.witnesses


def test_who_reads_it_and_takes_it_copes() -> None:
    """A consumer whose model takes the wider value is named as one that copes."""
    tolerant = record({"on_hand": {"type": ["integer", "null"]}}, "on_hand")
    found = reached(
        replying(STOCK),
        replying(stock(on_hand=NULLABLE)),
        tolerant=interaction(READ, {"$": LIKE}, tolerant),
    )

    assert told(found) == {"$.on_hand": {"tolerant": "copes"}}


def test_what_one_example_shows_is_a_hypothesis() -> None:
    """Without a declared model a wider reply may break, and nothing more is said."""
    found = reached(
        replying(STOCK), replying(stock(on_hand=NULLABLE)), plain=interaction(READ, {"$": LIKE})
    )

    assert told(found) == {"$.on_hand": {"plain": "may break, unconfirmed"}}


def test_a_misfit_of_before_belongs_to_no_change() -> None:
    """What did not fit the earlier version either is nobody's news."""
    picky = record({"on_hand": TEXT}, "on_hand")
    found = reached(
        replying(STOCK),
        replying(stock(note=INTEGER)),
        picky=interaction({"on_hand": "3"}, {"$": LIKE}, picky),
    )

    assert told(found) == {"$.note": {}}
    assert found.apart == ()


def test_a_removed_operation_breaks_all_who_use_it() -> None:
    """The operation is found by the earlier version, since the later has none."""
    base = replying(STOCK)
    head = document({}, path="/others")
    found = reached(base, head, user=interaction(READ, {"$": LIKE}))

    removed = next(one for one in found.changes if one.change.part is Part.OPERATION)
    assert [(one.consumer, one.standing) for one in removed.reached] == [("user", Standing.BREAKS)]


def test_the_names_in_a_path_do_not_matter() -> None:
    """An operation whose path parameter has another name is the same operation."""
    found = reached(
        replying(STOCK),
        replying(stock(on_hand=NULLABLE), path="/things/{thing}"),
        reads=interaction(READ, {"$": LIKE}, READER),
    )

    assert told(found)["$.on_hand"] == {"reads": "breaks"}


def test_a_request_that_lacks_what_is_now_required_breaks() -> None:
    """Who sends what was enough before is broken by a parameter that became required."""
    parameter = {"name": "page", "in": "query", "schema": INTEGER}
    base = document({"parameters": [parameter]})
    head = document({"parameters": [{**parameter, "required": True}]})
    found = reached(
        base,
        head,
        silent=interaction(),
        telling=interaction(request={"query": {"page": ["2"]}}),
    )

    assert told(found) == {"page": {"silent": "breaks", "telling": "copes"}}


def test_a_body_is_read_at_the_place_that_changed() -> None:
    """A narrower property of a request body breaks who sends more, and reaches nobody else."""
    base, head = (
        document(
            {
                "requestBody": {
                    "content": {"application/json": {"schema": record({"size": size, "b": TEXT})}}
                }
            },
            method="post",
            path="/things",
        )
        for size in (INTEGER, {"type": "integer", "maximum": 5})
    )

    def sending(body: dict[str, Any]) -> Interaction:
        content = {"content": body, "contentType": "application/json", "encoded": False}
        headers = {"Content-Type": ["application/json"]}
        asked = {"method": "POST", "path": "/things", "body": content, "headers": headers}
        return interaction(request=asked)

    found = reached(base, head, large=sending({"size": 9}), other=sending({"b": "x"}))

    assert told(found) == {"$.size": {"large": "breaks"}}


@pytest.mark.parametrize(("gone", "standing"), [(201, Standing.BREAKS), (404, Standing.MAY_BREAK)])
def test_a_status_that_is_gone_reaches_those_who_expect_it(gone: int, standing: Standing) -> None:
    """A success that is declared no more breaks; a refusal may be sent as before."""
    both = {"200": {"description": "ok"}, str(gone): {"description": "none"}}
    found = reached(
        document({"responses": both}),
        document({"responses": {"200": {"description": "ok"}}}),
        missing=interaction(status=gone),
        fine=interaction(status=200),
    )

    assert [
        (one.change.status, one.reached[0].consumer, one.reached[0].standing)
        for one in found.changes
    ] == [(str(gone), "missing", standing)]


def test_other_statuses_are_other_places() -> None:
    """The same path in the reply of another status accounts for nothing."""
    change = a_change(status="404", path="$.on_hand")

    assert told(reached_by([change], [a_use(misfit("$.on_hand"))])) == {"$.on_hand": {}}


def test_what_cannot_be_judged_any_more_is_said() -> None:
    """A body that the later version says nothing of is unknown, neither broken nor fine."""
    found = reached(replying(STOCK), replying({}), reads=interaction(READ, {"$": LIKE}, READER))

    standings = {reach.standing for one in found.changes for reach in one.reached}
    assert Standing.UNKNOWN in standings
    assert Standing.COPES not in standings


def test_what_no_change_accounts_for_is_kept_apart() -> None:
    """A misfit that lies at no change is told all the same."""
    found = reached_by([a_change(path="$.other")], [a_use(misfit("$.on_hand"))])

    assert [(one.consumer, one.standing) for one in found.apart] == [("c", Standing.BREAKS)]
    assert told(found) == {"$.other": {}}


@pytest.mark.parametrize(
    ("paths", "nearest"),
    [
        (("$", "$.lines", "$.lines[*].sku"), "$.lines[*].sku"),
        (("$", "$.lines"), "$.lines"),
        (("$.lines[*].sku.kind", "$.other"), "$.lines[*].sku.kind"),
        (("$.lines[*].sku.kind", "$"), "$"),
    ],
)
def test_the_nearest_change_accounts_for_it(paths: tuple[str, ...], nearest: str) -> None:
    """A change at the place comes before one above it, and that before one below it."""
    given = [a_change(path=path) for path in paths]
    found = reached_by(given, [a_use(misfit("$.lines[*].sku"))])

    assert [one.change.path for one in found.changes if one.of(Standing.BREAKS)] == [nearest]


def test_what_can_break_comes_before_what_is_harmless() -> None:
    """A harmless change accounts for a misfit only where no other does."""
    harmless = a_change(path="$.on_hand", breaks=Breaks.HARMLESS)
    above = a_change(path="$")
    use = a_use(misfit("$.on_hand"))

    assert broken(reached_by([harmless, above], [use])) == [above]
    assert broken(reached_by([harmless], [use])) == [harmless]


def test_a_change_of_an_operations_text_breaks_nobody() -> None:
    """A misfit on an operation is not laid at whatever else happened to the operation."""
    change = Change("operation-stability-decreased", Breaks.MAY_BREAK, Part.OPERATION, "GET /a")
    use = replace(a_use(misfit("$.on_hand")), operations=("GET /a",))

    assert broken(reached_by([change], [use])) == []


def test_a_schema_that_stands_in_several_places_is_one_change() -> None:
    """A change tells further places of the same body, and accounts for what is off at each."""
    change = replace(a_change(path="$.first"), also=("$.second[*]",))
    use = replace(
        a_use(misfit("$.second[*]")), interaction=interaction({"second": [1]}, {"$": LIKE})
    )

    assert broken(reached_by([change], [use])) == [change]
    assert told(reached_by([change], [replace(use, certain=())])) == {"$.first": {"c": "copes"}}


def test_every_thing_that_breaks_is_kept_and_a_consumer_is_told_once() -> None:
    """Two misfits of one consumer under one change are two things and one reader."""
    change = a_change(path="$")
    use = a_use(misfit("$.a"), misfit("$.b"))
    (one,) = reached_by([change], [use]).changes

    assert len(one.of(Standing.BREAKS)) == 2
    assert len(one.reached) == 1


SCHEMA = {
    "$defs": {"line": record({"sku": TEXT, "tree": {"$ref": "#/$defs/line"}})},
    **record({"lines": items({"$ref": "#/$defs/line"}), "any": True, "map": {}}),
    "required": ["named"],
}
SCHEMA["properties"]["map"] = {"type": "object", "additionalProperties": record({"x": TEXT})}
SCHEMA["properties"]["either"] = {"anyOf": [{"type": "null"}, record({"y": TEXT})]}


@pytest.mark.parametrize(
    ("path", "is_read"),
    [
        ("$.lines", True),
        ("$.lines[*].sku", True),
        ("$.lines[0].sku", True),
        ("$.lines[*].tree.tree.sku", True),
        ("$.lines[*].price", False),
        ("$.other", False),
        ("$.named", True),
        ("$.any.thing.below", True),
        ("$.map.*.x", True),
        ("$.map.key.x", True),
        ("$.map.*.z", False),
        ("$.either.y", True),
        ("$.either.z", False),
        ('$["lines"]', True),
        ("$", True),
    ],
)
def test_a_reader_mentions_what_it_reads(path: str, is_read: bool) -> None:
    """A place is read where the schema says something of it or takes it as a whole."""
    assert mentions(SCHEMA, steps_of(path)) is is_read


def test_a_closed_reader_does_not_read_what_it_refuses() -> None:
    """A property that a closed model forbids is not read by it."""
    assert not mentions({**READER, "additionalProperties": False}, steps_of("$.new"))


@pytest.mark.parametrize(
    ("places", "wanted"),
    [
        (("$.*.c", "$.other"), ["$.other"]),
        (("$.*.c", "$.another"), ["$.*.c"]),
        (("$.*.c", "$.other.c"), ["$.other.c"]),
        (("$.*.d",), []),
    ],
)
def test_what_changed_for_any_name_changed_for_each(
    places: tuple[str, ...], wanted: list[str]
) -> None:
    """A misfit at a name is laid at a change of any name where no change of that name is there."""
    found = reached_by([a_change(each) for each in places], [a_use(misfit("$.other.c"))])

    assert [each.path for each in broken(found)] == wanted


def a_change(path: str = "", status: str = "200", breaks: Breaks = Breaks.BREAKS) -> Change:
    """A change of the reply of one operation."""
    return Change("a-rule", breaks, Part.REPLY, "GET /things/{id}", status, path=path)


def misfit(path: str) -> Misfit:
    """A misfit of a reply's body."""
    return Misfit(Code.REPLY_BODY, Kind.MAY_BREAK, path=path)


def a_use(*certain: Misfit) -> Use:
    """An interaction that expects a 200."""
    return Use("c", interaction({"other_thing": 1}), ("GET /things/{id}",), certain)


def broken(found: Reached) -> list[Change]:
    """The changes by which somebody breaks."""
    return [one.change for one in _breaking(found.changes)]


def _breaking(found: tuple[Affected, ...]) -> Iterator[Affected]:
    return (one for one in found if one.of(Standing.BREAKS))
