"""A level is found from the general to the particular: levels set, ceilings lower."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.domain.edge import Leg
from harness.domain.policy import Policy, ServicePolicy, Severity, mildest

ERROR, WARNING, INFORMATION = Severity
LEVELS = st.sampled_from([*Severity, None])
CEILINGS = st.sampled_from([WARNING, INFORMATION])
CHECKS = st.sampled_from(["a", "b"])
LEGS = st.sampled_from(list(Leg))


@st.composite
def services(draw: st.DrawFn) -> ServicePolicy:
    """Draw the policy of one service."""
    return ServicePolicy(
        draw(st.dictionaries(CHECKS, LEVELS, max_size=2)),
        draw(st.dictionaries(LEGS, CEILINGS, max_size=2)),
        draw(st.none() | CEILINGS),
    )


@st.composite
def policies(draw: st.DrawFn) -> Policy:
    """Draw a policy with levels, ceilings and a service."""
    return Policy(
        levels=draw(st.dictionaries(CHECKS, LEVELS, max_size=2)),
        legs=draw(st.dictionaries(LEGS, CEILINGS, max_size=2)),
        services=draw(st.dictionaries(st.just("orders"), services(), max_size=1)),
        changes=draw(st.dictionaries(st.just("rule"), LEVELS, max_size=1)),
    )


@given(policies(), CHECKS, st.sampled_from(list(Severity)), st.none() | LEGS)
def test_what_is_said_of_the_service_has_the_last_word(
    policy: Policy, check: str, default: Severity, leg: Leg | None
) -> None:
    """A level of the check in the service is the level, whatever else is written."""
    own = policy.services.get("orders", ServicePolicy())
    level = policy.level(check, default, leg, "orders")

    if check in own.levels:
        assert level.severity is own.levels[check]
        assert level.key == ("services", "orders", "levels", check)
    else:
        ceilings = [own.at_most, own.legs.get(leg) if leg else None]
        general = policy.level(check, default, leg).severity
        expected = mildest(general, *(one for one in ceilings if one))
        assert level.severity is expected


@given(policies(), CHECKS, st.sampled_from(list(Severity)), st.none() | LEGS)
def test_a_level_knows_the_key_that_it_comes_from(
    policy: Policy, check: str, default: Severity, leg: Leg | None
) -> None:
    """Without the key that is named the level is another, or another key says the same."""
    level = policy.level(check, default, leg)
    if not level.key:
        assert level.severity is default
        return
    table, name = level.key
    if table == "levels":
        without = replace(policy, levels=_without(policy.levels, name))
        assert policy.levels[name] is level.severity
    else:
        without = replace(policy, legs={k: v for k, v in policy.legs.items() if k.value != name})
        assert without.level(check, default, leg).severity is not level.severity
    assert without.level(check, default, leg).key != level.key


def _without(levels: Mapping[str, Severity | None], name: str) -> dict[str, Severity | None]:
    return {key: value for key, value in levels.items() if key != name}


@pytest.mark.parametrize(
    ("policy", "expected"),
    [
        (Policy(), ERROR),
        (Policy(legs={Leg.FIT: WARNING}), WARNING),
        (Policy(legs={Leg.FIT: WARNING}, levels={"c": ERROR}), ERROR),
        (Policy(legs={Leg.CONSUMER: WARNING}), ERROR),
        (Policy(services={"s": ServicePolicy(at_most=WARNING)}), WARNING),
        (Policy(services={"t": ServicePolicy(at_most=WARNING)}), ERROR),
        (Policy(levels={"c": None}, services={"s": ServicePolicy(at_most=WARNING)}), None),
        (Policy(levels={"c": None}, services={"s": ServicePolicy(levels={"c": ERROR})}), ERROR),
        (
            Policy(
                services={
                    "s": ServicePolicy(levels={"c": ERROR}, at_most=INFORMATION),
                }
            ),
            ERROR,
        ),
        (Policy(changes={"r": None}, services={"s": ServicePolicy(at_most=WARNING)}), None),
        (Policy(changes={"r": ERROR}, services={"s": ServicePolicy(at_most=WARNING)}), WARNING),
        (Policy(legs={Leg.FIT: WARNING}, changes={"r": ERROR}), ERROR),
    ],
)
def test_the_order_is_that_of_the_documentation(policy: Policy, expected: Severity | None) -> None:
    """Default, leg, check, rule, service, leg of the service, check of the service."""
    level = policy.graded("c", ERROR, "r", leg=Leg.FIT, service="s", breaks=True)

    assert level is expected
