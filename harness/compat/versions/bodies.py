"""What changed in request bodies and in replies."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from harness.compat.versions.comparing import Comparing, Container
from harness.compat.versions.parameters import style
from harness.compat.versions.rule import Place
from harness.compat.versions.telling import Spot
from harness.domain.change import Change
from harness.domain.document import Content, Operation, Parameter, Response
from harness.domain.json import is_json_media_type, media_type_essence


def request_bodies(
    comparing: Comparing, old: Operation, new: Operation, spot: Spot
) -> Iterator[Change]:
    """Differences of what an operation accepts as its body."""
    was, now = old.body, new.body
    if was is None and now is None:
        return
    if was is None and now is not None:
        yield spot.told(f"request-body-{'required' if now.required else 'optional'}-added")
    elif now is None:
        yield spot.told("request-body-removed")
    elif was is not None:
        if was.required != now.required:
            yield spot.told(f"request-body-became-{'required' if now.required else 'optional'}")
        if was.unknown != now.unknown:
            yield spot.told("operation-undecided", was.unknown, now.unknown)
        yield from _contents(comparing, was.content, now.content, spot, request=True)


def replies(comparing: Comparing, old: Operation, new: Operation, spot: Spot) -> Iterator[Change]:
    """Differences of what an operation may answer."""
    for status in dict.fromkeys((*old.responses, *new.responses)):
        was, now = old.responses.get(status), new.responses.get(status)
        here = spot.at(status=status)
        if was is None or now is None:
            yield here.told(f"reply-{_kind(status)}-{'added' if was is None else 'removed'}")
            continue
        if was.unknown != now.unknown:
            yield here.told("operation-undecided", was.unknown, now.unknown)
        yield from _contents(comparing, was.content, now.content, here, request=False)
        yield from _headers(comparing, was, now, here)


def _kind(status: str) -> str:
    if status == "default":
        return "default"
    return "success" if status.startswith("2") else "failure"


def _contents(
    comparing: Comparing,
    old: Mapping[str, Content],
    new: Mapping[str, Content],
    spot: Spot,
    *,
    request: bool,
) -> Iterator[Change]:
    side = "request" if request else "reply"
    renamed = {} if request else _renamed(old, new)
    for name in dict.fromkeys((*old, *new)):
        was, now = old.get(name), new.get(renamed.get(name, name))
        here = spot.at(media_type=name)
        if name in renamed and was is not None and now is not None:
            yield here.told(_renaming(was.media_type, now.media_type), name, now.media_type)
            yield from _content(comparing, was, now, here, request=request)
        elif name in renamed.values():
            continue
        elif was is None:
            yield here.told(f"{side}-media-type-added")
        elif now is None:
            yield here.told(f"{side}-media-type-removed")
        else:
            yield from _content(comparing, was, now, here, request=request)


def _renamed(old: Mapping[str, Content], new: Mapping[str, Content]) -> dict[str, str]:
    """The one media type that has another name now, if it is of the same family."""
    gone = [name for name in old if name not in new]
    come = [name for name in new if name not in old]
    if len(gone) == len(come) == 1 and _family(gone[0]) == _family(come[0]):
        return {gone[0]: come[0]}
    return {}


def _family(media_type: str) -> str:
    kind, _, rest = media_type_essence(media_type).partition("/")
    return f"{kind}/{rest.rpartition('+')[2]}"


def _renaming(old: str, new: str) -> str:
    was, now = media_type_essence(old), media_type_essence(new)
    if was == now or ("+" in was) == ("+" in now):
        return "reply-media-type-renamed"
    return f"reply-media-type-{'generalized' if '+' in was else 'specialized'}"


def _content(
    comparing: Comparing, old: Content, new: Content, spot: Spot, *, request: bool
) -> Iterator[Change]:
    side = "request" if request else "reply"
    if (old.schema is None) != (new.schema is None):
        yield spot.told(f"{side}-schema-{'added' if old.schema is None else 'removed'}")
        return
    if old.schema is None:
        return
    is_json = is_json_media_type(new.media_type) or "*" in new.media_type
    place = Place.REQUEST_BODY if request else Place.REPLY_BODY
    yield from spot.schema(
        comparing.told(old.schema, new.schema, Container(place, loose=not is_json, whole=is_json))
    )
    if request and old.encoding != new.encoding:
        yield spot.told("request-encoding-changed")


def _headers(comparing: Comparing, old: Response, new: Response, spot: Spot) -> Iterator[Change]:
    was = {name.lower(): each for name, each in old.headers.items()}
    now = {name.lower(): each for name, each in new.headers.items()}
    for name in dict.fromkeys((*was, *now)):
        before, after = was.get(name), now.get(name)
        here = spot.at(name=before.name if before else after.name if after else "")
        if before is None:
            yield here.told("reply-header-added")
        elif after is None:
            need = "required" if before.required else "optional"
            yield here.told(f"reply-header-{need}-removed")
        else:
            yield from _header(comparing, before, after, here)


def _header(comparing: Comparing, old: Parameter, new: Parameter, spot: Spot) -> Iterator[Change]:
    if old.required != new.required:
        yield spot.told(f"reply-header-became-{'required' if new.required else 'optional'}")
    if style(old) != style(new):
        yield spot.told("reply-header-style-changed", style(old), style(new))
    container = Container(Place.REPLY_HEADER, loose=not is_json_media_type(new.media_type))
    yield from spot.schema(comparing.told(old.schema, new.schema, container))
