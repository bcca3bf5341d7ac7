"""What is asked of the versions of a channel: by a table, or by its role and its broker."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

from harness.compat.versions.channels import Used, used
from harness.compat.versions.compatibility import compatibilities
from harness.domain.channel import Action, MessagingDocument
from harness.domain.compatibility import ChannelPolicy, Compatibility, Fits, Way
from harness.domain.json import mapping

# What keeps its messages for readers of any later day.
_LOGS: Final = frozenset({"kafka", "kafka-secure", "kinesis"})
_USUAL: Final = {Action.SEND: ChannelPolicy.FORWARD, Action.RECEIVE: ChannelPolicy.BACKWARD}


@dataclass(frozen=True, slots=True)
class Promised:
    """
    The policies of the channels of a document.

    Shape: `given` are those of the service's table, by a channel's address or name.
    """

    document: MessagingDocument
    given: Mapping[str, ChannelPolicy]
    _policies: Mapping[tuple[str, Action], ChannelPolicy] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        found = {
            (one.channel.label, action): self._policy(one, action)
            for one in used(self.document)
            for action in one.operations
        }
        # A frozen value has no other way to keep what it was made with.
        object.__setattr__(self, "_policies", found)

    @property
    def is_transitive(self) -> bool:
        """Whether any of them holds against every earlier version."""
        return any(one.is_transitive for one in self._policies.values())

    @property
    def names(self) -> frozenset[str]:
        """What a table may call the channels."""
        channels = [one.channel for one in used(self.document)]
        return frozenset(name for one in channels for name in (one.name, one.label))

    def policy(self, channel: str, action: Action) -> ChannelPolicy:
        """What is asked of a channel in one of its roles; nothing of one that has it not."""
        return self._policies.get((channel, action), ChannelPolicy.NONE)

    def kept(
        self, version: MessagingDocument, *, last: bool
    ) -> Iterator[tuple[ChannelPolicy, bool, Compatibility]]:
        """
        What does not plainly go together with an accepted version, and by which policy.

        Shape: with whether the table gives the policy; of a version that is not the `last`, what
        is asked of every earlier one alone.
        """

        def asked(channel: Used, action: Action) -> tuple[Way, ...]:
            policy = self.policy(channel.channel.label, action)
            return policy.ways if last or policy.is_transitive else ()

        given = {one.channel.label for one in used(self.document) if self._named(one)}
        for found in compatibilities(version, self.document, asked):
            if found.fits is not Fits.YES:
                yield self.policy(found.channel, found.action), found.channel in given, found

    def _policy(self, channel: Used, action: Action) -> ChannelPolicy:
        named = self._named(channel)
        if named is not None:
            return named
        usual = _USUAL[action]
        return usual.transitive if self._is_log(channel) else usual

    def _named(self, channel: Used) -> ChannelPolicy | None:
        by_name = self.given.get(channel.channel.name)
        return self.given.get(channel.channel.label, by_name)

    def _is_log(self, channel: Used) -> bool:
        """By the channel's own bindings, and without any by the protocols of the servers."""
        bound = set(channel.channel.bindings)
        for operation in (each for found in channel.operations.values() for each in found):
            bound |= set(operation.bindings)
            bound |= {name for each in operation.messages for name in each.bindings}
        if bound:
            return not bound.isdisjoint(_LOGS)
        servers = mapping(mapping(self.document.raw).get("servers"))
        protocols = {mapping(server).get("protocol") for server in servers.values()}
        return any(str(one).lower() in _LOGS for one in protocols)
