"""The options that say where webhooks go, and when they are tried again."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Final, TypeVar

import click

from harness.domain.errors import Misused

if TYPE_CHECKING:
    from harness.broker.semantics.terms import Terms

F = TypeVar("F", bound=Callable[..., Any])

_USUAL_WAITS: Final = "10,60,120,300,600,1200"
_OPTIONS: Final = (
    click.option(
        "--webhook-host",
        "hosts",
        multiple=True,
        metavar="HOST",
        envvar="HARNESS_BROKER_WEBHOOK_HOSTS",
        help="A host that webhooks may tell, *.example.com, or a network (10.0.0.0/8): these and "
        "no others. Without, every public host.",
    ),
    click.option(
        "--webhook-scheme",
        "schemes",
        multiple=True,
        type=click.Choice(["https", "http"]),
        default=["https"],
        show_default=True,
        help="How webhooks may go.",
    ),
    click.option(
        "--webhook-retries",
        "waits",
        metavar="SECONDS",
        default=_USUAL_WAITS,
        show_default=True,
        help="The waits between tries.",
    ),
    click.option(
        "--webhook-timeout",
        "limit_s",
        metavar="SECONDS",
        type=click.FloatRange(0.1, 300),
        default=10.0,
        show_default=True,
        help="How long one try may take.",
    ),
)


def webhook_options(verb: F) -> F:
    """The options of who delivers webhooks; `terms_of` takes their values."""
    for option in reversed(_OPTIONS):
        verb = option(verb)
    return verb


def terms_of(hosts: tuple[str, ...], schemes: tuple[str, ...], waits: str, limit_s: float) -> Terms:
    """
    The terms that options describe.

    Raises: Misused, for what is neither a host nor a network, and for waits that are no numbers.
    """
    from harness.broker.semantics.destinations import destinations
    from harness.broker.semantics.terms import Terms

    return Terms(destinations(hosts, schemes), _waits_s(waits), limit_s)


def _waits_s(text: str) -> tuple[float, ...]:
    try:
        found = tuple(float(each) for each in filter(None, text.replace(" ", "").split(",")))
    except ValueError:
        found = (-1.0,)
    if not all(0 <= each <= 86_400 for each in found):
        said = f"expected seconds between tries, each at most a day, saw {text}"
        raise Misused(said, hint=f"such as {_USUAL_WAITS}")
    return found
