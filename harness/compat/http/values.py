"""What a provider's document says of the texts that a parameter is sent with."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from harness.compat.http.parameters import is_accepted
from harness.compat.http.replies import Told
from harness.compat.http.varying import are_items_proven, is_proven, rules_of, texts_of
from harness.compat.schemas.bounds import Bounds
from harness.compat.schemas.directions import Directed
from harness.compat.schemas.sides import Side
from harness.domain.document import Location, Parameter
from harness.domain.fit import Code, Gap, Kind, Misfit
from harness.domain.json import canonical, shortened
from harness.domain.pact import Rule

VARIES: Final = "its values vary by a rule"
_MOST_VARIED: Final = 8


@dataclass(frozen=True, slots=True)
class Values:
    """Compares the texts of parameters, and what rules let vary of them, with their schemas."""

    directed: Directed
    bounds: Bounds

    def told(
        self,
        code: Code,
        parameter: Parameter,
        texts: Sequence[str],
        rules: Mapping[str, Rule] | None = None,
    ) -> Told:
        """
        What does not fit of one parameter, and what could not be told.

        Shape: where the document gives no schema, everything is accepted.
        """
        if parameter.unknown:
            yield Gap(code, parameter.unknown, parameter.name)
        elif parameter.schema is not None:
            reader = self.directed.side(parameter.schema)
            answer = is_accepted(parameter, texts, reader)
            if answer is None:
                yield unjudged(code, parameter, reader)
            elif not answer:
                yield refused(code, parameter, texts)
            else:
                by_position = rules_of(parameter.name, rules or {}, len(texts))
                yield from self._varied(code, parameter, texts, by_position)

    def _varied(
        self, code: Code, parameter: Parameter, texts: Sequence[str], rules: Mapping[int, Rule]
    ) -> Told:
        """What rules let vary is what the consumer may send beside its example."""
        reader = self.directed.side(parameter.schema)
        if not rules or self._is_proven(parameter, texts, rules, reader):
            return
        tried = 0
        for at, rule in list(rules.items())[:_MOST_VARIED]:
            varied = texts_of(texts[at], rule, self.bounds)
            tried += len(varied)
            off = [
                sent
                for text in varied
                if is_accepted(parameter, sent := [*texts[:at], text, *texts[at + 1 :]], reader)
                is False
            ]
            if off:
                shortest = min(off, key=lambda sent: len(sent[at]))
                yield as_hypothesis(refused(code, parameter, shortest))
                return
        yield Gap(code, VARIES, parameter.name, tried)

    def _is_proven(
        self, parameter: Parameter, texts: Sequence[str], rules: Mapping[int, Rule], reader: Side
    ) -> bool:
        if len(texts) == 1 and is_proven(texts[0], rules[0], (reader.part,), self.bounds):
            return True
        # Elsewhere one text may hold several items, and a rule may change how many.
        is_spread = parameter.location is Location.QUERY and parameter.explode
        is_plain = is_spread and not parameter.media_type
        return is_plain and are_items_proven(texts, rules, reader, self.bounds)


def missing(code: Code, parameter: Parameter) -> Iterator[Misfit]:
    """A parameter that must be there and is not."""
    if parameter.required:
        accepted = shortened(parameter.schema)
        yield Misfit(code, Kind.IMPOSSIBLE, parameter.name, sent="nothing", accepted=accepted)


def refused(code: Code, parameter: Parameter, texts: Sequence[str]) -> Misfit:
    """Texts that a parameter's schema does not accept in any reading."""
    return Misfit(
        code,
        Kind.IMPOSSIBLE,
        parameter.name,
        witnesses=(canonical(list(texts)),),
        sent=", ".join(texts),
        accepted=shortened(parameter.schema),
    )


def unjudged(code: Code, parameter: Parameter, reader: Side) -> Gap:
    """Texts of which the validator can tell nothing."""
    return Gap(code, reader.judge.fault or "too long to be judged", parameter.name)


def as_hypothesis(told: Misfit | Gap) -> Misfit | Gap:
    """The same of what is sent beside the example."""
    if isinstance(told, Gap):
        return told
    return replace(told, kind=Kind.MAY_BREAK, hypothesis=True)
