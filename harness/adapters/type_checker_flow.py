"""Where a value goes that no type checker knows: what it is used for, and what follows from it."""

from __future__ import annotations

import ast
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import partial

from harness.adapters.type_checker_boundary import Function, Module

Lines = Mapping[str, frozenset[int]]
Handled = Iterator["Onward"]

_HOLDERS = frozenset(
    {
        *("dict", "list", "tuple", "set", "Dict", "List", "Tuple", "Mapping", "MutableMapping"),
        *("Sequence", "Iterable", "Iterator", "AsyncIterator", "Generator", "Optional", "Union"),
    }
)
_PLAIN = frozenset({"str", "int", "float", "bool"})
_UNCHECKED_BASES = frozenset({"TypedDict", "NamedTuple", "Struct"})
_UNCHECKED_DECORATORS = frozenset({"dataclass", "define", "frozen", "mutable", "s", "attrs"})


@dataclass(frozen=True, slots=True)
class Onward:
    """
    A further place of the value.

    Shape: `is_known` says that it is an `object` from here on, so that mypy has an eye on it until
    a cast; `is_sure` that an annotation calls it `Any`, which mypy does not tell where the
    annotation is an alias; `used` is what is done with it unchecked, empty where it is only handed
    on.
    """

    node: ast.expr
    is_known: bool = False
    is_sure: bool = False
    used: str = ""
    follows: bool = True


@dataclass(slots=True)
class Spread:
    """
    All that follows from one value.

    Shape: `anys` are the expressions that are `Any` by it, the value itself among them; `uses` what
    is done with them that nothing checks; `functions` those that it passes.
    """

    anys: set[ast.expr] = field(default_factory=set)
    uses: list[Onward] = field(default_factory=list)
    functions: set[Function] = field(default_factory=set)


class Flow:
    """
    The code of several modules as one graph of expressions.

    Shape: `lines` are, by module, those where mypy saw an `Any`; what it looks at and finds known
    is not followed. None: nobody asked mypy yet, and everything is followed.
    """

    def __init__(self, modules: tuple[Module, ...], lines: Lines | None = None) -> None:
        self.modules = modules
        self._lines = lines
        self._parents: dict[ast.AST, ast.AST] = {}
        self._module: dict[ast.AST, Module] = {}
        self.functions: list[Function] = []
        self._calls: list[ast.Call] = []
        self._classes: dict[str, ast.ClassDef] = {}
        self._aliases: dict[str, ast.expr] = {}
        for module in modules:
            self._enter(module)

    def _enter(self, module: Module) -> None:
        for node in ast.walk(module.tree):
            self._module[node] = module
            for child in ast.iter_child_nodes(node):
                self._parents[child] = node
            if isinstance(node, Function):
                self.functions.append(node)
            elif isinstance(node, ast.Call):
                self._calls.append(node)
            elif isinstance(node, ast.ClassDef):
                self._classes[node.name] = node
        for statement in module.tree.body:
            match statement:
                case ast.Assign(targets=[ast.Name(id=name)], value=value):
                    self._aliases[name] = value
                case ast.AnnAssign(target=ast.Name(id=name), value=ast.expr() as value):
                    self._aliases[name] = value

    def module_of(self, node: ast.AST) -> Module:
        """The module that holds a node."""
        return self._module[node]

    def around(self, node: ast.AST) -> Function | None:
        """The innermost function around a node."""
        while (parent := self._parents.get(node)) is not None:
            if isinstance(parent, Function):
                return parent
            node = parent
        return None

    def scope_of(self, node: ast.AST) -> str:
        """The innermost function or class around a node, qualified by its module."""
        names: list[str] = []
        at: ast.AST | None = node
        while (at := self._parents.get(at) if at else None) is not None:
            if isinstance(at, Function | ast.ClassDef):
                names.insert(0, at.name)
        return ".".join((self._module[node].name, *names))

    def holder_of(self, node: ast.expr) -> ast.expr | None:
        """What a name is the beginning of: an attribute of it, or a call of that."""
        match self._parents[node]:
            case (ast.Attribute(value=inner) | ast.Call(func=inner)) as parent if inner is node:
                return parent
        return None

    def callers_of(self, functions: set[Function]) -> set[Function]:
        """Functions with all that lead to them."""
        found = set(functions)
        waiting = list(functions)
        while waiting:
            function = waiting.pop()
            calls = (call for call in self._calls if self._callee(call) is function)
            new = {around for call in calls if (around := self.around(call))} - found
            found |= new
            waiting += new
        return found

    def is_any(self, node: ast.expr) -> bool:
        """Whether mypy saw an `Any` there, or does not look there."""
        function = self.around(node)
        if self._lines is None or (function is not None and is_untyped(function)):
            return True
        lines = self._lines.get(self._module[node].name, frozenset())
        return not lines.isdisjoint(range(node.lineno, (node.end_lineno or node.lineno) + 1))

    def spread(self, origins: Iterable[ast.expr], told: Collection[ast.expr] = ()) -> Spread:
        """Follow values wherever they go, but to what was told of already."""
        spread = Spread()
        seen: set[tuple[ast.expr, bool]] = set()
        waiting = [Onward(origin) for origin in origins]
        while waiting:
            at = waiting.pop()
            if (at.node, at.is_known) in seen or at.node in told:
                continue
            if not self._is_followed(at):
                continue
            seen.add((at.node, at.is_known))
            if (function := self.around(at.node)) is not None:
                spread.functions.add(function)
            if not at.is_known:
                spread.anys.add(at.node)
            for onward in self._onward(replace(at, is_sure=False)):
                if onward.used and onward.node not in told and self._is_followed(onward):
                    spread.uses.append(onward)
                if onward.follows:
                    waiting.append(onward)
        return spread

    def _is_followed(self, at: Onward) -> bool:
        return at.is_known or at.is_sure or self.is_any(at.node)

    def _onward(self, at: Onward) -> Handled:
        parent = self._parents[at.node]
        handle = _HANDLERS.get(type(parent))
        if handle is not None:
            yield from handle(self, parent, at)

    def _same(self, parent: ast.expr, at: Onward) -> Handled:
        yield Onward(parent, at.is_known)

    def _of_part(self, parent: ast.Subscript | ast.Attribute, at: Onward) -> Handled:
        if parent.value is at.node and not at.is_known and isinstance(parent.ctx, ast.Load):
            yield Onward(parent, used=ast.unparse(parent))

    def _of_operator(self, parent: ast.BinOp | ast.UnaryOp, at: Onward) -> Handled:
        is_question = isinstance(parent, ast.UnaryOp) and isinstance(parent.op, ast.Not)
        if not at.is_known and not is_question:
            yield Onward(parent, used=ast.unparse(parent))

    def _of_choice(self, parent: ast.IfExp, at: Onward) -> Handled:
        if parent.test is not at.node:
            yield Onward(parent, at.is_known)

    def _of_element(self, parent: ast.ListComp | ast.SetComp, at: Onward) -> Handled:
        yield Onward(parent, at.is_known)

    def _of_walrus(self, parent: ast.NamedExpr, at: Onward) -> Handled:
        yield Onward(parent, at.is_known)
        yield from self._into(parent.target, at)

    def _of_assignment(self, parent: ast.Assign, at: Onward) -> Handled:
        for target in parent.targets if parent.value is at.node else ():
            declared = _declared(target, self.around(parent))
            if declared is None:
                yield from self._into(target, at)
            else:
                yield from self._believed(declared, at, partial(self._into, target))

    def _of_annotated(self, parent: ast.AnnAssign, at: Onward) -> Handled:
        if parent.value is at.node:
            yield from self._believed(parent.annotation, at, partial(self._into, parent.target))

    def _of_loop(self, parent: ast.For | ast.AsyncFor | ast.comprehension, at: Onward) -> Handled:
        if parent.iter is at.node:
            yield from self._into(parent.target, at)

    def _of_match(self, parent: ast.Match, at: Onward) -> Handled:
        for case in parent.cases if not at.is_known else ():
            if not isinstance(case.pattern, ast.MatchAs) and _captures_any(case.pattern):
                yield Onward(at.node, used=ast.unparse(case.pattern), follows=False)

    def _of_return(self, parent: ast.Return | ast.Yield, at: Onward) -> Handled:
        function = self.around(parent)
        if function is None:
            return
        yield from self._believed(function.returns, at, partial(self._to_callers, function))

    def _to_callers(self, function: Function, at: Onward) -> Handled:
        callers = [call for call in self._calls if self._callee(call) is function]
        for call in callers:
            yield replace(at, node=call)
        if not callers and not at.is_known:
            yield replace(at, used=f"{function.name}() returns it", follows=False)

    def _of_call(self, parent: ast.Call | ast.keyword | ast.Starred, at: Onward) -> Handled:
        call = parent if isinstance(parent, ast.Call) else self._parents[parent]
        if not isinstance(call, ast.Call):
            return
        if call.func is at.node:
            yield from () if at.is_known else (Onward(call),)
        elif name_of(call.func) == "cast":
            if ast.unparse(call.args[0]) != "object":
                yield Onward(call, at.is_known, used=ast.unparse(call), follows=False)
            if self.names_any(call.args[0]):
                yield Onward(call)
        else:
            yield from self._handed_over(call, parent, at)

    def _handed_over(self, call: ast.Call, argument: ast.AST, at: Onward) -> Handled:
        made = self._classes.get(name_of(call.func))
        if made is not None and not at.is_known and _is_unchecked(made):
            yield Onward(call, used=ast.unparse(call), follows=False)
        function = self._callee(call)
        parameter = _parameter(function, call, argument, at.node) if function else None
        if function is not None and parameter is not None:
            loads = partial(self._loads, parameter.arg, function)
            yield from self._believed(parameter.annotation, at, loads)

    def _believed(
        self, annotation: ast.expr | None, at: Onward, go_on: Callable[[Onward], Handled]
    ) -> Handled:
        """Go on by what an annotation makes of a value: known, unknown still, or believed."""
        if annotation is None or self.names_any(annotation):
            yield from go_on(replace(at, is_sure=annotation is not None))
        elif self.is_closed(annotation):
            yield from go_on(Onward(at.node, is_known=True))
        elif not at.is_known and self._is_claim(annotation):
            words = f"{ast.unparse(at.node)} is believed to be {_written(annotation)}"
            yield Onward(at.node, used=words, follows=False)

    def _is_claim(self, annotation: ast.expr) -> bool:
        """Whether an annotation promises something; an alias from elsewhere may mean any JSON."""
        name = _written(annotation).partition("[")[0].rpartition(".")[2]
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

    def _into(self, target: ast.expr, at: Onward) -> Handled:
        if isinstance(target, ast.Name):
            if not at.is_known:
                yield replace(at, node=target)
            yield from self._loads(target.id, self.around(target), at)
        elif not at.is_known:
            yield Onward(at.node, used=f"{ast.unparse(target)} holds it", follows=False)

    def _loads(self, name: str, function: Function | None, at: Onward) -> Handled:
        for node in ast.walk(function) if function is not None else ():
            if isinstance(node, ast.Name) and node.id == name and isinstance(node.ctx, ast.Load):
                yield replace(at, node=node)

    def _callee(self, call: ast.Call) -> Function | None:
        """The function that is called by its name, or as a method of one's own."""
        if isinstance(call.func, ast.Attribute):
            owner = ast.unparse(call.func.value)
            if owner not in ("self", "cls", "super()") and not self._is_module(owner):
                return None
        name, here = name_of(call.func), self._module[call]
        found = [function for function in self.functions if function.name == name]
        return min(found, key=lambda each: self._module[each] is not here) if found else None

    def _is_module(self, name: str) -> bool:
        return any(module.name.rpartition(".")[2] == name for module in self.modules)


_HANDLERS: Mapping[type[ast.AST], Callable[..., Handled]] = {
    ast.Await: Flow._same,
    ast.BoolOp: Flow._same,
    ast.List: Flow._same,
    ast.Tuple: Flow._same,
    ast.Dict: Flow._same,
    ast.Subscript: Flow._of_part,
    ast.Attribute: Flow._of_part,
    ast.BinOp: Flow._of_operator,
    ast.UnaryOp: Flow._of_operator,
    ast.IfExp: Flow._of_choice,
    ast.ListComp: Flow._of_element,
    ast.SetComp: Flow._of_element,
    ast.NamedExpr: Flow._of_walrus,
    ast.Assign: Flow._of_assignment,
    ast.AnnAssign: Flow._of_annotated,
    ast.For: Flow._of_loop,
    ast.AsyncFor: Flow._of_loop,
    ast.comprehension: Flow._of_loop,
    ast.Match: Flow._of_match,
    ast.Return: Flow._of_return,
    ast.Yield: Flow._of_return,
    ast.Call: Flow._of_call,
    ast.keyword: Flow._of_call,
    ast.Starred: Flow._of_call,
}


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
        whole = ast.parse(_written(annotation), mode="eval").body
    except SyntaxError:
        return  # mypy itself tells it
    yield from (node for node in ast.walk(whole) if isinstance(node, ast.expr))


def _written(annotation: ast.expr) -> str:
    """The text of an annotation, also where it stands in quotes."""
    if isinstance(annotation, ast.Constant) and isinstance(annotation.value, str):
        return annotation.value
    return ast.unparse(annotation)


def _declared(target: ast.expr, function: Function | None) -> ast.expr | None:
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


def _captures_any(pattern: ast.pattern) -> bool:
    """Whether a pattern gives a name to a part whose class it does not ask."""
    if isinstance(pattern, ast.MatchClass):
        return False
    if isinstance(pattern, ast.MatchAs) and pattern.pattern is None:
        return pattern.name is not None
    inner = (each for each in ast.iter_child_nodes(pattern) if isinstance(each, ast.pattern))
    return any(_captures_any(each) for each in inner)


def _is_unchecked(made: ast.ClassDef) -> bool:
    """Whether a class takes whatever it is given, as it checks nothing at run time."""
    decorators = {
        name_of(each.func if isinstance(each, ast.Call) else each) for each in made.decorator_list
    }
    bases = {name_of(base) for base in made.bases}
    return bool(decorators & _UNCHECKED_DECORATORS or bases & _UNCHECKED_BASES)


def _parameter(
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
