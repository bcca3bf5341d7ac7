"""Where a repository's pipelines run."""

from __future__ import annotations

from harness.onboarding.found import PipelineFound, Vendor
from harness.onboarding.tree import Tree

_FILES = {
    ".github/workflows/": Vendor.GITHUB,
    ".gitlab-ci.yml": Vendor.GITLAB,
    "azure-pipelines.yml": Vendor.AZURE,
    "azure-pipelines.yaml": Vendor.AZURE,
}
_HOSTS = {
    "github.com": Vendor.GITHUB,
    "gitlab": Vendor.GITLAB,
    "dev.azure.com": Vendor.AZURE,
    "visualstudio.com": Vendor.AZURE,
}


def pipeline_of(tree: Tree) -> PipelineFound | None:
    """Whose pipelines are there already, else whose host the repository was cloned from."""
    for start, vendor in _FILES.items():
        found = next((path for path in tree.files() if path.startswith(start)), None)
        if found:
            return PipelineFound(vendor, found, "is there")
    for number, line in enumerate((tree.text(".git/config") or "").splitlines(), 1):
        key, _, url = (part.strip() for part in line.partition("="))
        vendor_of_host = next((one for host, one in _HOSTS.items() if host in url), None)
        if key == "url" and vendor_of_host:
            return PipelineFound(vendor_of_host, f".git/config:{number}", "the remote is there")
    return None
