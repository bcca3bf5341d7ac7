"""What people see of a broker that holds nothing yet."""

from __future__ import annotations

from typing import Final

from harness.broker.server.asking import Call
from harness.broker.server.pages import commands
from harness.pages.markup import Markup, tag

_STEPS: Final = (
    (
        "Install a client, and name this broker.",
        'pip install "contract-harness[gate]"\nexport PACT_BROKER_BASE_URL={base}',
        "pip install pact-python-cli\nexport PACT_BROKER_BASE_URL={base}",
    ),
    (
        "Publish what a consumer's tests have recorded.",
        "harness gate\nharness publish --branch main",
        "pact broker publish pacts --consumer-app-version 1 --branch main",
    ),
    (
        "Verify it where the provider lives, and publish the results.",
        "harness verify --provider-branch main --publish",
        "pact verifier --provider-name inventory --hostname localhost --port 8000 "
        "--broker-url {base} --publish --provider-version 1 --provider-branch main",
    ),
    (
        "Say what runs where.",
        "harness environments create production --production\n"
        "harness record-deployment --environment production",
        "pact broker create-environment --name production --production\n"
        "pact broker record-deployment --pacticipant inventory --version 1 "
        "--environment production",
    ),
    (
        "Ask before you deploy.",
        "harness can-i-deploy --to-environment production",
        "pact broker can-i-deploy --pacticipant orders --version 1 --to-environment production",
    ),
)


def steps(call: Call) -> list[Markup]:
    """From nothing to the first answer."""
    base = call.asked.base
    shown = [
        tag(
            "li",
            tag("p", said),
            commands.either(ours.format(base=base), official.format(base=base)),
        )
        for said, ours, official in _STEPS
    ]
    return [
        tag("p", "Nothing was published here yet. These steps fill this page:"),
        tag("ol", shown, class_="next"),
    ]
