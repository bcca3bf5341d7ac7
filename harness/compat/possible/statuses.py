"""The replies of an operation under other statuses than the one that a contract shows."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

from harness.compat.possible.bodies import plainest
from harness.compat.possible.network import ELSEWHERE
from harness.compat.possible.ordering import Rank
from harness.compat.possible.variations import Variations
from harness.compat.schemas.places import Missing
from harness.domain.document import Content, Operation, Response
from harness.domain.json import Json, canonical, is_json_media_type
from harness.domain.possible import Origin, PossibleReply

_MOST_BODIES: Final = 4
_FIRST_SUCCESS: Final = 200
_FIRST_REDIRECT: Final = 300
# One of each class that code seldom knows by itself; where it is declared, another of the class.
_OF_CLASSES: Final = {"2": 202, "3": 307, "4": 418, "5": 503, "default": 500}
_WITHOUT_BODY: Final = frozenset({204, 205, 304})
_LEADS_ELSEWHERE: Final = frozenset({301, 302, 303, 307, 308})


@dataclass(frozen=True, slots=True)
class Statuses:
    """What a document declares beside the reply of a contract; `read` makes its schemas ready."""

    read: Callable[[Json], Variations]

    def beside(
        self, operation: Operation, offered: Response | None, shown: int
    ) -> Iterator[PossibleReply]:
        """One reply for every other status that the operation declares, with its bodies."""
        known = {shown}
        for response in operation.responses.values():
            status = concrete(response, operation, shown)
            is_shown = response is offered and status < _FIRST_REDIRECT
            if status >= _FIRST_SUCCESS and status not in known and not is_shown:
                known.add(status)
                yield from self._replies(response, status)

    def first_success(self, operation: Operation) -> PossibleReply | None:
        """The plainest success, or none."""
        for response in operation.responses.values():
            status = concrete(response, operation, 0)
            if _FIRST_SUCCESS <= status < _FIRST_REDIRECT:
                media_type, bodies = self._bodies(response, status)
                body = next(bodies, "")
                return PossibleReply(operation.label, Origin.DOCUMENT, status, media_type, body)
        return None

    def _replies(self, response: Response, status: int) -> Iterator[PossibleReply]:
        media_type, bodies = self._bodies(response, status)
        origin = Origin.REFUSAL if status >= _FIRST_REDIRECT else Origin.DOCUMENT
        elsewhere = ELSEWHERE if status in _LEADS_ELSEWHERE else ""
        named = f"a {status}, which the document declares"
        for body in bodies:
            yield PossibleReply(named, origin, status, media_type, body, elsewhere=elsewhere)
            named = f"a {status} with another body that the document declares"

    def _bodies(self, response: Response, status: int) -> tuple[str, Iterator[str]]:
        """The media type and the bodies of a response, the plainest first; one empty for none."""
        if status in _WITHOUT_BODY or not response.content:
            return "", iter([""])
        for media_type, content in response.content.items():
            if is_json_media_type(media_type) and not content.streamed:
                return media_type, self._documents(content)
        other = next(iter(response.content))
        is_text = other.startswith("text/") and "*" not in other
        return (other, iter(["text"])) if is_text else ("", iter([""]))

    def _documents(self, content: Content) -> Iterator[str]:
        """The plainest body and some that take the choices of its schema, or none at all."""
        if content.schema in (None, True, {}):
            yield "{}"
            return
        variations = self.read(content.schema)
        first = plainest(variations)
        if isinstance(first, Missing):
            return
        yield canonical(first)
        variations.refresh()
        count = 1
        for one in variations.of(first):
            made = one.applied(first)
            if count == _MOST_BODIES or one.rank > Rank.ADDED:
                return
            if not isinstance(made, Missing) and variations.side.judge.accepts(made) is True:
                count += 1
                yield canonical(made)


def concrete(response: Response, operation: Operation, shown: int) -> int:
    """A status that falls under a response and is not the one that is shown, 0 for none."""
    name = response.status
    if name.isdecimal():
        return int(name)
    wanted = _OF_CLASSES.get(name if name == "default" else name[:1], 0)
    classes = (5, 4, 3, 2) if name == "default" else (wanted // 100,)
    each = itertools.chain([wanted], *(range(100 * of, 100 * of + 100) for of in classes if of))
    found = (s for s in each if s != shown and s not in _WITHOUT_BODY)
    return next((s for s in found if operation.response_for(s) is response), 0)
