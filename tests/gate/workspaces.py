"""Small workspaces of a test's own: written, gated as a user does it, and looked at afterwards."""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from textwrap import dedent
from typing import Any

from harness.domain.edge import Leg
from harness.services.processes import TAG_VARIABLE

REPOSITORY = Path(__file__).parents[2]
ON_LINUX = sys.platform.startswith("linux")
MARK = "GATE_TEST_MARK"
LISTENING = "0A"
LIMIT_S = 120.0
_LEFT_BEHIND = shutil.ignore_patterns("build", ".harness", "__pycache__", ".*_cache")

# An app that answers from a table of the workspace: {"METHOD /path, a pattern": [status, body]}.
ANSWERING = """
import json, os, pathlib, re
HERE = pathlib.Path(__file__).parent

def app(environ, start_response):
    path = environ["PATH_INFO"].encode("latin-1").decode()
    length = int(environ.get("CONTENT_LENGTH") or 0)
    environ["wsgi.input"].read(length)
    routes = json.loads((HERE / "routes.json").read_text("utf-8"))
    for route, (status, body) in routes.items():
        if re.fullmatch(route, environ["REQUEST_METHOD"] + " " + path):
            break
    else:
        status, body = 404, {"detail": "nothing here"}
    start_response(f"{status} Told", [("Content-Type", "application/json")])
    return [body.encode() if isinstance(body, str) else json.dumps(body).encode()]
"""


@dataclass(frozen=True)
class Ended:
    """How one run of the command ended."""

    code: int
    out: str
    err: str
    report: Mapping[str, Any]

    @property
    def text(self) -> str:
        """All that was told."""
        return self.out + self.err

    @property
    def findings(self) -> list[dict[str, Any]]:
        """The findings of the JSON report."""
        found: list[dict[str, Any]] = self.report.get("findings", [])
        return found

    @property
    def reasons(self) -> dict[str, str]:
        """What could not be seen, and why."""
        return {one["what"]: one["reason"] for one in self.report.get("reasons", [])}

    def found(self, check: str) -> list[dict[str, Any]]:
        """The findings of one check."""
        return [one for one in self.findings if one["check"] == check]

    @property
    def fingerprints(self) -> list[str]:
        """The identities of all findings, in order."""
        return sorted(one["fingerprint"] for one in self.findings)

    @property
    def fit_legs(self) -> dict[str, dict[str, Any]]:
        """The middle leg of each operation and channel."""
        return self.legs(Leg.FIT)

    def legs(self, wanted: Leg) -> dict[str, dict[str, Any]]:
        """One leg of each operation and channel."""
        return {
            edge["operation"]: leg
            for edge in self.report.get("edges", [])
            for leg in edge["legs"]
            if leg["leg"] == wanted.value
        }

    @property
    def steps(self) -> list[str]:
        """The steps that ended."""
        return [one["id"] for one in self.report.get("steps", [])]


@dataclass
class Running:
    """A gate that is under way, in a session of its own as a terminal would give it."""

    process: subprocess.Popen[str]
    place: Place
    report: Path

    def wait(self, limit_s: float = LIMIT_S) -> Ended:
        """Wait for its end."""
        out, err = self.process.communicate(timeout=limit_s)
        told = json.loads(self.report.read_text("utf-8")) if self.report.exists() else {}
        return Ended(self.process.returncode, out, err, told)

    def press_ctrl_c(self) -> None:
        """Do what a terminal does: the whole foreground group gets it."""
        os.killpg(self.process.pid, signal.SIGINT)


@dataclass
class Place:
    """One workspace, with a directory for everything temporary, and a mark that is inherited."""

    root: Path
    temporary: Path
    mark: str = field(default_factory=lambda: uuid.uuid4().hex)
    variables: dict[str, str] = field(default_factory=dict)
    _runs: int = 0

    @classmethod
    def below(cls, directory: Path) -> Place:
        """Make an empty one."""
        root, temporary = directory / "workspace", directory / "tmp"
        root.mkdir()
        temporary.mkdir()
        return cls(root, temporary)

    def write(self, name: str, content: str | bytes | Mapping[str, Any]) -> Path:
        """Write a file: text without its common indentation, bytes, or JSON."""
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if isinstance(content, bytes):
            path.write_bytes(content)
        elif isinstance(content, str):
            path.write_text(dedent(content).lstrip("\n"), "utf-8")
        else:
            path.write_text(json.dumps(content, ensure_ascii=False), "utf-8")
        return path

    @classmethod
    def copied(cls, home: Path, directory: Path) -> Place:
        """Make a copy of a system, without what its tools left behind."""
        place = cls.below(directory)
        shutil.copytree(home, place.root, ignore=_LEFT_BEHIND, dirs_exist_ok=True)
        return place

    def edit(self, file: str, old: str, new: str) -> None:
        """Replace a text that stands exactly once in a file."""
        path = self.root / file
        text = path.read_text("utf-8")
        assert text.count(old) == 1, old
        path.write_text(text.replace(old, new), "utf-8")

    def start(self, *arguments: str, **variables: str) -> Running:
        """Begin a run of the command."""
        self._runs += 1
        report = self.root.parent / f"report-{self._runs}.json"
        command = [sys.executable, "-m", "harness", *arguments]
        if arguments[0] == "gate" and "--shard" not in arguments:
            command += ["--output", f"json={report}"]
        return Running(
            subprocess.Popen(
                command,
                cwd=self.root,
                env=self.environment(**variables),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                text=True,
                errors="replace",
                start_new_session=True,
            ),
            self,
            report,
        )

    def environment(self, **variables: str) -> dict[str, str]:
        """What the command finds around it."""
        return {
            **os.environ,
            "PYTHONPATH": str(REPOSITORY),
            "TMPDIR": str(self.temporary),
            "NO_COLOR": "1",
            MARK: self.mark,
            **self.variables,
            **variables,
        }

    def run(self, *arguments: str, **variables: str) -> Ended:
        """Run the command to its end."""
        return self.start(*arguments, **variables).wait()

    def gate(self, *options: str, **variables: str) -> Ended:
        """Run the gate on a small budget."""
        return self.run("gate", "--examples", "3", *options, **variables)

    def processes(self) -> dict[int, str]:
        """Every living process that began with this place, by what it was started with."""
        return {
            pid: command
            for pid, command, environment in everybody()
            if self._is_ours(command, environment)
        }

    def _is_ours(self, command: str, environment: str) -> bool:
        marked = f"{MARK}={self.mark}" in environment
        tagged = f"{TAG_VARIABLE}={self.temporary}" in environment
        return marked or tagged or str(self.root.parent) in command

    def left(self, *, also: tuple[int, ...] = (), ports: frozenset[int] = frozenset()) -> list[str]:
        """
        Tell what is there of a run that should be over.

        Shape: `also` are processes that hid their environment; `ports` are those that were open.
        """
        running = [f"process {pid}: {command}" for pid, command in self.processes().items()]
        running += [f"process {pid}" for pid in also if is_alive(pid)]
        # Unlike a glob, a walk passes over directories that go while it is under way.
        walked = os.walk(self.temporary)
        paths = [os.path.join(at, name) for at, below, here in walked for name in (*below, *here)]
        files = [f"file {path}" for path in sorted(paths)]
        return running + files + [f"port {port}" for port in sorted(ports) if is_open(port)]

    def ports(self) -> frozenset[int]:
        """The ports that processes of this place listen on."""
        inodes = {inode for pid in self.processes() for inode in sockets_of(pid)}
        return frozenset(port for port, inode in listening().items() if inode in inodes)


def everybody() -> list[tuple[int, str, str]]:
    """Every living process: its id, command line and environment, as far as we may see them."""
    found = []
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit() or int(entry.name) == os.getpid():
            continue
        try:
            command = (entry / "cmdline").read_bytes().replace(b"\0", b" ")
            environment = (entry / "environ").read_bytes().replace(b"\0", b"\n")
        except OSError:  # gone since it was listed, or another user's
            continue
        if command:  # a zombie has none
            found.append(
                (int(entry.name), command.decode(errors="replace"), environment.decode("latin-1"))
            )
    return found


def sockets_of(pid: int) -> set[str]:
    """The inodes of a process's sockets."""
    found = set()
    try:
        for entry in Path(f"/proc/{pid}/fd").iterdir():
            target = os.readlink(entry)
            if target.startswith("socket:["):
                found.add(target[len("socket:[") : -1])
    except OSError:  # gone meanwhile
        return found
    return found


def listening() -> dict[int, str]:
    """Every port that somebody listens on, with the socket's inode."""
    rows = (line.split() for line in Path("/proc/net/tcp").read_text("ascii").splitlines()[1:])
    return {int(row[1].split(":")[1], 16): row[9] for row in rows if row[3] == LISTENING}


def is_alive(pid: int) -> bool:
    """Whether a process is there and not a zombie."""
    try:
        return ") Z " not in Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return False


def is_open(port: int) -> bool:
    """Whether anything listens at a port of this machine."""
    with socket.socket() as client:
        return client.connect_ex(("127.0.0.1", port)) == 0


def wait_until(holds: Callable[[], bool], limit_s: float = 10.0) -> bool:
    """Whether something comes to hold in time."""
    deadline = time.monotonic() + limit_s
    while time.monotonic() < deadline:
        if holds():
            return True
        time.sleep(0.05)
    return holds()


def document(paths: Mapping[str, Any], version: str = "3.0.3", **more: Any) -> dict[str, Any]:
    """Write an OpenAPI document."""
    head = {"openapi": version, "info": {"title": "sample", "version": "1"}}
    return {**head, "paths": dict(paths), **more}


def operation(schema: Mapping[str, Any], **more: Any) -> dict[str, Any]:
    """Describe an operation that answers 200 with JSON, and may answer 404."""
    answer = {"description": "ok", "content": {"application/json": {"schema": dict(schema)}}}
    return {"responses": {"200": answer, "404": {"description": "none"}}, **more}


def pact(
    consumer: str, provider: str, *interactions: Mapping[str, Any], version: str = "4.0"
) -> dict[str, Any]:
    """Write a pact of the fourth version."""
    return {
        "consumer": {"name": consumer},
        "provider": {"name": provider},
        "interactions": [{"type": "Synchronous/HTTP", **one} for one in interactions],
        "metadata": {"pactSpecification": {"version": version}},
    }


def interaction(
    description: str, path: str, *, given: tuple[str, ...] = (), status: int = 200, **more: Any
) -> dict[str, Any]:
    """Write an interaction: a GET that gets a status and, with `content`, a body of JSON."""
    response: dict[str, Any] = {"status": status}
    if "content" in more:
        response["body"] = {"contentType": "application/json", "content": more.pop("content")}
        response["headers"] = {"Content-Type": ["application/json"]}
    return {
        "description": description,
        "providerStates": [{"name": name} for name in given],
        "request": {"method": "GET", "path": path},
        "response": response,
        **more,
    }
