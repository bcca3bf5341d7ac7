"""Whether a request, as it was sent, is one that the document allows."""

from __future__ import annotations

import json
import re
from collections.abc import Hashable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, cast
from urllib.parse import parse_qsl, unquote, urlsplit

import jsonschema_rs
from schemathesis import APIOperation
from schemathesis.core.jsonschema import make_validator
from schemathesis.core.parameters import ParameterLocation

from harness.adapters.schema_fuzzer_traffic import Sent, json_or_none, leaves

Operation = APIOperation[Any, Any, Any, Any]

# What a parser may turn into the declared type is not an error of the service that takes it:
# "5" for 5, 0 for false, a timestamp for a date-time. Formats are wider in the document's
# vocabulary than in any library, and an annotation by default.
_LENIENT_KEYWORDS = frozenset({"unjudged", "format", "contentEncoding", "contentMediaType"})
_SCALARS = (str, int, float, bool)
_DEEPEST = 6
_BEYOND_COUNTING = 2**53  # from here on parsers of JSON differ, and few documents say so
_UNPRINTABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")


@dataclass(frozen=True, slots=True)
class RequestError:
    """
    One rule of the document that a request breaks.

    Shape: `where` is `query:NAME`, `path:NAME`, `header:NAME` or a JSON path of the body;
    `lenient` marks what healthy services take all the same.
    """

    where: str
    keyword: str
    sentence: str
    lenient: bool


def request_errors(operation: Operation, sent: Sent) -> list[RequestError]:
    """Give what a request breaks, the surest first; what cannot be judged is no error."""
    if sent.method.lower() != operation.method:
        return []
    errors = [*_parameter_errors(operation, sent), *_body_errors(operation, sent)]
    return sorted(errors, key=lambda error: (error.lenient, error.where, error.keyword))


def _parameter_errors(operation: Operation, sent: Sent) -> Iterator[RequestError]:
    query: dict[str, list[str]] = {}
    for key, value in parse_qsl(urlsplit(sent.path).query, keep_blank_values=True):
        query.setdefault(key, []).append(value)
    for parameter in operation.query:
        name = f"query:{parameter.name}"
        yield from _text_errors(operation, parameter, query.get(parameter.name, []), name)
    path = path_values(operation, sent)
    for parameter in operation.path_parameters:
        if parameter.name in path:
            texts = [path[parameter.name]]
            yield from _text_errors(operation, parameter, texts, f"path:{parameter.name}")
    secured = {parameter.name.lower() for parameter in operation.security.iter_parameters()}
    for parameter in operation.headers:
        name = parameter.name.lower()
        if name not in secured and name not in ("accept", "content-type"):
            found = [value for key, value in sent.headers if key == name]
            yield from _text_errors(operation, parameter, found, f"header:{parameter.name}")


def _text_errors(
    operation: Operation, parameter: object, texts: list[str], where: str
) -> Iterator[RequestError]:
    required: bool = getattr(parameter, "is_required", False)
    schema: object = getattr(parameter, "validation_schema", True)
    if not texts:
        if required:
            yield RequestError(where, "required", f"{where} is required", lenient=False)
        return
    if len(texts) > 1 or _may_be_compound(schema, schema):
        # How lists are written on the wire is not judged here: neither allowed nor forbidden.
        yield RequestError(where, "unjudged", f"{where} may be a list", lenient=True)
        return
    readings = list(_readings(texts[0]))
    problems = [_problems(operation, schema, reading) for reading in readings]
    fitting = [reading for reading, found in zip(readings, problems, strict=True) if not found]
    if fitting:
        if not any(_is_spelled_plainly(reading, texts[0]) for reading in fitting):
            yield RequestError(where, "unjudged", f"{where} is spelled oddly", lenient=True)
        return
    # The reading that comes closest to what is declared tells what is wrong.
    keyword = min((found[0][0] for found in problems), key=lambda word: word == "type")
    lenient = keyword in _LENIENT_KEYWORDS or (
        keyword in ("type", "anyOf", "oneOf") and _could_be_read(texts[0])
    )
    yield RequestError(where, keyword, f"{where} breaks `{keyword}`", lenient)


def _is_spelled_plainly(reading: object, text: str) -> bool:
    """Whether every parser reads the text so: `null`, `1e3` and `2.0` for 2 are for some alone."""
    if isinstance(reading, str | bool):
        return True
    if isinstance(reading, int) and abs(reading) >= _BEYOND_COUNTING:
        return False
    return re.fullmatch(r"-?\d{1,16}|-?\d{1,15}\.\d{0,14}[1-9]", text) is not None


def _could_be_read(text: str) -> bool:
    """Whether some parser takes the text for a number, a truth value or nothing."""
    if text.strip().lower() in ("", "true", "false", "yes", "no", "on", "off", "y", "n", "t", "f",
                                "null", "none", "nan", "inf", "infinity"):  # fmt: skip
        return True
    return bool(re.fullmatch(r"\s*[-+]?[\d_]*\.?\d*(e[-+]?\d+)?\s*", text, re.IGNORECASE))


def _readings(text: str) -> Iterator[object]:
    yield text
    if text.lower() in ("true", "false"):
        yield text.lower() == "true"
    try:
        yield json.loads(text)
    except (ValueError, RecursionError):
        return


def _may_be_compound(schema: object, root: object, depth: int = 0) -> bool:
    """Whether a list or an object may stand here; what cannot be told may be one."""
    if not isinstance(schema, dict):
        return False
    if depth > _DEEPEST or "not" in schema:
        return True
    part = resolved(schema, root)
    kind = part.get("type")
    if {"array", "object"}.intersection(kind if isinstance(kind, list) else [kind]):
        return True
    if {"items", "prefixItems", "properties"} & part.keys() or "not" in part:
        return True
    branches = [one for word in ("allOf", "anyOf", "oneOf") for one in part.get(word) or ()]
    return any(_may_be_compound(one, root, depth + 1) for one in branches)


def _body_errors(operation: Operation, sent: Sent) -> Iterator[RequestError]:
    declared = list(operation.body)
    if not declared:
        return
    media_type = sent.header("content-type").partition(";")[0].strip().lower()
    if not sent.body:
        if all(body.is_required for body in declared):
            yield RequestError("$", "required", "a body is required", lenient=False)
        return
    if "json" not in media_type:
        yield RequestError("$", "unjudged", f"a body of {media_type or 'no type'}", lenient=True)
        return
    alternative = operation.get_body_for_media_type(media_type)
    try:
        value = json.loads(sent.body)
    except (ValueError, RecursionError):
        yield RequestError("$", "syntax", "the body is no JSON", lenient=False)
        return
    if alternative is None:
        yield RequestError("$", "unjudged", f"a body of {media_type}", lenient=True)
        return
    for keyword, path, lenient in _problems(operation, alternative.validation_schema, value):
        yield RequestError(path, keyword, f"the body breaks `{keyword}` at {path}", lenient)
    for path, number in leaves(value):
        if isinstance(number, int) and abs(number) >= _BEYOND_COUNTING:
            yield RequestError("$", "unjudged", f"the number at {path} is huge", lenient=True)


def is_readable(sent: Sent) -> bool:
    """Whether a body is what its media type says: frameworks refuse others before all else."""
    if not sent.body or "json" not in sent.header("content-type"):
        return True
    try:
        json.loads(sent.body.decode())
    except (ValueError, RecursionError):
        return False
    return True


def _problems(operation: Operation, schema: object, value: object) -> list[tuple[str, str, bool]]:
    """Give keyword, place and leniency of each violation."""
    if schema is True or schema == {}:
        return []
    kind: Hashable = operation.schema.adapter.jsonschema_validator_cls
    try:
        errors = list(_validator(json.dumps(schema), kind).iter_errors(value))
    except (ValueError, jsonschema_rs.ValidationError, jsonschema_rs.ReferencingError):
        return [("unjudged", "$", True)]  # a schema that cannot be read judges nothing
    return [_problem(error) for error in errors]


def _problem(error: jsonschema_rs.ValidationError) -> tuple[str, str, bool]:
    keyword = str(error.schema_path[-1]) if error.schema_path else "schema"
    path = "$" + "".join(
        "[*]" if isinstance(part, int) else f".{part}" for part in error.instance_path
    )
    lenient = keyword in _LENIENT_KEYWORDS or (
        keyword in ("type", "anyOf", "oneOf", "enum", "const", "pattern", "multipleOf")
        and isinstance(error.instance, _SCALARS)
        and not (keyword in ("pattern", "enum", "const") and isinstance(error.instance, str))
    )
    return keyword, path, lenient


@lru_cache(maxsize=512)
def _validator(schema: str, kind: Hashable) -> jsonschema_rs.Validator:
    return make_validator(json.loads(schema), cast("type[jsonschema_rs.Validator]", kind))


def path_values(operation: Operation, sent: Sent) -> Mapping[str, str]:
    """Read the path parameters back from a path, matched from its end: a base may stand before."""
    pattern = "".join(
        f"(?P<p{index}>[^/]*)" if part.startswith("{") else re.escape(part)
        for index, part in enumerate(re.split(r"(\{[^{}]+\})", operation.path))
    )
    found = re.search(f"{pattern}$", urlsplit(sent.path).path)
    if found is None:
        return {}
    parts = re.split(r"(\{[^{}]+\})", operation.path)
    return {
        part[1:-1]: unquote(found.group(f"p{index}"))
        for index, part in enumerate(parts)
        if part.startswith("{")
    }


def named_in_rejection(operation: Operation, sent: Sent) -> list[str]:
    """
    Give the inputs that a refusal blames by name.

    A refusal that names no declared input is a rule of the business (`unknown sku`, `end before
    start`), which no schema can say: a healthy service may answer so. An input of some `format`,
    or with characters that no text field takes, is left out for the same reason.
    """
    if _UNPRINTABLE.search(unquote(sent.path)) or _has_unprintable(json_or_none(sent.body)):
        return []
    inputs = _declared_inputs(operation)
    blamed: list[str] = []
    for names in _blamed_paths(sent.reply_json()):
        for name in reversed(names):
            known = inputs.get(name)
            if known is not None:
                if not known[1] and known[0] not in blamed:
                    blamed.append(known[0])
                break
    return sorted(blamed)


def _has_unprintable(body: object) -> bool:
    return any(_UNPRINTABLE.search(str(value)) for _, value in leaves(body))


def _declared_inputs(operation: Operation) -> dict[str, tuple[str, bool]]:
    """Map each input's name to its place and to whether it is of some format."""
    inputs: dict[str, tuple[str, bool]] = {}
    for parameter in operation.iter_parameters():
        if isinstance(parameter.location, ParameterLocation):
            text = json.dumps(parameter.validation_schema)
            inputs[parameter.name] = (
                f"{parameter.location.value}:{parameter.name}",
                '"format"' in text,
            )
    for body in operation.body:
        schema = body.validation_schema
        for path, name, part in properties_of(schema, schema):
            inputs.setdefault(name, (path, '"format"' in json.dumps(part)))
    return inputs


def properties_of(
    schema: object, root: object, path: str = "$", depth: int = 0
) -> Iterator[tuple[str, str, Mapping[str, object]]]:
    """Give the place, the name and the schema of every declared property, however nested."""
    if not isinstance(schema, dict) or depth > 6:
        return
    reference = schema.get("$ref")
    if isinstance(reference, str):
        yield from properties_of(resolved(schema, root), root, path, depth + 1)
    for keyword in ("allOf", "anyOf", "oneOf"):
        for branch in schema.get(keyword) or []:
            yield from properties_of(branch, root, path, depth + 1)
    if "items" in schema:
        yield from properties_of(schema["items"], root, f"{path}[*]", depth + 1)
    for name, part in (schema.get("properties") or {}).items():
        if isinstance(part, dict):
            yield f"{path}.{name}", name, resolved(part, root)
            yield from properties_of(part, root, f"{path}.{name}", depth + 1)


def resolved(schema: Mapping[str, Any], root: object) -> Mapping[str, Any]:
    """Follow a reference within the same schema; one that leads nowhere allows anything."""
    for _ in range(8):
        reference = schema.get("$ref")
        if not isinstance(reference, str) or not reference.startswith("#/"):
            return schema
        target: object = root
        for part in reference[2:].split("/"):
            target = (
                target.get(unquote(part).replace("~1", "/")) if isinstance(target, dict) else {}
            )
        if not isinstance(target, dict):
            return {}
        schema = target
    return schema


def _blamed_paths(reply: object, names: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """Read `loc` and `path` lists, and maps from field names to complaints."""
    if isinstance(reply, list):
        for item in reply:
            yield from _blamed_paths(item, names)
    elif isinstance(reply, dict):
        for key in ("loc", "path", "field", "location", "pointer"):
            place = reply.get(key)
            if isinstance(place, list):
                yield tuple(str(part) for part in place)
            elif isinstance(place, str):
                yield tuple(re.split(r"[./\[\]]+", place.strip("#/$")))
        for key, item in reply.items():
            if isinstance(item, list) and item and all(isinstance(one, str) for one in item):
                yield (*names, key)
            elif isinstance(item, dict | list):
                yield from _blamed_paths(item, (*names, key))
