"""Makes a reply that may come out of the one that a contract shows."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from harness.domain.possible import PossibleReply
from harness.standin.answers import Reply

_TYPE: Final = "content-type"


def given(shown: Reply, possible: PossibleReply) -> Reply:
    """
    The reply that is sent where another one may come.

    Shape: what is possible under the status of the contract keeps its headers; another status comes
    with none but those that it is told with.
    """
    is_another = possible.status not in (0, shown.status)
    headers = () if is_another else shown.headers
    if possible.media_type is not None:
        headers = tuple(pair for pair in headers if pair[0].lower() != _TYPE)
        if possible.media_type:
            headers += (("Content-Type", possible.media_type),)
    if possible.elsewhere:
        headers += (("Location", possible.elsewhere),)
    body = shown.body if possible.body is None else possible.body.encode("utf-8", "surrogatepass")
    status = possible.status or shown.status
    return replace(shown, status=status, headers=headers, body=body, fault=possible.fault)
