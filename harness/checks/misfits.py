"""What comparing contracts with documents showed, with what became of it at the consumer."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from enum import Enum

from harness.checks.facts import Facts
from harness.domain.coping import WitnessPut
from harness.domain.evidence import InteractionCompared
from harness.domain.finding import Confirmation
from harness.domain.fit import Asked, Kind, Misfit, Reception, is_put
from harness.domain.raise_site import own_calls


class Standing(Enum):
    """How far a misfit is established."""

    CERTAIN = "certain"
    DISCHARGED = "discharged"
    UNCONFIRMED = "unconfirmed"


@dataclass(frozen=True, slots=True)
class Seen:
    """A misfit of one interaction, and what the consumer answered, where it was asked."""

    compared: InteractionCompared
    misfit: Misfit
    put: WitnessPut | None

    @property
    def standing(self) -> Standing:
        """
        How far it is established.

        Shape: what a declared model refuses by its schema stands unless the model itself takes it;
        where nothing parses it, its annotations are the consumer's word.
        """
        reception = self.put.reception if self.put else Reception.UNASKED
        if reception is Reception.REFUSED:
            return Standing.CERTAIN
        is_asked = is_put(self.misfit, declared=self.compared.compat.declared)
        if is_asked and reception is Reception.TAKEN and not self._is_mere_annotation:
            return Standing.DISCHARGED
        return Standing.UNCONFIRMED if self.misfit.hypothesis else Standing.CERTAIN

    @property
    def _is_mere_annotation(self) -> bool:
        """Whether a declared type takes anything at run time, so that only its code was asked."""
        by_code = self.put is not None and self.put.asked is Asked.CODE
        return self.compared.compat.declared and by_code

    @property
    def confirmation(self) -> Confirmation:
        """Whose judgement it rests on."""
        if self.put is None or self.put.reception is not Reception.REFUSED:
            return Confirmation.BY_SCHEMA
        by_model = self.put.asked is Asked.MODEL
        return Confirmation.BY_MODEL if by_model else Confirmation.BY_CODE


def seen(facts: Facts) -> Iterator[Seen]:
    """Give every misfit, in the order in which comparison told them, each cause once."""
    by_operation: dict[tuple[str, str, str], list[Seen]] = {}
    for one in (found := list(_all(facts))):
        by_operation.setdefault(_operation(one), []).append(one)
    for one in found:
        others = by_operation[_operation(one)]
        if not any(_is_cause_of(other, one, facts) for other in others):
            yield _without_blame(one, others)


def _without_blame(one: Seen, others: list[Seen]) -> Seen:
    """
    A misfit whose witnesses all hold what another one refuses in any case is not shown by code.

    Shape: nothing can be sent without the other, so nobody can tell which of the two raised.
    """
    if one.put is None or one.put.crash is None or not one.misfit.hypothesis:
        return one
    always = [
        other.misfit.path
        for other in others
        if other.compared.interaction == one.compared.interaction
        and other.misfit.kind is Kind.IMPOSSIBLE
        and not other.misfit.hypothesis
    ]
    if not always:
        return one
    why = f"every reply is refused at {always[0]} already"
    unasked = replace(one.put, reception=Reception.UNASKED, crash=None, error="", detail=why)
    return replace(one, put=unasked)


def _operation(one: Seen) -> tuple[str, str, str]:
    return (one.compared.consumer, one.compared.provider, one.compared.compat.operation)


def _is_cause_of(other: Seen, one: Seen, facts: Facts) -> bool:
    """
    Whether code refused a witness for a part of it, of which another misfit already tells.

    Shape: what raised tells, where the other was put to code as well; else the other is certain by
    the document alone, and nothing can be sent without it.
    """
    if one.put is None or one.put.crash is None:
        return False
    around = one.misfit.path
    if not other.misfit.path.startswith((f"{around}.", f"{around}[")):
        return False
    if other.put is None or other.put.crash is None:
        return other.standing is Standing.CERTAIN
    packages = facts.packages(one.compared.consumer)
    return own_calls(other.put.crash, packages) == own_calls(one.put.crash, packages)


def _all(facts: Facts) -> Iterator[Seen]:
    put = {
        (one.consumer, one.provider, one.interaction, one.code, one.name, one.path): one
        for one in facts.of(WitnessPut)
    }
    for compared in facts.of(InteractionCompared):
        about = (compared.consumer, compared.provider, compared.interaction)
        for misfit in compared.compat.misfits:
            key = (*about, misfit.code, misfit.name, misfit.path)
            yield Seen(compared, misfit, put.get(key))
