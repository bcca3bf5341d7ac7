"""The requests of its own by which a consumer is made to call its providers."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Final
from urllib.parse import unquote

from harness.adapters.pact_verifier_contracts import Contract
from harness.adapters.pact_verifier_request import credentials_for, may_be_authenticated
from harness.adapters.schema_fuzzer_examples import example_of
from harness.adapters.schema_fuzzer_masking import sent_of
from harness.adapters.schema_fuzzer_traffic import Sent, state_request
from harness.documents.routing import Router
from harness.domain.json import Json, mapping
from harness.domain.pact import Interaction
from harness.domain.service import RUN, Service
from harness.domain.traffic import PROVIDER_STATE, RequestAccepted

Credentials = Mapping[str, Mapping[str, str]]

_PLACEHOLDER: Final = re.compile(r"\$\{([^}]+)\}")
_FIRST_FAILURE: Final = 500
_LONGEST_BODY: Final = 2000
_MOST_BEFORE: Final = 4


@dataclass(frozen=True, slots=True)
class Call:
    """
    A request to the consumer, and what is done before it.

    Shape: `operation` is a label; `before` are states and requests; `status` is what its contract
    expects, 0 where any success will do; `generators` are those of its contract's request, whose
    path `mount` stands before.
    """

    operation: str
    request: Sent
    before: tuple[Sent, ...] = ()
    status: int = 0
    by_contract: bool = False
    generators: Mapping[str, Json] = field(default_factory=dict, hash=False)
    mount: str = ""

    def sequence(self, done: Sequence[Sent]) -> Iterator[Sent]:
        """All that is sent, in order; `done` holds what came of it so far."""
        yield from self.before
        yield self._filled(done)

    @property
    def ways(self) -> tuple[Call, ...]:
        """
        How it may be made, the likeliest first: as it is, and with less before it.

        Shape: a state may put substitutes in the place of providers, so that nobody is called; of
        what the fuzzer sent before, most is needed for nothing.
        """
        if self.by_contract:
            return (self, replace(self, before=())) if self.before else (self,)
        fewest = range(min(len(self.before), _MOST_BEFORE) + 1)
        ends = (replace(self, before=self.before[len(self.before) - one :]) for one in fewest)
        return tuple(dict.fromkeys((*ends, self)))

    def is_met_by(self, sent: Sent) -> bool:
        """Whether it was answered as it should be."""
        return sent.status == self.status if self.status else 200 <= sent.status < 400

    def _filled(self, done: Sequence[Sent]) -> Sent:
        """The request with the values that its states gave out where its contract asks for them."""
        values: dict[str, object] = {}
        for one in done:
            if one.method == PROVIDER_STATE:
                values |= _members(one.body) | _members(one.reply_body)
        request = self.request
        path = _value(self.generators.get("path"), values)
        if path:
            _, mark, query = request.path.partition("?")
            request = replace(request, path=self.mount + path + mark + query)
        for name, generator in mapping(self.generators.get("header")).items():
            value = _value(generator, values)
            if value:
                others = (pair for pair in request.headers if pair[0] != name.lower())
                request = replace(request, headers=(*others, (name.lower(), value)))
        return request

    def why_not(self, sent: Sent) -> str:
        """Say what is amiss with an answer, where all that it hangs on is well."""
        told = str(sent.status or sent.failure)
        if self.request.method == RUN and sent.status:
            told += f" ({sent.reply_body.decode('utf-8', 'replace')})"
        return f"answered with {told} while all is well"

    @property
    def line(self) -> str:
        """The request in one line, without its body."""
        request = self.request
        return self.operation if request.method == RUN else f"{request.method} {request.path}"

    @property
    def text(self) -> str:
        """The request as a reader sees it, with what is done before it."""
        states = [one for one in self.before if one.method == PROVIDER_STATE]
        others = [one for one in self.before if one.method != PROVIDER_STATE]
        lines = [
            f"given the state {unquote(one.path)} {_text(one.body)}".rstrip() for one in states
        ]
        lines += [f"after {one.method} {one.path} {_text(one.body)}".rstrip() for one in others]
        last = f"{self.line} {_text(self.request.body)}".rstrip()
        return "\n".join([*lines, last])


def contract_calls(
    contracts: Iterable[Contract],
    service: Service,
    routers: Sequence[Router],
    credentials: Credentials,
) -> Iterator[Call]:
    """Give the requests that contracts hold, each once; those that expect a failure show none."""
    known: set[tuple[object, ...]] = set()
    for contract in contracts:
        for interaction in contract.pact.interactions:
            call = _of_contract(interaction, service, routers, credentials)
            if call is None or call.status >= _FIRST_FAILURE:
                continue
            identity = (call.request.method, call.request.path, call.request.body, call.before)
            if identity not in known:
                known.add(identity)
                yield call


def accepted_calls(
    accepted: Iterable[RequestAccepted], covered: frozenset[str], credentials: Credentials
) -> Iterator[Call]:
    """Give what the fuzzer got accepted by operations that no contract covers."""
    headers = {k.lower(): v for pairs in credentials.values() for k, v in pairs.items()}
    for one in accepted:
        if one.operation not in covered and one.exchanges:
            *before, last = [sent_of(each, one.operation, headers) for each in one.exchanges]
            # In a neighbour's place there is nobody to bring into a state.
            kept = (each for each in before if not _is_of_neighbour(each))
            yield Call(one.operation, last, tuple(kept))


def job_calls(service: Service) -> Iterator[Call]:
    """Give the runs of a service's jobs."""
    for name in service.jobs:
        label = f"{RUN} {name}"
        yield Call(label, Sent("", label, RUN, f"/{name}"), by_contract=True)


def operation_of(method: str, path: str, routers: Sequence[Router]) -> str:
    """The label of the operation that a request means, or else the request itself."""
    for router in routers:
        found = router.match(method, path)
        if found is not None:
            return found.label
    return f"{method} {path}"


def _of_contract(
    interaction: Interaction,
    service: Service,
    routers: Sequence[Router],
    credentials: Credentials,
) -> Call | None:
    request, response = interaction.request, interaction.response
    example = example_of(interaction)
    if request is None or response is None or example is None:
        return None
    headers = dict(example.headers)
    if may_be_authenticated(request, response):
        own = credentials_for(request, credentials)
        headers |= {name.lower(): value for name, value in own.items()}
    label = operation_of(example.method, example.path, routers)
    query = f"?{example.query}" if example.query else ""
    path = service.base_path + example.path + query
    return Call(
        label,
        Sent("", label, example.method, path, tuple(headers.items()), example.body),
        tuple(state_request(state.name, state.params) for state in example.states),
        example.status,
        by_contract=True,
        generators=request.generators,
        mount=service.base_path,
    )


def _is_of_neighbour(sent: Sent) -> bool:
    return sent.method == PROVIDER_STATE and "/" in sent.path


def _members(body: bytes | None) -> dict[str, object]:
    value = json.loads(body or b"{}")
    return value if isinstance(value, dict) else {}


def _value(generator: Json, values: Mapping[str, object]) -> str:
    """What a generator gives, empty where it needs what no state gave."""
    expression = mapping(generator).get("expression")
    if not isinstance(expression, str):
        return ""
    if not all(name in values for name in _PLACEHOLDER.findall(expression)):
        return ""
    return _PLACEHOLDER.sub(lambda found: str(values[found[1]]), expression)


def _text(body: bytes | None) -> str:
    text = (body or b"").decode("utf-8", "replace")
    return text if len(text) <= _LONGEST_BODY else text[:_LONGEST_BODY] + "…"
