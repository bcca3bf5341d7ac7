"""Find where what comes over the wire is used before anything has checked it."""

from __future__ import annotations

from collections.abc import Iterator

from harness.checks.check import Check
from harness.checks.facts import Contract, Facts
from harness.compat.pacts.model_source import ModelSource, model_name, model_source
from harness.compat.pacts.readers import Reader, reply_reader
from harness.domain.finding import Flaw, Location
from harness.domain.pact import FIRST_REFUSAL, HttpResponse, InteractionKind
from harness.domain.policy import Severity
from harness.domain.typed import AnyLeak, AnyOrigin

_MOST = 3  # a helper that all clients share leads to every reply there is
_BEGINS = {
    AnyOrigin.DECODED: "`{}` is Any",
    AnyOrigin.CAST: "`{}` claims a type for what came over the wire, and nothing checks it",
    AnyOrigin.IMPORT: "what `{}` brings in has no types",
    AnyOrigin.PARAMETER: "the parameter `{}` is Any",
    AnyOrigin.UNTYPED_FUNCTION: "the parameter `{}` and its function have no annotation",
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
    begins = _BEGINS[leak.origin].format(leak.expression)
    used = f", and is used unchecked: {leak.used}" if leak.used != leak.expression else ""
    count = f"; {leak.expressions} expressions of {leak.module} are Any by it"
    unread = "; mypy does not look into a function without annotations" if leak.unread else ""
    return f"{begins}{used}{count if leak.expressions > 1 else ''}{unread}"


def _hint(leak: AnyLeak, models: list[ModelSource]) -> str:
    if not models:
        return "read it with a model that is checked at run time; no contract shows what it holds"
    if models[0].read:
        line = models[0].read.format(leak.value)
        return f"read it with a model before anything uses it; the contract gives this one: {line}"
    return (
        f"let `{leak.value}` be an object and narrow it, field by field (match, isinstance), to the"
        f" model that the contract gives: {models[0].annotation}"
    )


def _models(leak: AnyLeak, facts: Facts) -> Iterator[tuple[str, ModelSource]]:
    """Write one model for each operation or channel whose tests lead to the leak."""
    readers: dict[tuple[str, str], list[Reader]] = {}
    for contract in facts.contracts:
        reader = _reader(contract)
        is_asked = contract.interaction.description in leak.asked
        if contract.edge.pair.consumer == leak.service and is_asked and reader is not None:
            of = (contract.edge.operation, contract.edge.pair.provider)
            readers.setdefault(of, []).append(reader)
    for (operation, provider), found in list(readers.items())[:_MOST]:
        schemas = [(each.schema, each.declared) for each in found]
        name = model_name(operation.partition(" ")[2] or operation)
        yield f"{operation} of {provider}", model_source(name, schemas, leak.models)


def _reader(contract: Contract) -> Reader | None:
    """Give what a contract shows of a message's or a success's body, and nothing of a refusal's."""
    asked = contract.interaction
    if asked.kind is InteractionKind.ASYNC and asked.messages:
        message = asked.messages[0]
        return reply_reader(asked.reader, HttpResponse(body=message.body, rules=message.rules))
    if asked.response is None or asked.response.status >= FIRST_REFUSAL:
        return None
    return reply_reader(asked.reader, asked.response)


BOUNDARY_UNTYPED = Check(
    id="boundary-untyped",
    title="what comes over the wire is used before anything has checked its type",
    severity=Severity.WARNING,
    leg=None,
    needs=frozenset({"types"}),
    judge=_judge,
)
