"""Where a value goes that no type checker knows: what it is used for, and what follows from it."""

from __future__ import annotations

import ast
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from functools import partial

from harness.adapters.type_checker_annotations import (
    Vocabulary,
    captures_any,
    declared,
    is_untyped,
    name_of,
    parameter_of,
    written,
)
from harness.adapters.type_checker_boundary import Function, Module

Lines = Mapping[str, frozenset[int]]
Handled = Iterator["Onward"]


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
        self.words = Vocabulary(module.tree for module in modules)
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
            annotation = declared(target, self.around(parent))
            if annotation is None:
                yield from self._into(target, at)
            else:
                yield from self._believed(annotation, at, partial(self._into, target))

    def _of_annotated(self, parent: ast.AnnAssign, at: Onward) -> Handled:
        if parent.value is at.node:
            yield from self._believed(parent.annotation, at, partial(self._into, parent.target))

    def _of_loop(self, parent: ast.For | ast.AsyncFor | ast.comprehension, at: Onward) -> Handled:
        if parent.iter is at.node:
            yield from self._into(parent.target, at)

    def _of_match(self, parent: ast.Match, at: Onward) -> Handled:
        for case in parent.cases if not at.is_known else ():
            if not isinstance(case.pattern, ast.MatchAs) and captures_any(case.pattern):
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
            if self.words.names_any(call.args[0]):
                yield Onward(call)
        else:
            yield from self._handed_over(call, parent, at)

    def _handed_over(self, call: ast.Call, argument: ast.AST, at: Onward) -> Handled:
        if not at.is_known and self.words.is_unchecked(name_of(call.func)):
            yield Onward(call, used=ast.unparse(call), follows=False)
        function = self._callee(call)
        parameter = parameter_of(function, call, argument, at.node) if function else None
        if function is not None and parameter is not None:
            loads = partial(self._loads, parameter.arg, function)
            yield from self._believed(parameter.annotation, at, loads)

    def _believed(
        self, annotation: ast.expr | None, at: Onward, go_on: Callable[[Onward], Handled]
    ) -> Handled:
        """Go on by what an annotation makes of a value: known, unknown still, or believed."""
        if annotation is None or self.words.names_any(annotation):
            yield from go_on(replace(at, is_sure=annotation is not None))
        elif self.words.is_closed(annotation):
            yield from go_on(Onward(at.node, is_known=True))
        elif not at.is_known and self.words.is_claim(annotation):
            words = f"{ast.unparse(at.node)} is believed to be {written(annotation)}"
            yield Onward(at.node, used=words, follows=False)

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
