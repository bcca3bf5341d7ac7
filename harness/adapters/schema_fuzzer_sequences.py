"""The short ordered pass: make things, use them, delete them, and use what is left of them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from urllib.parse import quote, unquote, urlsplit

from harness.adapters.schema_fuzzer_documents import Surface
from harness.adapters.schema_fuzzer_examples import ExampleRequest, NeighbourState
from harness.adapters.schema_fuzzer_fresh import other_names, renewed
from harness.adapters.schema_fuzzer_judging import Look, Seen
from harness.adapters.schema_fuzzer_requests import Operation, properties_of
from harness.adapters.schema_fuzzer_run import Run, blank, headers_for
from harness.adapters.schema_fuzzer_samples import Sampler, singular
from harness.adapters.schema_fuzzer_traffic import Sent, leaves, state_request
from harness.adapters.schema_fuzzer_values import folded
from harness.domain.traffic import Fault

_MAX_TRIES = 6
_MAX_STATES = 6
_MAX_STATES_AROUND = 24


@dataclass(frozen=True, slots=True)
class Resource:
    """
    Something that can be made.

    Shape: `parameter` is the path parameter that names one of it, empty where nothing does;
    `item` are the operations on one of it, its own path first.
    """

    name: str
    maker: Operation
    surface: Surface
    parameter: str = ""
    item_path: str = ""
    item: tuple[Operation, ...] = ()
    lists: tuple[Operation, ...] = ()

    def on_itself(self, method: str) -> Operation | None:
        """Give the operation of a method on the thing's own path."""
        return next(
            (one for one in self.item if one.method == method and one.path == self.item_path), None
        )

    @property
    def keys(self) -> frozenset[str]:
        """The folded names under which others refer to it."""
        if not self.parameter:
            return frozenset({folded(self.name + "id")})
        own = folded(self.parameter)
        names = {folded(self.name + "id"), folded(self.name + self.parameter), own}
        return frozenset(names - {"id", "pk", "uuid", "key", "name", "code", "slug"})


def resources(surface: Surface) -> list[Resource]:
    """Find what can be made, those that others refer to first."""
    found = [
        _resource(surface, operation)
        for operation in surface.operations
        if operation.method == "post" or _makes_by_put(surface, operation)
    ]
    return sorted(found, key=lambda one: (_depth(one, found), one.maker.label))


def _makes_by_put(surface: Surface, operation: Operation) -> bool:
    if operation.method != "put" or not operation.path.endswith("}"):
        return False
    above = operation.path.rpartition("/")[0]
    return surface.operation(f"POST {above}") is None


def _resource(surface: Surface, maker: Operation) -> Resource:
    path = maker.path.rstrip("/")
    collection = path.rpartition("/")[0] if maker.method == "put" else path
    last = collection.rpartition("/")[2]
    name = singular(last)
    operations = surface.operations
    below = re.compile(rf"(.*/)?{re.escape(last)}/\{{([^{{}}]+)\}}$")
    items = [one.path for one in operations if below.match(one.path.rstrip("/"))]
    items.sort(key=lambda one: (not one.startswith(collection + "/"), len(one), one))
    lists = tuple(
        one for one in operations if one.method == "get" and one.path.rstrip("/") == collection
    )
    if not items or last.startswith("{"):
        return Resource(name, maker, surface, lists=lists)
    own = items[0]
    match = below.match(own.rstrip("/"))
    item = [
        one for one in operations if one.path == own or one.path.startswith(own.rstrip("/") + "/")
    ]
    order = {"get": 0, "patch": 1, "put": 2, "post": 3, "delete": 4}
    item.sort(key=lambda one: (one.path != own, order.get(one.method, 3), one.label))
    parameter = match.group(2) if match else ""
    return Resource(name, maker, surface, parameter, own, tuple(item), lists)


def _depth(resource: Resource, all_of_them: Sequence[Resource], seen: int = 0) -> int:
    if seen > 4:
        return seen
    parents = [one for one in all_of_them if one is not resource and refers_to(resource, one)]
    return max((_depth(one, all_of_them, seen + 1) + 1 for one in parents), default=0)


def refers_to(child: Resource, parent: Resource) -> bool:
    """Whether making one thing needs the name of another."""
    if child.maker is parent.maker:
        return False
    needs = {folded(name) for name in re.findall(r"\{([^{}]+)\}", child.maker.path)}
    for body in child.maker.body:
        schema = body.validation_schema
        for _, name, _part in properties_of(schema, schema):
            needs.update({folded(name), folded(singular(name))})
    return bool(needs & parent.keys)


@dataclass
class OrderedPass:
    """Walks through a service as a careful person would, the same way each time."""

    run: Run
    sampler: Sampler
    examples: Sequence[ExampleRequest]
    around: Sequence[NeighbourState] = ()

    def __call__(self) -> None:
        """Do all of it."""
        for one in self.around[:_MAX_STATES_AROUND]:
            self.run.send(state_request(one.state.name, one.state.params, one.neighbour))
        self._set_up_what_contracts_read()
        for surface in self.run.surfaces:
            known = resources(surface)
            for resource in known:
                self._use(resource)
            self._call_the_rest(surface)
            for parent in known:
                for child in known:
                    if parent.on_itself("delete") and refers_to(child, parent):
                        self._delete_beneath(parent, child, known)

    def _set_up_what_contracts_read(self) -> None:
        """Set up the states of interactions that read one thing and get it: then it exists."""
        done: set[str] = set()
        for example in self.examples:
            if example.method != "GET" or not example.states or len(done) >= _MAX_STATES:
                continue
            if example.status >= 300 or example.reply is None or example.path in done:
                continue
            done.add(example.path)
            for state in example.states:
                self.run.send(state_request(state.name, state.params))

    def _use(self, resource: Resource) -> None:
        made = self.make(resource)
        if made is None:
            return
        for operation in resource.item:
            if operation.method != "delete":
                for reply in self._call(operation, resource.surface):
                    self._tell_if_missing(resource, made, operation, reply)
        for operation in resource.lists:
            list(self._call(operation, resource.surface))
        if resource.on_itself("delete"):
            made = self.make(resource)
            self._delete(resource)

    def make(self, resource: Resource) -> Sent | None:
        """Make one, and remember its name; None where nothing that was tried is taken."""
        for request in self._candidates(resource.maker, resource.surface):
            sent = self._send(resource.maker, request, resource.keys)
            if sent.accepted:
                self._remember(resource, sent)
                return sent
        return None

    def _send(self, operation: Operation, request: Sent, own: frozenset[str] = frozenset()) -> Sent:
        """Send a request, and where it is in conflict with what there is, once more renewed."""
        sent = self.run.send(request)
        if sent.status != 409:
            return sent
        self.sampler.fresh += 1
        again = renewed(operation, request, own, self.sampler.made, self.sampler.fresh)
        return sent if again is None else self.run.send(again)

    def _candidates(self, operation: Operation, surface: Surface) -> Iterator[Sent]:
        """Give requests to try: from the document, then those that contracts are known to send."""
        headers = headers_for(operation, self.run.credentials)
        tried = 0
        for full in (True, False):
            tried += 1
            yield self.sampler.request(operation, surface.prefix, headers, full=full)
        for example in self.examples:
            fits = example.status < 300 and _is_for(example, operation, surface)
            if fits and tried < _MAX_TRIES:
                tried += 1
                for state in example.states:
                    self.run.send(state_request(state.name, state.params))
                yield self._from_example(example, operation, headers)

    def _from_example(
        self, example: ExampleRequest, operation: Operation, headers: Mapping[str, str]
    ) -> Sent:
        pairs = {**dict(example.headers), **{k.lower(): v for k, v in headers.items()}}
        path = example.path + (f"?{example.query}" if example.query else "")
        return Sent("", operation.label, example.method, path, tuple(pairs.items()), example.body)

    def _remember(self, resource: Resource, made: Sent) -> None:
        value = _name_given(resource, made)
        if value is None:
            return
        names = {folded(resource.name + resource.parameter)} if resource.parameter else set()
        for key in resource.keys | names:
            self.sampler.made[key] = value

    def _call(self, operation: Operation, surface: Surface) -> Iterator[Sent]:
        headers = headers_for(operation, self.run.credentials)
        full = self.run.send(self.sampler.request(operation, surface.prefix, headers, full=True))
        yield full
        if full.status in (400, 422) and operation.body:
            yield self.run.send(self.sampler.request(operation, surface.prefix, headers))

    def _delete(self, resource: Resource) -> Sent | None:
        deletion = resource.on_itself("delete")
        if deletion is None:
            return None
        sent = next(self._call(deletion, resource.surface))
        if not sent.accepted or sent.status == 202:  # 202 promises to delete later
            return None
        for operation in resource.item:
            if operation.method == "get":
                for reply in self._call(operation, resource.surface):
                    self._tell_if_served(deletion, operation, reply)
        for operation in resource.lists:
            list(self._call(operation, resource.surface))
        return sent

    def _tell_if_served(self, deletion: Operation, operation: Operation, reply: Sent) -> None:
        # Only the thing's own path: what lies below may outlive it (an audit trail, an empty list).
        if reply.accepted and operation.path == deletion.path:
            self.run.add(deleted_but_served(deletion.label, reply))

    def _read_deleted(self, deletion: Operation, sent: Sent, surface: Surface) -> None:
        """Read what was deleted without having been made here."""
        read = surface.operation(f"GET {deletion.path}")
        if sent.status == 202 or read is None or not deletion.path.rstrip("/").endswith("}"):
            return
        headers = headers_for(read, self.run.credentials)
        request = self.sampler.request(read, surface.prefix, headers)
        query = urlsplit(request.path).query
        path = urlsplit(sent.path).path.rstrip("/")
        above, _, name = path.rpartition("/")
        slash = "/" * deletion.path.endswith("/")
        rest = slash + (f"?{query}" if query else "")
        # Where something is read under any name whatever, nothing can be told from one that is.
        for other in islice(other_names(_number_or_text(unquote(name)), self.sampler.fresh), 1):
            elsewhere = f"{above}/{quote(str(other), safe='')}{rest}"
            if self.run.send(replace(request, path=elsewhere)).accepted:
                return
        reply = self.run.send(replace(request, path=path + rest))
        self._tell_if_served(deletion, read, reply)

    def _tell_if_missing(
        self, resource: Resource, made: Sent, operation: Operation, reply: Sent
    ) -> None:
        own = operation.method == "get" and operation.path == resource.item_path
        if own and reply.status == 404 and made.status == 201 and _named_by_reply(resource, made):
            self.run.add(created_but_missing(resource.maker.label, reply))

    def _call_the_rest(self, surface: Surface) -> None:
        """Call what no thing was made for, deletions last."""
        ordered = sorted(surface.operations, key=lambda one: one.method == "delete")
        for operation in ordered:
            if self.run.accepted(operation.label) is not None:
                continue
            for request in self._candidates(operation, surface):
                sent = self._send(operation, request)
                if sent.accepted:
                    if operation.method == "delete":
                        self._read_deleted(operation, sent, surface)
                    break

    def _delete_beneath(self, parent: Resource, child: Resource, known: Sequence[Resource]) -> None:
        """Delete what something else refers to, then use that something."""
        if self.make(parent) is None or self.make(child) is None or self._delete(parent) is None:
            return
        for operation in (*child.item, *child.lists):
            if operation.method != "delete":
                list(self._call(operation, child.surface))
        for operation in parent.surface.operations:
            if operation.method == "get" and "{" not in operation.path:
                list(self._call(operation, parent.surface))
        self._delete(child)
        self.make(child)  # with a parent that is gone
        for key in parent.keys:
            self.sampler.made.pop(key, None)


def deleted_but_served(deletion: str, reply: Sent) -> Seen:
    """Tell of a thing that is still there after it was deleted."""
    return Seen(
        Look(Fault.DELETED_SERVED, deletion, Fault.DELETED_SERVED.value),
        f"expected 404 or 410 for what was deleted, seen {reply.status} "
        f"from {reply.method} {urlsplit(reply.path).path}",
    )


def created_but_missing(maker: str, reply: Sent) -> Seen:
    """Tell of a thing that is not there after it was made."""
    return Seen(
        Look(Fault.CREATED_MISSING, maker, Fault.CREATED_MISSING.value),
        f"expected what was just made, seen {reply.status} "
        f"from {reply.method} {urlsplit(reply.path).path}",
    )


def _is_for(example: ExampleRequest, operation: Operation, surface: Surface) -> bool:
    if example.method.lower() != operation.method:
        return False
    pattern = re.sub(r"\\\{[^{}]+\\\}", "[^/]+", re.escape(operation.path))
    return re.fullmatch(re.escape(surface.prefix) + pattern, example.path) is not None


def _name_given(resource: Resource, made: Sent) -> str | int | None:
    """Read what the new thing is called: in the reply, its location, or the request itself."""
    reply = made.reply_json()
    wanted = folded(resource.parameter or "id")
    values = dict(leaves(reply))
    for names in ((wanted,), (folded(resource.name + resource.parameter),), ("id",), ("uuid",)):
        for path, value in values.items():
            keys = [part for part in path.split("/") if part]
            if keys and len(keys) <= 2 and folded(keys[-1]) in names:
                return value
    location = urlsplit(made.reply_header("location")).path
    if not resource.parameter:
        return None
    if location:
        return unquote(location.rstrip("/").rpartition("/")[2])
    if made.method == "PUT":
        return unquote(urlsplit(made.path).path.rstrip("/").rpartition("/")[2])
    return None


def _number_or_text(text: str) -> int | str:
    return int(text) if re.fullmatch(r"[1-9][0-9]{0,8}|0", text) else text


def _named_by_reply(resource: Resource, made: Sent) -> bool:
    reply = made.reply_json()
    if not isinstance(reply, dict):
        return bool(made.reply_header("location"))
    names = {folded(key) for key in reply}
    wanted = folded(resource.parameter)
    return wanted in names or (wanted.endswith("id") and "id" in names)


def repeatable(run: Run, sampler: Sampler, operation: Operation, surface: Surface) -> Sent:
    """Give a request that the operation took, or one that it should take."""
    sent = run.accepted(operation.label)
    if sent is None:
        headers = headers_for(operation, run.credentials)
        return sampler.request(operation, surface.prefix, headers, full=True)
    return blank(replace(sent))
