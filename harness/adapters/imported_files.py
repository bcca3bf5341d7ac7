"""The files of a workspace that code imports, as far as its text names them."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

_CODE = (".py", ".pyi")
_OURS = Path(__file__).parents[1]


@dataclass(slots=True)
class ImportedFiles:
    """
    Follows imports from file to file.

    Shape: `roots` are the directories that imports may begin at; what is found in none of them is
    installed, or is of the standard library. The harness's own files are never followed.
    """

    roots: tuple[Path, ...]
    _found: dict[tuple[Path, str], tuple[Path, ...]] = field(default_factory=dict)

    def reached(self, files: Iterable[Path]) -> frozenset[Path]:
        """The files that these lead to, themselves left out."""
        begun = {path for path in files if path.suffix in _CODE}
        waiting, reached = list(begun), set(begun)
        while waiting:
            for path in self._imported(waiting.pop()):
                if path not in reached:
                    reached.add(path)
                    waiting.append(path)
        return frozenset(reached - begun)

    def _imported(self, path: Path) -> Iterator[Path]:
        try:
            tree = ast.parse(path.read_bytes())
        except (OSError, SyntaxError, ValueError, RecursionError):
            return  # told by the tool that runs it
        for node in ast.walk(tree):
            if isinstance(node, ast.Import):
                for alias in node.names:
                    yield from self._below_roots(alias.name)
            elif isinstance(node, ast.ImportFrom):
                yield from self._from(node, path)

    def _from(self, node: ast.ImportFrom, path: Path) -> Iterator[Path]:
        module = node.module or ""
        names = [module, *(f"{module}.{alias.name}".lstrip(".") for alias in node.names)]
        if node.level:
            start = path.parents[min(node.level, len(path.parents)) - 1]
            for name in names:
                yield from self._at(start, name)
        else:
            for name in names:
                yield from self._below_roots(name)

    def _below_roots(self, name: str) -> Iterator[Path]:
        for root in self.roots:
            yield from self._at(root, name)

    def _at(self, root: Path, name: str) -> tuple[Path, ...]:
        """The files of a module, those of the packages around it among them."""
        if (root, name) not in self._found:
            self._found[root, name] = tuple(_files_of(root, name)) if name else ()
        return self._found[root, name]


def _files_of(root: Path, name: str) -> Iterator[Path]:
    place = root
    for part in name.split("."):
        place = place / part
        if place == _OURS:
            return
        for path in (place / "__init__.py", place.with_name(f"{part}.py")):
            for each in (path, path.with_suffix(".pyi")):
                if each.is_file():
                    yield each
