"""What the verbs that ask a Pact Broker have in common."""

from __future__ import annotations

import os
from collections.abc import Sequence
from contextlib import AbstractContextManager
from functools import cached_property
from pathlib import Path

import click

from harness.broker.client import BrokerClient
from harness.brokers import place_of
from harness.cli.workspace import doors_of, open_workspace, workspace_around
from harness.domain.build import Build
from harness.domain.config import EMBEDDED, Config
from harness.domain.deploying import Selected
from harness.domain.errors import Misused

broker_option = click.option(
    "--broker",
    "place",
    metavar="URL",
    default="",
    help="The Pact Broker, or `embedded`; else PACT_BROKER_BASE_URL's or the workspace's.",
)
pacticipant_option = click.option(
    "--pacticipant",
    "-a",
    metavar="NAME",
    help="Whose version; else the workspace's one service.",
)
version_option = click.option(
    "--version", "-e", metavar="VERSION", help="Which one; else the commit that is checked out."
)
dry_run_option = click.option(
    "--dry-run",
    "is_dry",
    is_flag=True,
    help="Look everything up, say what would be done, and stop.",
)
format_option = click.option(
    "--format",
    "kind",
    type=click.Choice(["text", "json"]),
    default="text",
    show_default=True,
    help="For people, or for programs.",
)
publish_option = click.option(
    "--publish",
    is_flag=True,
    help="Publish the results of published pacts although no build runs this.",
)


def published_from(config: Config) -> Config:
    """
    Give the workspace back, whose results can be published.

    Raises: Misused, where its pacts came from no broker.
    """
    if config.fetched is None or not config.fetched.broker:
        raise Misused(
            "expected a broker that results can be published to, saw none",
            hint='PACT_BROKER_BASE_URL, or broker = "https://…" or "embedded" in the workspace',
        )
    return config


class Around:
    """
    What is around a verb: the broker, the build, and the workspace.

    Shape: the workspace is read where something must come from it, and no sooner: who deploys may
    have none, or one whose services were never installed.
    """

    def __init__(self, context: click.Context, place: str, given: Path | None) -> None:
        self._doors = doors_of(context)
        self._place = place
        self._given = given

    @cached_property
    def config(self) -> Config | None:
        """
        The workspace that is named or around, where there is one.

        Raises: Misused, with all that is wrong with it.
        """
        if self._given:
            return open_workspace(self._given).config
        found = workspace_around()
        return found.config if found else None

    def broker(self) -> AbstractContextManager[BrokerClient]:
        """
        Open the broker that is meant.

        Raises: Misused, where nothing names one.
        """
        place = place_of(self._place, None, os.environ)
        return self._doors.broker(place, self.config if place in ("", EMBEDDED) else None)

    @cached_property
    def build(self) -> Build:
        """The build that the working directory is part of."""
        return self._doors.build(self._given.parent if self._given else Path.cwd())

    def pacticipant(self, name: str | None) -> str:
        """
        The pacticipant that is named, else the workspace's only one.

        Raises: Misused, where there is none, or one of several.
        """
        if name:
            return name
        names = [one.participant for one in self.config.services] if self.config else []
        if len(names) == 1:
            return names[0]
        seen = f"the workspace has {', '.join(names)}" if names else "no workspace has one"
        raise Misused(f"expected a pacticipant: {seen}", hint="--pacticipant NAME")

    def version(self, written: str | None) -> str:
        """
        The version that is named, else the commit that is checked out.

        Raises: Misused, where there is no commit.
        """
        if written or self.build.version:
            return written or self.build.version
        raise Misused(
            "expected a version: no commit of git is checked out here", hint="--version VERSION"
        )

    def selected(
        self, names: Sequence[str], versions: Sequence[str], branch: str, tag: str
    ) -> tuple[Selected, ...]:
        """
        The versions that are asked about.

        Shape: names and versions go in pairs, in the order in which they are written; one version
        is that of all; with a branch or a tag, its newest is meant.
        Raises: Misused, where they do not go together.
        """
        whose = tuple(names) or (self.pacticipant(None),)
        if sum(map(bool, (versions, branch, tag))) > 1:
            raise Misused("expected one of --version, --branch and --tag, saw several")
        if branch or tag:
            return tuple(Selected(name, branch=branch, tag=tag) for name in whose)
        each = tuple(versions) or (self.version(None),)
        if len(each) == 1:
            each *= len(whose)
        if len(each) != len(whose):
            raise Misused(
                f"expected a --version for each of {len(whose)} pacticipants, or one for all; "
                f"saw {len(each)}"
            )
        return tuple(
            Selected(name, version=version) for name, version in zip(whose, each, strict=True)
        )
