"""How much is kept of what a service published, however much that is."""

from __future__ import annotations

import json
from collections.abc import Iterator

from harness.adapters.publications import Led, messages_of
from harness.adapters.schema_fuzzer_masking import Masker
from harness.domain.evidence import Unobserved
from harness.domain.message import Message
from harness.domain.produced import MessageShown, Produced, Published


def sent(*bodies: object) -> Iterator[tuple[Published, Led]]:
    """Messages of one channel, which nothing led to."""
    for body in bodies:
        made = Produced(Message(json.dumps(body).encode()), "order.placed")
        yield Published("shop.events:publish", None, made), Led()


def test_a_few_stand_for_ten_thousand_of_one_form() -> None:
    """What differs in nothing but values is shown a few times, and nothing is left out."""
    found = list(
        messages_of("shop", "its words", sent(*({"id": n} for n in range(10_000))), Masker())
    )

    assert len(found) == 5
    assert all(isinstance(one, MessageShown) for one in found)


def test_each_form_is_shown_and_more_than_can_be_are_told() -> None:
    """A form that comes late is looked at too; of very many forms the rest is a reason."""
    forms = [{f"a{n}": 1} for n in range(2_500)]
    found = list(messages_of("shop", "its words", sent(*forms, *forms), Masker()))

    shown = {one.text for one in found if isinstance(one, MessageShown)}
    (told,) = (one for one in found if isinstance(one, Unobserved))
    assert len(shown) == 2_000
    assert told.reason.startswith("1,000 messages of further forms than the first 2,000")
