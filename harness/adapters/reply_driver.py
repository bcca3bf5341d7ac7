"""Put replies that a provider may send to a consumer: to its models, and to its own client code."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

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
from harness.domain.pact import Pact
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
        questions = {one.ask.id: one for one in _questions(step, context)}
        asks, told = context.directory / "asks.json", context.directory / "answers.jsonl"
        asks.write_text(_asked(service, questions).text(), encoding="utf-8")
        options = (f"--harness-asks={asks}", f"--harness-evidence={told}")
        answered: set[str] = set()
        try:
            ended = run_tests(service, context, options, in_place=True)
        finally:
            # What was answered until then counts, though the run be cut short.
            for name, put in _put(told, questions, service, context.config):
                answered.add(name)
                yield put
        lost = [one for name, one in questions.items() if name not in answered]
        if lost:
            yield Unobserved(
                step.id,
                f"the contract tests of {service.name} did not get through the replies: "
                f"{len(lost)} of {len(questions)} questions were left open when pytest ended with "
                f"code {ended.code}",
                "run its tests by hand with pytest, and look at the output",
                without_secrets(ended.words, service)[-_DETAIL_CHARACTERS:],
            )


@dataclass(frozen=True, slots=True)
class _Question:
    """A misfit, and what is asked about it."""

    ask: Ask
    compared: InteractionCompared
    misfit: Misfit


def _asked(service: Service, questions: Mapping[str, _Question]) -> Asks:
    return Asks(
        service.packages,
        tuple(str(path) for path in service.contract_tests),
        service.raises,
        tuple(one.ask for one in questions.values()),
        (str(service.root or service.directory),),
    )


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
                    replies=_replies(misfit, declared=seen.compat.declared),
                )
                yield _Question(ask, seen, misfit)


def _replies(misfit: Misfit, *, declared: bool) -> tuple[str, ...]:
    """
    What is tried, in order.

    Shape: code that fails on what is like its example fails for this reason alone; a model is asked
    about every witness, since it tells of each place by itself.
    """
    if declared:
        return tuple(dict.fromkeys((*misfit.nearest, *misfit.witnesses)))
    return misfit.nearest or misfit.witnesses


def _compared(step: DriveReplies, context: StepContext) -> Iterator[InteractionCompared]:
    for observed in context.taken.values():
        for seen in observed.evidence:
            if isinstance(seen, InteractionCompared) and seen.consumer == step.service:
                yield seen


@dataclass(frozen=True, slots=True)
class _Source:
    """Where an interaction comes from; `test` is empty where that is not known."""

    consumer: str = ""
    provider: str = ""
    description: str = ""
    test: str = ""


def _sources(step: DriveReplies, context: StepContext) -> Mapping[str, _Source]:
    """
    Find for each interaction its pact, and the test that gave it.

    Shape: a run that was not whole or green still tells which test gave what.
    """
    found: dict[str, _Source] = {}
    pair, name_of = (step.service, step.provider), context.config.name_of
    for one in context.system.pacts:
        if (
            one.pact is not None
            and (name_of(one.pact.consumer), name_of(one.pact.provider)) == pair
        ):
            found.update(_of(one.pact, {}))
    for gathered in (one for seen in context.taken.values() for one in seen.evidence):
        if not isinstance(gathered, PactGathered) or not gathered.text:
            continue
        if (name_of(gathered.consumer), name_of(gathered.provider)) == pair:
            pact = read_pact(gathered.text, gathered.path)
            found.update(_of(pact, dict(gathered.tests)))
    return found


def _of(pact: Pact, tests: Mapping[str, str]) -> Iterator[tuple[str, _Source]]:
    for one in pact.interactions:
        test = tests.get(one.location, "")
        yield one.key, _Source(pact.consumer, pact.provider, one.description, test)


def _put(
    told: Path, questions: Mapping[str, _Question], service: Service, config: Config
) -> Iterator[tuple[str, WitnessPut]]:
    """What was answered, one for each question, with its id."""
    given: dict[str, list[Record]] = {}
    for one in records(told):
        if one["kind"] == "answer":
            given.setdefault(str(one["id"]), []).append(one)
    for name, answers in sorted(given.items()):
        yield name, _evidence(questions[name], answers, service, config)


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
