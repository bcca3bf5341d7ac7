"""Keeps a comment on a pull request, and hands findings to code scanning, with GitHub's own API."""

from __future__ import annotations

import base64
import gzip
import json
import os
import sys
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

TIMEOUT_S = 30.0
PAGE = 100
MOST_PAGES = 50


class Untold(Exception):
    """Why nothing was told, in a sentence."""


@dataclass(frozen=True, slots=True)
class Repository:
    """A repository, and the token that it is written with."""

    url: str
    token: str

    def ask(self, method: str, path: str, body: Mapping[str, str] | None = None) -> Any:
        """
        Send one request; `path` is relative to the repository, or begins with a slash.

        Raises: Untold, where it is refused or nobody answers.
        """
        url = f"{self.url}/{path}" if not path.startswith("/") else f"{_api()}{path}"
        request = urllib.request.Request(
            url,
            method=method,
            data=None if body is None else json.dumps(body).encode(),
            headers={
                "Accept": "application/vnd.github+json",
                "Authorization": f"Bearer {self.token}",
                "Content-Type": "application/json",
                "User-Agent": "contract-harness",
                "X-GitHub-Api-Version": "2022-11-28",
            },
        )
        try:
            with urllib.request.urlopen(request, timeout=TIMEOUT_S) as reply:
                text = reply.read()
            return json.loads(text) if text else None
        except urllib.error.HTTPError as error:
            raise Untold(f"{method} {path} was answered {error.code} {error.reason}") from None
        except (OSError, ValueError) as error:
            raise Untold(f"{method} {path} was not answered: {error}") from None


def comment(repository: Repository, reports: Path, passed: bool) -> str:
    """Put the comment in the place of the last one; a passing run begins none."""
    number = _pull_request()
    text = _read(reports / "comment.md")
    mine = _mine(repository, number, marker=text.partition("\n")[0])
    if mine is not None:
        repository.ask("PATCH", f"issues/comments/{mine}", {"body": text})
        return "the comment was brought up to date"
    if passed:
        return "nobody breaks, and no comment says otherwise"
    repository.ask("POST", f"issues/{number}/comments", {"body": text})
    return "a comment was written"


def code_scanning(repository: Repository, reports: Path, code: str) -> str:
    """Upload the findings of a run that saw all it had to, so that silence closes no alert."""
    if code not in ("0", "1"):
        raise Untold(
            f"the gate ended with {code}, so what it did not find may be there all the same"
        )
    packed = base64.b64encode(gzip.compress(_read(reports / "gate.sarif").encode("utf-8")))
    repository.ask(
        "POST",
        "code-scanning/sarifs",
        {
            "commit_sha": os.environ["GITHUB_SHA"],
            "ref": os.environ["GITHUB_REF"],
            "sarif": packed.decode("ascii"),
            "tool_name": "contract-harness",
        },
    )
    return "the findings were handed to code scanning"


def _pull_request() -> int:
    """
    Number the pull request that the run is of.

    Raises: Untold, where it is of none.
    """
    try:
        event = json.loads(_read(Path(os.environ.get("GITHUB_EVENT_PATH", ""))))
    except ValueError:
        raise Untold("the event of this run cannot be read") from None
    number = event.get("pull_request", {}).get("number")
    if not isinstance(number, int):
        raise Untold("this run is of no pull request")
    return number


def _mine(repository: Repository, number: int, marker: str) -> int | None:
    """Find the comment that begins with a marker and is our own: others' are never written to."""
    login = _login(repository)
    for one in _comments(repository, number):
        author = one.get("user") or {}
        own = author.get("login") == login if login else author.get("type") == "Bot"
        if own and str(one.get("body", "")).splitlines()[:1] == [marker]:
            return int(one["id"])
    return None


def _login(repository: Repository) -> str:
    """Say whose the token is; that of a build is a bot's and may not ask."""
    try:
        return str(repository.ask("GET", "/user").get("login", ""))
    except Untold:
        return ""


def _comments(repository: Repository, number: int) -> Iterator[dict[str, Any]]:
    for page in range(1, MOST_PAGES + 1):
        found = repository.ask("GET", f"issues/{number}/comments?per_page={PAGE}&page={page}")
        yield from found
        if len(found) < PAGE:
            return


def _read(file: Path) -> str:
    try:
        return file.read_text("utf-8")
    except OSError as error:
        raise Untold(f"{file} cannot be read: {error.strerror}") from None


def _api() -> str:
    return os.environ.get("GITHUB_API_URL", "https://api.github.com").rstrip("/")


def _told(what: str) -> str:
    """
    Tell in one way.

    Raises: Untold, where that is not possible.
    """
    token, code = os.environ.get("INPUT_TOKEN", ""), os.environ.get("GATE_EXIT_CODE", "")
    if not token:
        raise Untold("there is no token; the runs of a fork have none")
    repository = Repository(f"{_api()}/repos/{os.environ['GITHUB_REPOSITORY']}", token)
    reports = Path(os.environ["GATE_REPORTS"])
    ways: Mapping[str, Callable[[], str]] = {
        "comment": lambda: comment(repository, reports, code == "0"),
        "code-scanning": lambda: code_scanning(repository, reports, code),
    }
    return ways[what]()


def _line(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def main(what: str) -> int:
    """Tell, and say what became of it: that it could not be told is a notice and no failure."""
    try:
        sys.stdout.write(f"{_line(_told(what))}\n")
    except Untold as why:
        sys.stdout.write(f"::notice title=contract-harness::{_line(f'{what}: not told: {why}')}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
