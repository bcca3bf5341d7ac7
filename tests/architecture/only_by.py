"""A rule of the house for import-linter: what may be imported in named places only."""

from __future__ import annotations

from fnmatch import fnmatchcase
from typing import cast

from grimp import ImportGraph
from importlinter import Contract, ContractCheck, fields, output

Link = tuple[str, str, tuple[int, ...]]


class OnlyBy(Contract):
    """
    Modules that are imported by few.

    Shape: `modules`, `apart` and `importers` are shell patterns of whole names; `modules` without
    those `apart` may be imported by `importers` alone, and by one another.
    """

    type_name = "only_by"

    modules = fields.SetField(subfield=fields.StringField())
    apart = fields.SetField(subfield=fields.StringField(), required=False, default=set())
    importers = fields.SetField(subfield=fields.StringField(), required=False, default=set())
    within = fields.StringField(required=False, default="*")

    def check(self, graph: ImportGraph, verbose: bool) -> ContractCheck:
        """Gather the imports that come from elsewhere."""
        kept_apart = [
            module
            for module in sorted(graph.modules)
            if _is_one_of(module, self.modules) and not _is_one_of(module, self.apart)
        ]
        allowed = cast("set[str]", self.importers)
        strangers: list[Link] = [
            (importer, module, _lines(graph, importer, module))
            for module in kept_apart
            for importer in sorted(graph.find_modules_that_directly_import(module))
            if fnmatchcase(importer, cast("str", self.within))
            and importer not in kept_apart
            and not _is_one_of(importer, allowed)
        ]
        return ContractCheck(kept=not strangers, metadata={"strangers": strangers})

    def render_broken_contract(self, check: ContractCheck) -> None:
        """Name each import, and who would have been allowed to write it."""
        allowed = ", ".join(sorted(cast("set[str]", self.importers))) or "nobody"
        for importer, module, lines in check.metadata["strangers"]:
            where = ", ".join(f"l.{line}" for line in lines)
            output.print_error(f"- {importer} -> {module} ({where}): only for {allowed}")
        output.new_line()


def _is_one_of(module: str, patterns: object) -> bool:
    return any(fnmatchcase(module, pattern) for pattern in cast("set[str]", patterns))


def _lines(graph: ImportGraph, importer: str, module: str) -> tuple[int, ...]:
    found = graph.get_import_details(importer=importer, imported=module)
    return tuple(detail["line_number"] for detail in found)
