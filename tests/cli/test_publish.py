"""Pacts are published, and nothing is overwritten."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from tests.broker.server.broker import pact
from tests.cli.brokers import Desk, desk

__all__ = ["desk"]

NAMES = ("orders", "stock", "Bestell Dienst/größe", "a%2Fb c?d#e")


def test_what_is_published_is_there(desk: Desk) -> None:
    """With its branch, tags and build; the broker's own notices are told as they are."""
    words = ("--version", "1", "--branch", "feat/x", "--tag", "a", "--build-url", "https://ci/7")
    said = desk.well("publish", desk.pact("one"), *words)

    assert "Created orders version 1 with branch feat/x and tags a" in said
    assert said.endswith(f"published: 1 pact of orders 1 of branch feat/x at {shown(desk)}\n")
    _, found = desk.report("describe", "orders", "--version", "1")
    version = found["version"]
    told = (version["branches"], version["tags"], version["build_url"])
    assert told == (["feat/x"], ["a"], "https://ci/7")


def shown(desk: Desk) -> str:
    """A broker's address as sentences name it."""
    return "embedded://broker" if desk.place == "embedded" else desk.place


@pytest.mark.parametrize("consumer", NAMES[2:])
def test_names_of_any_signs_are_published(desk: Desk, consumer: str) -> None:
    """Names, versions and branches go whole into addresses and back."""
    file = desk.pact("one", consumer=consumer, provider="über/x")
    desk.well("publish", file, "--version", "1/ü", "--branch", "feat/ü")
    _, found = desk.report("describe", consumer, "--version", "1/ü")

    assert found["version"]["branches"] == ["feat/ü"]
    assert desk.well("publish", file, "--version", "1/ü", "--dry-run").startswith("would be left")


def test_other_content_of_a_version_is_refused(desk: Desk) -> None:
    """Nothing of the version is changed, and it is said before anything is sent too."""
    desk.well("publish", desk.pact("one"), "--version", "1", "--branch", "main")
    other = desk.pact("two")
    dry = desk.run("publish", other, "--version", "1", "--branch", "feat", "--dry-run")
    ended = desk.run("publish", other, "--version", "1", "--branch", "feat")

    assert (dry.code, ended.code) == (1, 1)
    assert dry.out.startswith("would be refused, since other content is published: orders 1")
    assert "another content of the pact with stock is published already" in ended.err
    assert desk.report("describe", "orders", "--version", "1")[1]["version"]["branches"] == ["main"]


def test_merging_adds_and_never_replaces(desk: Desk) -> None:
    """What is new comes in; an interaction that is there and told otherwise is refused."""
    desk.well("publish", desk.pact("one"), "--version", "1")
    desk.well("publish", desk.pact("two"), "--version", "1", "--merge")
    both = desk.well("publish", desk.pact("one", "two"), "--version", "1", "--dry-run")
    otherwise = pact("one", consumer="orders", provider="stock")
    otherwise["interactions"][0]["response"]["status"] = 404
    ended = desk.run("publish", desk.write(otherwise), "--version", "1", "--merge")

    assert both.startswith("would be left as it is")
    assert ended.code == 1
    assert "'one' told otherwise" in ended.err


def test_all_files_of_a_directory_go_in_one_publication_each_consumer(desk: Desk) -> None:
    """Files of one pair are joined, and those that contradict each other are refused."""
    for names in ({}, {"provider": "billing"}, {"consumer": "shop"}):
        desk.pact("one", **names)
    desk.pact("two")
    said = desk.well("publish", ".", "--version", "1")
    contradicting = pact("one", consumer="orders", provider="stock")
    contradicting["interactions"][0]["request"]["path"] = "/other"
    ended = desk.run("publish", desk.pact("one"), desk.write(contradicting), "--version", "2")

    assert "published: 2 pacts of orders 1 at" in said
    assert "published: 1 pact of shop 1 at" in said
    assert (ended.code, "in two ways" in ended.err) == (2, True)


def test_nothing_to_publish_is_no_success(desk: Desk) -> None:
    """Neither an empty directory nor a path that is not there is green."""
    Path("empty").mkdir()
    codes = [desk.run("publish", each, "--version", "1").code for each in ("empty", "gone")]

    assert codes == [3, 2]


def test_the_gate_s_own_pacts_go_with_the_commit(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of the workspace's consumers; a commit is no version of files that differ from it."""
    table = '[service]\nname = "orders"\napp = "orders.app:app"\n'
    Path("contract-harness.toml").write_text(table, "utf-8")
    Path("contracts/pacts").mkdir(parents=True)
    for name in ("orders", "guest"):
        content = pact("one", consumer=name, provider="stock")
        Path(f"contracts/pacts/{name}.json").write_text(json.dumps(content), "utf-8")
    for words in (["init", "-qb", "main"], ["add", "."], ["commit", "-qm", "one"]):
        identity = ["-c", "user.name=a", "-c", "user.email=a@b.example"]
        subprocess.run(["git", *identity, *words], check=True)
    git = ["git", "rev-parse", "HEAD"]
    commit = subprocess.run(git, check=True, capture_output=True, text=True).stdout.strip()
    assert f"published: 1 pact of orders {commit} of branch main" in desk.well("publish")

    Path("contract-harness.toml").write_text(table + "# changed\n", "utf-8")
    ended = desk.run("publish")
    assert (ended.code, "--version VERSION" in ended.err) == (2, True)
    monkeypatch.setenv("GITLAB_CI", "true")
    monkeypatch.setenv("CI_JOB_URL", "https://gitlab.example/jobs/7")
    desk.well("publish")
    _, found = desk.report("describe", "--version", commit)
    assert found["version"]["build_url"] == "https://gitlab.example/jobs/7"
