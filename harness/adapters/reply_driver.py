"""Put replies that a provider may send to a consumer: to its models, and to its own client code."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from harness.adapters.consumer_tests import run_tests
from harness.adapters.consumer_tests_evidence import Record, place_of, records
from harness.adapters.members import member, without_secrets
from harness.consumer.asks import Ask, Asks
from harness.documents.pacts import read_pact
from harness.domain.config import Config
from harness.domain.crash import Crash, Frame
from harness.domain.evidence import (
    Evidence,
    InteractionCompared,
    PactGathered,
    Unobserved,
    WitnessPut,
)
from harness.domain.fit import Asked, Misfit, Reception, is_put
from harness.domain.service import Service
from harness.domain.steps import DriveReplies
from harness.stages.ports import StepContext

_DETAIL_CHARACTERS = 8000


@dataclass(frozen=True, slots=True)
class ReplyDriver:
    """Does `DriveReplies` steps: contract tests run once more, in their own interpreter."""

    def __call__(self, step: DriveReplies, context: StepContext) -> Iterator[Evidence]:
        """Ask about every witness that only the consumer can judge."""
        service = member(step.service, context.config)
        questions = tuple(_questions(step, context))
        asks, told = context.directory / "asks.json", context.directory / "answers.jsonl"
        held = Asks(
            service.packages,
            tuple(str(path) for path in service.contract_tests),
            service.raises,
            tuple(one.ask for one in questions),
        )
        asks.write_text(held.text(), encoding="utf-8")
        options = ("--harness-asks", str(asks), "--harness-evidence", str(told))
        ended = run_tests(service, context, options, in_place=True)
        answers = list(records(told))
        by_ask = {one.ask.id: one for one in questions}
        given = sorted(
            (one for one in answers if one["kind"] == "answer"), key=lambda one: str(one["id"])
        )
        for name, group in groupby(given, key=lambda one: str(one["id"])):
            yield _evidence(by_ask[name], list(group), service, context.config)
        if not answers or answers[-1]["kind"] != "run":
            yield Unobserved(
                step.id,
                f"the contract tests of {service.name} did not get through the replies: "
                f"pytest ended with code {ended.code}",
                "run its tests by hand with pytest, and look at the output",
                without_secrets(ended.words, service)[-_DETAIL_CHARACTERS:],
            )


@dataclass(frozen=True, slots=True)
class _Question:
    """A misfit, and what is asked about it."""

    ask: Ask
    compared: InteractionCompared
    misfit: Misfit


def _questions(step: DriveReplies, context: StepContext) -> Iterator[_Question]:
    sources = _sources(step, context)
    for seen in _compared(step, context):
        for misfit in seen.compat.misfits:
            if is_put(misfit, declared=seen.compat.declared):
                source = sources.get(seen.interaction, _Source())
                ask = Ask(
                    id=f"{seen.interaction} {misfit.path}",
                    consumer=source.consumer,
                    provider=source.provider,
                    interaction=seen.interaction,
                    description=source.description,
                    test=source.test,
                    by_model=seen.compat.declared,
                    # Code that fails on what is like its example fails for this reason alone.
                    replies=misfit.nearest or misfit.witnesses,
                )
                yield _Question(ask, seen, misfit)


def _compared(step: DriveReplies, context: StepContext) -> Iterator[InteractionCompared]:
    for observed in context.taken.values():
        for seen in observed.evidence:
            if isinstance(seen, InteractionCompared) and seen.consumer == step.service:
                yield seen


@dataclass(frozen=True, slots=True)
class _Source:
    """Where an interaction comes from; all empty where its tests did not give it just now."""

    consumer: str = ""
    provider: str = ""
    description: str = ""
    test: str = ""


def _sources(step: DriveReplies, context: StepContext) -> Mapping[str, _Source]:
    """Find for each interaction its pact, and the test that gave it."""
    found: dict[str, _Source] = {}
    for observed in context.taken.values():
        for gathered in observed.evidence:
            if not isinstance(gathered, PactGathered) or not gathered.complete:
                continue
            if context.config.name_of(gathered.provider) != step.provider:
                continue
            pact, tests = read_pact(gathered.text, gathered.path), dict(gathered.tests)
            for one in pact.interactions:
                test = tests.get(one.location, "")
                found[one.key] = _Source(pact.consumer, pact.provider, one.description, test)
    return found


def _evidence(
    question: _Question, answers: Sequence[Record], service: Service, config: Config
) -> WitnessPut:
    """What all replies of a question come to: one refused outweighs those that are taken."""
    order = (Reception.REFUSED, Reception.TAKEN, Reception.UNASKED)
    told = min(answers, key=lambda one: order.index(Reception(one["reception"])))
    return WitnessPut(
        consumer=question.compared.consumer,
        provider=question.compared.provider,
        interaction=question.compared.interaction,
        code=question.misfit.code,
        name=question.misfit.name,
        path=question.misfit.path,
        asked=Asked(told["asked"]),
        reception=Reception(told["reception"]),
        witness=told["reply"],
        error=without_secrets(told["error"], service),
        crash=_crash(told["crash"], service, config),
        detail=without_secrets(told["detail"], service),
        tried=sum(1 for one in answers if one["reception"] != Reception.UNASKED.value),
    )


def _crash(told: Record | None, service: Service, config: Config) -> Crash | None:
    if told is None:
        return None
    frames = tuple(
        Frame(
            place_of(one["file"], service, config),
            one["line"],
            one["function"],
            one["module"],
            one["code"],
        )
        for one in told["frames"]
    )
    return Crash(
        seq=0,
        request=None,
        type=told["type"],
        message=without_secrets(told["message"], service),
        frames=frames,
        traceback=without_secrets(told["traceback"], service),
        in_flight=(),
        source="raised",
    )
