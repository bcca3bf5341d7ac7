"""Find where what comes over the wire is used before anything has checked it."""

from __future__ import annotations

from collections.abc import Iterator

from harness.checks.check import Check
from harness.checks.facts import Contract, Facts
from harness.checks.model_source import ModelSource, model_name, model_source
from harness.compat.pacts.readers import Reader, reply_reader
from harness.domain.evidence import AnyLeak, AnyOrigin
from harness.domain.finding import Flaw, Location
from harness.domain.pact import FIRST_REFUSAL
from harness.domain.policy import Severity

_MOST = 3  # a helper that all clients share leads to every reply there is
_BEGINS = {
    AnyOrigin.DECODED: "`{}` is Any",
    AnyOrigin.CAST: "`{}` is believed and nothing checks it",
    AnyOrigin.IMPORT: "`{}` brings in what has no types",
    AnyOrigin.PARAMETER: "the parameter `{}` is Any",
    AnyOrigin.UNTYPED_FUNCTION: "the parameter `{}` has no annotation, nor has its function",
}


def _judge(facts: Facts) -> Iterator[Flaw]:
    for leak in facts.of(AnyLeak):
        models = list(_models(leak, facts))
        yield Flaw(
            service=leak.service,
            message=_message(leak),
            hint=_hint(leak, [model for _, model in models]),
            cause=f"{leak.origin.value}:{leak.scope}:{leak.expression}",
            location=Location(leak.file, leak.line),
            detail="\n\n".join(f"# {told}\n{model.text}" for told, model in models),
        )


def _message(leak: AnyLeak) -> str:
    more = leak.expressions - 1
    followed = f", and {more} more of {leak.module} by it" if more > 0 else ""
    unread = "; no annotation has mypy look into the function" if leak.unread else ""
    begins = _BEGINS[leak.origin].format(leak.expression)
    return f"{begins}{followed}, and unchecked goes on: {leak.used}{unread}"


def _hint(leak: AnyLeak, models: list[ModelSource]) -> str:
    if not models:
        return "give it a model that is checked at run time; no contract shows what it should hold"
    model = models[0]
    value = leak.expression if leak.origin is AnyOrigin.DECODED else "body"
    if model.read:
        return f"read it with a model that the contract gives: {model.read.format(value)}"
    return (
        f"take it as `body: object = {value}` and narrow it, field by field, to the model that the"
        f" contract gives: {model.annotation}"
    )


def _models(leak: AnyLeak, facts: Facts) -> Iterator[tuple[str, ModelSource]]:
    """Write one model for each operation whose tests lead to the leak."""
    readers: dict[tuple[str, str], list[Reader]] = {}
    for contract in facts.contracts:
        reader = _reader(contract)
        is_asked = contract.interaction.description in leak.asked
        if contract.edge.pair.consumer == leak.service and is_asked and reader is not None:
            of = (contract.edge.operation, contract.edge.pair.provider)
            readers.setdefault(of, []).append(reader)
    for (operation, provider), found in list(readers.items())[:_MOST]:
        schemas = [(each.schema, each.declared) for each in found]
        name = model_name(operation.partition(" ")[2])
        yield f"{operation} of {provider}", model_source(name, schemas, leak.models)


def _reader(contract: Contract) -> Reader | None:
    """Give what a contract shows of a success's body, and nothing of a refusal's."""
    response = contract.interaction.response
    if response is None or response.status >= FIRST_REFUSAL:
        return None
    return reply_reader(contract.interaction.reader, response)


BOUNDARY_UNTYPED = Check(
    id="boundary-untyped",
    title="what comes over the wire is used before anything has checked its type",
    severity=Severity.WARNING,
    leg=None,
    needs=frozenset({"types"}),
    judge=_judge,
)
