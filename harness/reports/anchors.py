"""How the parts of a page are called, so that a link to one still leads there after another run."""

from __future__ import annotations

import hashlib
from urllib.parse import quote

from harness.domain.edge import Edge, Pair
from harness.domain.finding import Finding
from harness.pages.plain import plain


def pair_anchor(pair: Pair) -> str:
    """The name of what a page says of a consumer and a provider."""
    return _anchor("pair", pair.consumer, pair.provider)


def edge_anchor(edge: Edge) -> str:
    """The name of an edge's row."""
    return _anchor("edge", edge.pair.consumer, edge.pair.provider, edge.operation)


def finding_anchor(finding: Finding) -> str:
    """The name of a finding."""
    return f"finding-{finding.fingerprint.replace(':', '-')}"


def service_filter(name: str) -> str:
    """The fragment that shows the findings of a service alone."""
    return f"service={_quoted(name)}"


def edge_filter(pair: Pair) -> str:
    """The fragment that shows the findings between a consumer and a provider alone."""
    return f"edge={_quoted(f'{pair.consumer}:{pair.provider}')}"


def owner_filter(name: str) -> str:
    """The fragment that shows the findings of an owner alone."""
    return f"owner={_quoted(name)}"


def _quoted(text: str) -> str:
    return quote(plain(text), safe="")


def _anchor(kind: str, *parts: str) -> str:
    text = "\x1f".join(parts).encode("utf-8", "surrogatepass")
    return f"{kind}-{hashlib.sha256(text).hexdigest()[:12]}"
