"""Pending pacts, and work in progress."""

from __future__ import annotations

from harness.broker.semantics.notices import Cause, before, of_pending
from harness.broker.semantics.pending import Line, Success, in_progress, is_pending
from harness.broker.semantics.selectors import Selector

MAIN = Line("main", False, "2")


def success(at: str, *branches: str, content: int = 1, wip: bool = False) -> Success:
    """A success of a provider version on branches."""
    return Success(content, at, wip, frozenset(branches), frozenset())


def test_a_content_is_pending_until_its_branch_has_verified_it() -> None:
    """Another branch's success counts where it was there before the branch began."""
    assert is_pending([], [MAIN])
    assert not is_pending([success("3", "main")], [MAIN])
    assert is_pending([success("3", "feature")], [MAIN])
    assert not is_pending([success("1", "feature")], [MAIN])


def test_a_branch_that_is_new_inherits_all_successes() -> None:
    """Its first build must not be free to break what others verified."""
    assert not is_pending([success("9", "main")], [Line("new")])


def test_without_a_branch_any_success_counts() -> None:
    """Nobody says of which line the build is."""
    assert is_pending([], [])
    assert not is_pending([success("3", "feature")], [])


def test_of_several_tags_one_is_enough_to_be_pending() -> None:
    """Each tag must have verified."""
    tagged = Success(1, "3", False, frozenset(), frozenset({"a"}))
    lines = [Line("a", True, "1"), Line("b", True, "1")]

    assert not is_pending([tagged], lines[:1])
    assert is_pending([tagged], lines)


def test_work_in_progress_is_what_nobody_chose_and_the_branch_has_not_verified() -> None:
    """A success as work in progress keeps it in progress."""
    known = [
        success("3", "main", content=1),
        success("3", "main", content=2, wip=True),
        success("1", "other", content=3),
        success("3", "other", content=4),
    ]

    assert in_progress([5, 4, 3, 2, 1, 4], [5], known, [MAIN]) == [4, 2]
    assert in_progress([4], [], known, []) == []


def test_every_outcome_of_a_pending_pact_is_told() -> None:
    """Before, and after each of the four outcomes."""
    told = dict(of_pending("Bar", [MAIN], is_pending=True, is_wip=False))

    assert set(told) == {
        "before_verification",
        *(
            f"after_verification:success_{success}_published_{published}"
            for success in ("true", "false")
            for published in ("true", "false")
        ),
    }
    assert all("Bar from branch 'main'" in text for text in told.values())
    ((when, text),) = of_pending("Bar", [MAIN], is_pending=False, is_wip=False)
    assert (when, "it will fail the build" in text) == ("before_verification", True)


def test_why_a_pact_is_verified_is_told_once_for_each_reason() -> None:
    """Several versions and criteria are in the plural."""
    causes = [
        Cause(Selector(branch="main"), "Foo", "1"),
        Cause(Selector(branch="main"), "Foo", "1"),
        Cause(Selector(deployed=True), "Foo", "2", ("prod",)),
    ]

    text = before("http://x", causes, "Bar", is_wip=False)

    assert text.splitlines() == [
        "The pact at http://x is being verified because the pact content belongs to the consumer "
        "versions matching the following criteria:",
        "    * latest version of Foo from branch 'main' that has a pact with Bar (1)",
        "    * version of Foo currently deployed to prod (2)",
    ]
