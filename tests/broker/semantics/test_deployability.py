"""Whether versions may be deployed, and why."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import count

from hypothesis import given
from hypothesis import strategies as st

from harness.broker.semantics.deployability import Considered, Integration, Side, considered
from harness.broker.semantics.nesting import parsed
from harness.broker.semantics.queries import Named, Query, Target, deploying, faults, query_of
from harness.broker.semantics.reasons import NOTHING_MISSING, SUCCESS, notices
from harness.broker.semantics.rows import Publication, Verification

FOO, BAR = 1, 2
NUMBERS = count(1)
PROD = Query((Named("Foo", version="1"),), target=Target(environment="prod"), latest_by="cvpv")


def published(version: int = 1, content: int = 1) -> Publication:
    """A pact of Foo's version with Bar."""
    return Publication(version, FOO, "Foo", BAR, "Bar", version, str(version), content, "s", 1, "")


def said(version: int, success: bool, content: int = 1) -> Verification:
    """Bar's word on a content."""
    return Verification(next(NUMBERS), content, BAR, version, str(version), success, False, "")


def in_prod(*versions: int) -> Side:
    """The versions of Bar that run in production."""
    named = Named("Bar", environment="prod")
    return Side(BAR, ((named, {each: str(each) for each in versions}),), False)


def foo(*versions: int) -> Side:
    """The version of Foo that is to be deployed."""
    found = {each: str(each) for each in versions}
    return Side(FOO, ((Named("Foo", version="1"), found),), True)


def judged(
    provider: Side,
    words: Sequence[Verification],
    query: Query = PROD,
    ignorable: Mapping[Named, bool] | None = None,
    consumer: Side | None = None,
    pacts: Sequence[Publication] = (published(),),
) -> Considered:
    """A decision on Foo 1."""
    sides = {FOO: consumer or foo(1), BAR: provider}
    meant = [Integration(FOO, BAR, True)]
    return considered(query, sides, meant, pacts, words, ignorable or {})


def reasons(found: Considered) -> list[str]:
    """The sentences of a decision."""
    return [each.text for each in notices(found)]


def test_yes_where_all_is_verified() -> None:
    """Both versions that run must have verified."""
    found = judged(in_prod(10, 11), [said(10, True), said(11, True)])

    assert found.deployable is True
    assert reasons(found) == [SUCCESS]


def test_no_where_one_has_failed() -> None:
    """The sentence names both versions as they were asked for."""
    found = judged(in_prod(10), [said(10, False)])

    assert found.deployable is False
    assert reasons(found) == [
        "The verification for the pact between version 1 of Foo and the version of Bar currently "
        "in prod (10) failed"
    ]


def test_unknown_where_one_of_several_has_said_nothing() -> None:
    """Co-resident versions count each for itself."""
    found = judged(in_prod(10, 11), [said(10, True)])

    assert found.deployable is None
    assert reasons(found) == [
        "There is no verified pact between version 1 of Foo and one of the versions of Bar "
        "currently in prod (11)"
    ]


def test_unknown_where_the_provider_is_not_there() -> None:
    """A consumer requires its provider."""
    found = judged(in_prod(), [said(10, True)])

    assert found.deployable is None
    assert reasons(found)[0].endswith(
        "(no version is currently recorded as deployed/released in this environment)"
    )


def test_yes_where_nothing_is_required() -> None:
    """A consumer without pacts depends on nobody."""
    found = considered(PROD, {FOO: foo(1)}, [], [], [], {})

    assert (found.deployable, reasons(found)) == (True, [NOTHING_MISSING])


def test_unknown_where_a_required_pact_has_no_row() -> None:
    """What is required and not there at all is missing, unless it is ignored."""
    sides = {FOO: foo(1), BAR: in_prod(10)}
    meant = [Integration(FOO, BAR, True)]

    found = considered(PROD, sides, meant, [], [], {})

    assert found.deployable is None
    assert reasons(found) == [
        "There is no verified pact between version 1 of Foo and a version of Bar currently in prod "
        "(no version is currently recorded as deployed/released in this environment)"
    ]
    assert considered(PROD, sides, meant, [], [], {Named("Bar"): True}).deployable is True


def test_no_where_the_version_is_not_there() -> None:
    """Whatever else holds, this is said alone."""
    found = judged(in_prod(10), [said(10, False)], consumer=foo())

    assert found.deployable is False
    assert reasons(found) == ["No pacts or verifications have been published for version 1 of Foo"]


def test_the_last_word_counts() -> None:
    """A version that verified first and failed later has failed."""
    assert judged(in_prod(10), [said(10, True), said(10, False)]).deployable is False
    assert judged(in_prod(10), [said(10, False), said(10, True)]).deployable is True


def test_what_is_ignored_is_counted_and_does_not_count() -> None:
    """A pacticipant or one of its versions; what is not there is told."""
    whole, one, other = Named("Bar"), Named("Bar", version="10"), Named("Bar", version="9")
    words = [said(10, False)]

    for ignored in (whole, one):
        found = judged(in_prod(10), words, ignorable={ignored: True})
        assert found.deployable is True
        assert [row.is_ignored for row in found.rows] == [True]
    found = judged(in_prod(10), words, ignorable={other: False})
    assert found.deployable is False
    assert reasons(found)[0] == "WARN: Cannot ignore version 9 of Bar"


def test_what_is_not_reliable_is_warned_of() -> None:
    """Without a number or an environment, and the warning goes first."""
    query = Query((Named("Foo", branch="x", is_latest=True),), target=Target(is_latest=True))
    consumer = Side(FOO, ((query.selectors[0], {1: "1"}),), True)

    told = reasons(judged(in_prod(10), [said(10, True)], query, consumer=consumer))

    assert [each.startswith("WARN") for each in told] == [True, True, False]


def test_the_newest_provider_version_stands_for_the_others() -> None:
    """`cvp` keeps one row for a consumer version, `cvpv` all."""
    anyone = Side(BAR, ((Named("Bar"), {}),), True)
    words = [said(10, False), said(11, True)]

    newest = judged(anyone, words, Query(PROD.selectors, latest_by="cvp"))
    every = judged(anyone, words, Query(PROD.selectors, latest_by="cvpv"))

    assert [row.provider_version for row in newest.rows] == [(11, "11")]
    assert (newest.deployable, every.deployable) == (True, False)


@given(st.lists(st.sampled_from([True, False, None]), min_size=1, max_size=130), st.data())
def test_every_version_counts_however_many_there_are(
    outcomes: list[bool | None], data: st.DataObject
) -> None:
    """One failure or silence among any number decides, wherever it stands."""
    words = [
        said(100 + place, outcome) for place, outcome in enumerate(outcomes) if outcome is not None
    ]
    words = data.draw(st.permutations(words))

    found = judged(in_prod(*range(100, 100 + len(outcomes))), words)

    assert found.deployable is (None if None in outcomes else all(outcomes))


def test_a_question_is_read() -> None:
    """As the official command line writes it."""
    asked = query_of(
        parsed(
            "q[][pacticipant]=Foo&q[][version]=1&latestby=cvpv&environment=prod"
            "&ignore[][pacticipant]=Bar&ignore[][version]=9&success[]=true&limit=7"
        )
    )

    assert asked == Query(
        (Named("Foo", version="1"),),
        (Named("Bar", version="9"),),
        Target(environment="prod"),
        "cvpv",
        frozenset({True}),
        7,
    )
    one = deploying(parsed("pacticipant=Foo&version=1&environment=prod&ignore[]=Bar"))
    assert (one.selectors, one.target, one.ignored) == (
        (Named("Foo", version="1"),),
        Target(environment="prod"),
        (Named("Bar"),),
    )


def test_what_is_wrong_with_a_question_is_told() -> None:
    """In the words that clients know."""

    def wrong(query: str) -> list[str]:
        return faults(query_of(parsed(query)), lambda name: name == "Foo", lambda name: False)

    foo_1 = "q[][pacticipant]=Foo&q[][version]=1"
    assert wrong("") == ["Please provide 1 or more version selectors."]
    assert wrong("q[][pacticipant]=X") == ["Pacticipant X not found"]
    assert wrong(f"{foo_1}&environment=x") == ["Environment with name 'x' does not exist"]
    assert wrong(f"{foo_1}&tag=a&mainBranch=true") == [
        "Cannot specify more than one of tag, environment and mainBranch."
    ]
    assert wrong(f"{foo_1}&q[][latest]=true") == [
        "A version number and latest flag cannot both be specified for Foo"
    ]
    assert "latestby" in wrong(f"{foo_1}&latestby=bad")[0]
