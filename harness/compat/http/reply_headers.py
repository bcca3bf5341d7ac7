"""What a provider's document says of a header that a consumer expects in a reply."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from harness.compat.http.parameters import is_accepted
from harness.compat.pacts.readers import header_fits, header_schema, rule_of
from harness.compat.schemas.bounds import Bounds, Exhausted, Work
from harness.compat.schemas.engine import compare_sides
from harness.compat.schemas.expanding import Expander
from harness.compat.schemas.outcome import Broken, Proven, Unknown
from harness.compat.schemas.rendering import shape_schema
from harness.compat.schemas.shapes import Shape
from harness.compat.schemas.sides import Side, side
from harness.domain.document import Parameter
from harness.domain.fit import Code, Gap, Kind, Misfit
from harness.domain.json import Json, canonical, is_json_media_type, shortened
from harness.domain.pact import Rules

Values = tuple[str, ...]

_INTEGER: Final = "-?[0-9]+"
_NUMBER: Final = rf"{_INTEGER}(\.[0-9]+)?"


def compared_header(
    name: str, values: Values, rules: Rules, declared: Parameter, writer: Side, bounds: Bounds
) -> Iterator[Misfit | Gap]:
    """
    What does not fit of one header, and what could not be told.

    Shape: an example and its rules are a lower bound, so that beside an example that is never sent
    everything is a hypothesis.
    """
    fits = is_accepted(declared, values, writer) if _is_told(declared) else None
    if fits is False:
        yield Misfit(
            Code.REPLY_HEADER,
            Kind.IMPOSSIBLE,
            name,
            witnesses=(canonical(list(values)),),
            sent=shortened(declared.schema),
            accepted=", ".join(values),
            # A rule says that other values do as well, so the example alone shows less.
            hypothesis=rule_of(name, rules.get("header", {})) is not None,
        )
        return
    refused: list[str] | Gap = _gap(name, declared, writer)
    if fits:
        refused = _refused(name, values, rules, declared, writer, bounds)
    if isinstance(refused, Gap):
        yield refused
        refused = []
    left_out = () if declared.required else ("[]",)
    if refused or left_out:
        said = [shortened(declared.schema)] if refused else []
        yield Misfit(
            Code.REPLY_HEADER,
            Kind.MAY_BREAK,
            name,
            witnesses=(*left_out, *(canonical([text]) for text in refused)),
            sent=" or ".join((*said, *(["nothing"] if left_out else []))),
            accepted=", ".join(values),
            hypothesis=True,
        )


def _is_told(declared: Parameter) -> bool:
    return not declared.unknown and declared.schema not in (None, {}, True)


def _gap(name: str, declared: Parameter, writer: Side) -> Gap:
    if _is_told(declared):
        said = writer.judge.fault or "its schema cannot be judged"
        return Gap(Code.REPLY_HEADER, f"header {name}: {said}")
    said = declared.unknown or "the document says nothing of its value"
    return Gap(Code.REPLY_HEADER, f"header {name}: {said}", silent=not declared.unknown)


def _refused(
    name: str, values: Values, rules: Rules, declared: Parameter, writer: Side, bounds: Bounds
) -> list[str] | Gap:
    """Texts that may be sent and are not expected, or why that cannot be told."""
    texts = None if is_json_media_type(declared.media_type) else _texts(writer, bounds)
    if texts is None:
        return Gap(Code.REPLY_HEADER, f"header {name}: only its example was compared")
    expected = side(header_schema(name, values, rules), closed=False)
    found = compare_sides(side(texts, closed=True), expected, bounds=bounds)
    if isinstance(found, Proven):
        return []
    drawn = found.witnesses if isinstance(found, Broken) else ()
    shown = [
        text
        for witness in drawn
        for text in (witness.value, *witness.others)
        if isinstance(text, str)
        and is_accepted(declared, [text], writer)
        and header_fits(name, values, rules, (text,)) is False
    ]
    tried, reason = (found.tried, found.reason) if isinstance(found, Unknown) else (0, "")
    said = f"header {name}: {reason or 'not every value that may be sent is known'}"
    return list(dict.fromkeys(shown)) or Gap(Code.REPLY_HEADER, said, tried=tried)


def _texts(writer: Side, bounds: Bounds) -> Json:
    """A schema of all texts that a header may be sent as, and of others; none of lists and such."""
    try:
        shapes = tuple(Expander(Work(bounds)).shapes((writer.part,)))
    except (Exhausted, RecursionError):
        return None
    sent = [_text(shape) for shape in shapes if shape.kind != "null"]
    return None if not sent or None in sent else {"anyOf": sent}


def _text(shape: Shape) -> Json:
    if shape.unsaid or shape.kind in ("array", "object"):
        return None
    if shape.kind == "string":
        return shape_schema(shape)
    if shape.values is not None or shape.kind == "boolean":
        listed = (True, False) if shape.values is None else shape.values
        return {"enum": [canonical(value) for value in listed]}
    is_whole = any(word == 1 for word in shape.words("multipleOf"))
    return {"type": "string", "pattern": f"^{_INTEGER if is_whole else _NUMBER}$"}
