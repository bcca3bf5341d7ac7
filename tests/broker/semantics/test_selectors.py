"""Selectors of consumer versions: what they mean, and what is wrong with them."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.broker.semantics.selectors import DEFAULT, Selector, faults, selectors

GOOD: list[tuple[dict[str, Any], Selector]] = [
    ({"mainBranch": True}, Selector(main_branch=True)),
    ({"mainBranch": True, "consumer": "a"}, Selector(main_branch=True, consumer="a")),
    ({"branch": "x"}, Selector(branch="x")),
    ({"branch": True}, Selector(every_branch=True)),
    ({"branch": "x", "fallbackBranch": "y"}, Selector(branch="x", fallback_branch="y")),
    ({"matchingBranch": True}, Selector(matching_branch=True)),
    ({"tag": "t"}, Selector(tag="t")),
    (
        {"tag": "t", "latest": True, "fallbackTag": "u"},
        Selector(tag="t", is_latest=True, fallback_tag="u"),
    ),
    ({"latest": True}, Selector(is_latest=True)),
    ({"deployed": True}, Selector(deployed=True)),
    ({"released": True, "environment": "e"}, Selector(released=True, environment="e")),
    ({"deployedOrReleased": True}, Selector(deployed=True, released=True)),
    ({"environment": "e"}, Selector(deployed=True, released=True, environment="e")),
]
BAD: list[tuple[Any, str]] = [
    ({}, "must specify a value"),
    ({"consumer": "a"}, "must specify a value"),
    ({"latest": False}, "must specify a value"),
    ({"mainBranch": False}, "must be one of: true"),
    ({"mainBranch": True, "tag": "t"}, "cannot specify mainBranch with any other"),
    ({"matchingBranch": True, "branch": "x"}, "cannot specify matchingBranch with any other"),
    ({"tag": "t", "branch": "x"}, "cannot specify both branch and tag"),
    ({"tag": "t", "fallbackTag": "u"}, "a fallbackTag can only be set"),
    ({"branch": True, "fallbackBranch": "u"}, "a fallbackBranch can only be set"),
    ({"latest": True, "fallbackBranch": "u"}, "a fallbackBranch can only be set"),
    ({"branch": "x", "latest": False, "fallbackBranch": "u"}, "latest is not false"),
    ({"deployed": True, "released": True}, "cannot specify more than one of"),
    ({"deployed": True, "branch": "x"}, "cannot specify deployed with tag, branch or latest"),
    ({"environment": "e", "latest": True}, "cannot specify environment with"),
    ({"environment": "nowhere"}, "environment with name 'nowhere' does not exist"),
    ({"branch": " "}, "not blank"),
    ({"tag": 7}, "not blank"),
    ({"latest": "yes"}, "must be one of: true, false"),
    (7, "must be an object"),
]


@pytest.mark.parametrize(("given_selector", "meant"), GOOD)
def test_a_selector_is_understood(given_selector: dict[str, Any], meant: Selector) -> None:
    """Each kind of selector, without faults."""
    assert faults([given_selector], "main", ["e"]) == {}
    assert selectors([given_selector]) == (meant,)


@pytest.mark.parametrize(("given_selector", "said"), BAD)
def test_a_wrong_selector_is_told(given_selector: Any, said: str) -> None:
    """With its number and a sentence."""
    found = faults([{"latest": True}, given_selector], "main", ["e"])

    assert said in " ".join(each for sentences in found.values() for each in sentences)
    assert all(place.startswith("consumerVersionSelectors[1]") for place in found)


def test_a_matching_branch_needs_one_to_match() -> None:
    """Without the provider version's branch there is nothing to match."""
    assert "providerVersionBranch" in str(faults([{"matchingBranch": True}], "", []))


@pytest.mark.parametrize("nothing", [None, [], {}])
def test_without_selectors_the_usual_is_meant(nothing: Any) -> None:
    """Main branches, and what is deployed and released."""
    assert selectors(nothing) is DEFAULT


@given(
    st.dictionaries(
        st.sampled_from(["branch", "tag", "latest", "mainBranch", "deployed", "consumer", "x"]),
        st.none() | st.booleans() | st.text(max_size=3) | st.integers() | st.lists(st.none()),
    )
)
def test_whatever_is_asked_is_judged(asked: dict[str, Any]) -> None:
    """Nothing raises, and what has no fault selects something."""
    if not faults([asked], "main", []):
        (one,) = selectors([asked])
        assert one != Selector()
