"""Files to begin with: a contract for one edge, and sessions for nox."""

from __future__ import annotations

import json
import re

from harness.onboarding.contract_files import EXAMPLE_MARK
from harness.onboarding.found import SystemFound

_CONTRACT = '''\
"""What {consumer} relies on when it uses {provider}.

{mark}: make a contract of it, take this paragraph away, and name this
directory as `contract_tests` in the table of {consumer}. Until then the gate passes it over.
"""

from dataclasses import dataclass
from urllib.request import urlopen

from harness.consumer import Consumer, MockProvider, get, reply

provider_of = Consumer({consumer_text}).of({provider_text})


@dataclass
class Answer:
    """Import the model that {consumer} reads this reply with instead."""

    status: str


@provider_of.expects(
    "say in a few words what is asked for",
    request=get({route_text}),
    response=reply(200, Answer(status="ok")),
)
def test_{function}(provider: MockProvider) -> None:
    """Call {consumer}'s own client with `provider.url`, and assert what it made of the reply."""
    with urlopen(provider.url + {route_text}) as answer:
        assert answer.status == 200
'''

SESSIONS = '''\
@nox.session(venv_backend="none")
def doctor(session: nox.Session) -> None:
    """What the gate needs and does not find, each with its remedy."""
    session.run("harness", "doctor", *session.posargs, external=True)


@nox.session(venv_backend="none")
def contracts(session: nox.Session) -> None:
    """Contract tests of the consumers, and their pacts against the running providers."""
    checks = ("consumer-test-failed", "interaction-not-honoured", "provider-state-failed")
    options = [part for check in checks for part in ("--check", check)]
    session.run("harness", "gate", *options, *session.posargs, external=True)


@nox.session(venv_backend="none")
def gate(session: nox.Session) -> None:
    """The whole gate, with one verdict."""
    session.run("harness", "gate", *session.posargs, external=True)
'''

NOXFILE = f'''\
"""What a developer runs; `harness` comes from the environment that nox was started in."""

import nox

nox.options.sessions = ["gate"]


{SESSIONS}'''


def contract_directory(consumer: str) -> str:
    """Where the example for a consumer is put."""
    return f"contracts/{_slug(consumer)}"


def contract_path(consumer: str, provider: str) -> str:
    """The file of the example for an edge."""
    return f"{contract_directory(consumer)}/test_{_slug(provider)}.py"


def contract_example(found: SystemFound, consumer: str, provider: str) -> str:
    """A contract for an edge that stands for itself until its author fills it in."""
    route = (found.routes or {}).get(provider, "/health")
    return _CONTRACT.format(
        mark=EXAMPLE_MARK,
        consumer=consumer,
        provider=provider,
        consumer_text=json.dumps(consumer, ensure_ascii=False),
        provider_text=json.dumps(provider, ensure_ascii=False),
        route_text=json.dumps(route, ensure_ascii=False),
        function=f"what_{_slug(provider)}_answers",
    )


def _slug(name: str) -> str:
    return re.sub(r"\W+", "_", name).strip("_").lower() or "service"
