"""What changed in the credentials that operations ask for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from harness.compat.versions.telling import Spot
from harness.domain.change import Change
from harness.domain.document import Document, SecurityRequirement, SecurityScheme
from harness.domain.json import Json, mapping, sequence

Requirements = Sequence[SecurityRequirement]


def document_security(base: Document, head: Document) -> Iterator[Change]:
    """Differences of what all operations ask for, and of the ways to authenticate."""
    yield from requirements(global_security(base), global_security(head), Spot(), "global-security")
    was, now = base.security_schemes, head.security_schemes
    for name in dict.fromkeys((*was, *now)):
        spot = Spot(name=name)
        if name not in now:
            yield spot.told("security-scheme-removed")
        elif name not in was:
            yield spot.told("security-scheme-added")
        else:
            yield from _scheme(was[name], now[name], spot)


def global_security(document: Document) -> tuple[SecurityRequirement, ...]:
    """What the document asks of every operation that says nothing of its own."""
    written = sequence(mapping(document.raw).get("security"))
    found = [
        {name: tuple(map(str, sequence(scopes))) for name, scopes in each.items()}
        for each in written
        if isinstance(each, Mapping)
    ]
    return tuple(found) if any(found) else ()


def same(old: Requirements, new: Requirements) -> bool:
    """Whether the same is asked, in whatever order."""
    return sorted(map(_text, old)) == sorted(map(_text, new))


def requirements(old: Requirements, new: Requirements, spot: Spot, thing: str) -> Iterator[Change]:
    """Differences of alternatives; each one whose schemes stay the same, by its scopes."""
    was, now = {_names(each): each for each in old}, {_names(each): each for each in new}
    for names in dict.fromkeys((*was, *now)):
        before, after = was.get(names), now.get(names)
        if before is None:
            asked = not old or not _met(old, new)
            yield spot.told(f"{thing}-{'asked' if asked else 'added'}", "", names)
        elif after is None:
            yield spot.told(f"{thing}-{'removed' if new else 'dropped'}", names, "")
        else:
            yield from _scopes(before, after, spot, thing)


def _met(old: Requirements, new: Requirements) -> bool:
    """Whether who brought enough for each old alternative brings enough for a new one."""
    return all(any(each.keys() <= brought.keys() for each in new) for brought in old)


def _scopes(
    old: SecurityRequirement, new: SecurityRequirement, spot: Spot, thing: str
) -> Iterator[Change]:
    for name in old:
        for scope in new[name]:
            if scope not in old[name]:
                yield spot.told(f"{thing}-scope-added", "", f"{name} {scope}")
        for scope in old[name]:
            if scope not in new[name]:
                yield spot.told(f"{thing}-scope-removed", f"{name} {scope}", "")


def _names(requirement: SecurityRequirement) -> str:
    return " and ".join(sorted(requirement)) or "nothing"


def _text(requirement: SecurityRequirement) -> str:
    return repr(sorted((name, sorted(scopes)) for name, scopes in requirement.items()))


def _scheme(old: SecurityScheme, new: SecurityScheme, spot: Spot) -> Iterator[Change]:
    was, now = _how(old), _how(new)
    if was != now:
        yield spot.told("security-scheme-changed", was, now)
    for flow in old.flows.keys() & new.flows.keys():
        yield from _flow(mapping(old.flows[flow]), mapping(new.flows[flow]), spot)


def _how(scheme: SecurityScheme) -> str:
    pieces = (scheme.kind, scheme.scheme, scheme.location, scheme.parameter)
    return " ".join(each for each in (*pieces, *sorted(scheme.flows)) if each)


def _flow(old: Mapping[str, Json], new: Mapping[str, Json], spot: Spot) -> Iterator[Change]:
    for word, key in (("authorizationUrl", "url"), ("tokenUrl", "token-url")):
        if old.get(word) != new.get(word):
            before, after = str(old.get(word) or ""), str(new.get(word) or "")
            yield spot.told(f"security-scheme-{key}-changed", before, after)
    was, now = mapping(old.get("scopes")), mapping(new.get("scopes"))
    for scope in dict.fromkeys((*was, *now)):
        if scope not in now:
            yield spot.told("security-scheme-scope-removed", scope, "")
        elif scope not in was:
            yield spot.told("security-scheme-scope-added", "", scope)
