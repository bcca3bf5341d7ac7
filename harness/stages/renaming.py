"""A service under a new name: its findings are other findings, and its waivers are about nobody."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from harness.domain.finding import Identity, Named
from harness.domain.waiver import Renaming, Waiver


@dataclass(frozen=True, slots=True)
class Carried:
    """A waiver under the old name, and the same under the new one."""

    old: Waiver
    new: Waiver


def carried_over(
    waivers: Iterable[Waiver], findings: Iterable[Named], renamed: Mapping[str, str]
) -> Iterator[Carried]:
    """
    Give the waivers that are about findings of this run once services have their new names.

    Shape: `renamed` maps old names to new ones; a waiver keeps its reason, its owner and its day.
    """
    waivers = tuple(waivers)
    known = {one.key: one for one in waivers}
    taken = {one.fingerprint for one in waivers}
    former = {new: old for old, new in renamed.items()}
    for finding in findings:
        if finding.identity is None or finding.fingerprint in taken:
            continue
        about = former.get(finding.about, finding.about)
        for was in _former(finding.identity, former):
            old = known.get((about, was)) or known.get(("", was))
            if old is not None:
                yield Carried(old, _under_new_name(old, finding))
                break


def suspected(
    idle: Collection[Waiver], findings: Iterable[Named], known: Collection[str]
) -> Iterator[Renaming]:
    """
    Say which services that waivers are about seem to have another name now.

    Shape: `idle` waivers are about nothing that this run found; `known` are the names of today.
    Only what is told again, and differs in the name alone, makes a suspicion.
    """
    gone = sorted({name for one in idle for name in one.names} - set(known))
    if not gone:
        return
    findings = tuple(findings)
    present = sorted({name for one in findings for name in one.subject.split(":")})
    for old in gone:
        mine = [one for one in idle if old in one.names]
        entries = {
            new: sum(1 for _ in carried_over(mine, _naming(findings, new), {old: new}))
            for new in present
        }
        new = max(present, key=lambda name: entries[name], default="")
        if new and entries[new]:
            yield Renaming(old, new, entries[new])


def _naming(findings: tuple[Named, ...], name: str) -> Iterator[Named]:
    return (one for one in findings if name in one.subject.split(":"))


def _former(identity: Identity, former: Mapping[str, str]) -> Iterator[str]:
    """Give the fingerprints that a finding may have had; its code may have kept its names."""
    subject = ":".join(former.get(name, name) for name in identity.subject.split(":"))
    if subject == identity.subject:
        return
    as_packages = {_as_package(new): _as_package(old) for new, old in former.items()}
    causes = (identity.cause, *(_reworded(identity.cause, one) for one in (former, as_packages)))
    for cause in dict.fromkeys(causes):
        yield replace(identity, subject=subject, cause=cause).fingerprint


def _reworded(text: str, words: Mapping[str, str]) -> str:
    """Put other words in the place of words, all at once, longer ones before parts of them."""
    pattern = "|".join(map(re.escape, sorted(words, key=len, reverse=True)))
    return re.sub(rf"(?<!\w)(?:{pattern})(?!\w)", lambda at: words[at[0]], text)


def _as_package(name: str) -> str:
    """A service's package is mostly called as it is, as far as Python lets it."""
    return name.replace("-", "_")


def _under_new_name(old: Waiver, finding: Named) -> Waiver:
    return replace(
        old,
        fingerprint=finding.fingerprint,
        consumer=finding.about if old.consumer else "",
        check=finding.check,
        subject=finding.subject,
    )
