"""What the definitions of several modules say of a value: annotations, classes and parameters."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator

from harness.adapters.type_checker_boundary import Function

_HOLDERS = frozenset(
    {
        *("dict", "list", "tuple", "set", "Dict", "List", "Tuple", "Mapping", "MutableMapping"),
        *("Sequence", "Iterable", "Iterator", "AsyncIterator", "Generator", "Optional", "Union"),
    }
)
_PLAIN = frozenset({"str", "int", "float", "bool"})
_UNCHECKED_BASES = frozenset({"TypedDict", "NamedTuple", "Struct"})
_UNCHECKED_DECORATORS = frozenset({"dataclass", "define", "frozen", "mutable", "s", "attrs"})


class Vocabulary:
    """The classes of several modules, and the names that they give to other types."""

    def __init__(self, trees: Iterable[ast.Module]) -> None:
        self._classes: dict[str, ast.ClassDef] = {}
        self._aliases: dict[str, ast.expr] = {}
        for tree in trees:
            self._enter(tree)

    def _enter(self, tree: ast.Module) -> None:
        for node in ast.walk(tree):
            if isinstance(node, ast.ClassDef):
                self._classes[node.name] = node
        for statement in tree.body:
            match statement:
                case ast.Assign(targets=[ast.Name(id=name)], value=value):
                    self._aliases[name] = value
                case ast.AnnAssign(target=ast.Name(id=name), value=ast.expr() as value):
                    self._aliases[name] = value

    def is_unchecked(self, name: str) -> bool:
        """Whether a name is that of a class that takes whatever it is given, unchecked."""
        made = self._classes.get(name)
        return made is not None and _is_unchecked(made)

    def is_claim(self, annotation: ast.expr) -> bool:
        """Whether an annotation promises something; an alias from elsewhere may mean any JSON."""
        name = written(annotation).partition("[")[0].rpartition(".")[2]
        return name in self._classes or name in _HOLDERS or name in _PLAIN

    def names_any(self, annotation: ast.expr) -> bool:
        """Whether an annotation has an `Any` in it."""
        return "Any" in self._names(annotation)

    def is_closed(self, annotation: ast.expr) -> bool:
        """Whether an annotation says nothing but `object`, at most within containers."""
        names = self._names(annotation)
        return "object" in names and names <= {"object", "str", *_HOLDERS}

    def _names(self, annotation: ast.expr, depth: int = 0) -> set[str]:
        """The names in an annotation; one that a module gives to another type stands for that."""
        found = {name_of(node) for node in _nodes(annotation)} - {""}
        for name in found & self._aliases.keys() if depth < 3 else ():
            found = (found - {name}) | self._names(self._aliases[name], depth + 1)
        return found


def name_of(node: ast.expr) -> str:
    """The bare name of what is called or named, without what it belongs to."""
    if isinstance(node, ast.Attribute):
        return node.attr
    return node.id if isinstance(node, ast.Name) else ""


def is_untyped(function: Function) -> bool:
    """Whether a function has no annotation at all, so that mypy does not look into it."""
    return function.returns is None and all(
        each.annotation is None for each in parameters(function)
    )


def parameters(function: Function) -> list[ast.arg]:
    """All parameters of a function, in the order in which they are written."""
    of = function.args
    stars = [each for each in (of.vararg, of.kwarg) if each is not None]
    return [*of.posonlyargs, *of.args, *of.kwonlyargs, *stars]


def _nodes(annotation: ast.expr) -> Iterator[ast.expr]:
    try:
        whole = ast.parse(written(annotation), mode="eval").body
    except SyntaxError:
        return  # mypy itself tells it
    yield from (node for node in ast.walk(whole) if isinstance(node, ast.expr))


def written(annotation: ast.expr) -> str:
    """The text of an annotation, also where it stands in quotes."""
    if isinstance(annotation, ast.Constant) and isinstance(annotation.value, str):
        return annotation.value
    return ast.unparse(annotation)


def declared(target: ast.expr, function: Function | None) -> ast.expr | None:
    """The annotation that a name was given elsewhere in its function."""
    if not isinstance(target, ast.Name) or function is None:
        return None
    for node in ast.walk(function):
        match node:
            case (
                ast.AnnAssign(target=ast.Name(id=name), annotation=annotation)
                | ast.arg(arg=name, annotation=ast.expr() as annotation)
            ) if name == target.id:
                return annotation
    return None


def captures_any(pattern: ast.pattern) -> bool:
    """Whether a pattern gives a name to a part whose class it does not ask."""
    if isinstance(pattern, ast.MatchClass):
        return False
    if isinstance(pattern, ast.MatchAs) and pattern.pattern is None:
        return pattern.name is not None
    inner = (each for each in ast.iter_child_nodes(pattern) if isinstance(each, ast.pattern))
    return any(captures_any(each) for each in inner)


def _is_unchecked(made: ast.ClassDef) -> bool:
    """Whether a class takes whatever it is given, as it checks nothing at run time."""
    decorators = {
        name_of(each.func if isinstance(each, ast.Call) else each) for each in made.decorator_list
    }
    bases = {name_of(base) for base in made.bases}
    return bool(decorators & _UNCHECKED_DECORATORS or bases & _UNCHECKED_BASES)


def parameter_of(
    function: Function, call: ast.Call, argument: ast.AST, value: ast.expr
) -> ast.arg | None:
    """The parameter that takes an argument, where that is plain to see."""
    if isinstance(argument, ast.keyword):
        named = [each for each in parameters(function) if each.arg == argument.arg]
        return named[0] if named else None
    if value not in call.args:
        return None
    positional = [*function.args.posonlyargs, *function.args.args]
    is_method = bool(positional) and positional[0].arg in ("self", "cls")
    at = call.args.index(value) + (1 if is_method else 0)
    return positional[at] if at < len(positional) else None
