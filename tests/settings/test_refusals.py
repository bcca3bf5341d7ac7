"""What the author of a broken configuration is told: the place, what was expected, a way out."""

from __future__ import annotations

from pathlib import Path

import pytest

from harness.domain.errors import Misused
from harness.settings.load import load
from tests.settings.conftest import CHECKS, Refuse, Write


def test_all_faults_are_told_at_once(write: Write, refusal: Refuse) -> None:
    """One run tells every fault of every file, each with its line, nearest names suggested."""
    write(
        **{
            "pyproject.toml": """
                [project]
                name = "shop"

                [tool.contract-harness]
                services = ["services/*", "nowhere/*"]
                neighbors = "real"
                workers = "two"
                budget = { examples = 0, sed = 3 }

                [tool.contract-harness.policy]
                required = ["provider"]
                levels = { type-errors = "error", service-crashes = "fatal" }
            """,
            "services/a/pyproject.toml": """
                [tool.contract-harness.service]
                name = "a"
                app = "a.app"
                url = "http://localhost:8000"
                documnts = ["openapi.json"]
                root = "src"
                consumes = { b = "B_URL", c = { env = "C_URL", sufix = "/" } }
                prepare = [["{python}"], "make"]
            """,
            "services/b/pyproject.toml": """
                [tool.contract-harness.service]
                app = "b:app"
                command = ["b"]
                start_timeout_s = 0
            """,
        }
    )

    assert refusal().splitlines() == [
        "the configuration has 17 faults",
        '  pyproject.toml:5: `services`: expected directories of services at "nowhere/*", saw none',
        "    hint: a service's directory holds a pyproject.toml or contract-harness.toml",
        "  pyproject.toml:6: unknown key `neighbors`",
        "    hint: did you mean `neighbours`?",
        '  pyproject.toml:7: `workers`: expected a whole number, saw "two"',
        "  pyproject.toml:8: `budget.examples`: expected 1 or more, saw 0",
        "  pyproject.toml:8: unknown key `sed` in `budget`",
        "    hint: did you mean `seed`?",
        "  pyproject.toml:11: `policy.required[0]`: expected 'provider-keeps-its-word', "
        "'words-fit' or 'consumer-copes', saw \"provider\"",
        "  pyproject.toml:12: `policy.levels.service-crashes`: expected 'error', 'warning', "
        "'information' or 'off', saw \"fatal\"",
        "  pyproject.toml:12: `levels`: there is no check `type-errors`",
        "    hint: did you mean `type-error`?",
        '  services/a/pyproject.toml:3: `service.app`: expected `module:attribute`, saw "a.app"',
        "  services/a/pyproject.toml:5: unknown key `documnts` in `service`",
        "    hint: did you mean `documents`?",
        "  services/a/pyproject.toml:6: `root` of a: there is no directory ROOT/services/a/src",
        "  services/a/pyproject.toml:7: unknown key `sufix` in `service.consumes.c`",
        "    hint: did you mean `suffix`?",
        "  services/a/pyproject.toml:7: `consumes` of a: c is neither a member nor external",
        "    hint: known: a, b; a neighbour that lives elsewhere has a table [external.c]",
        '  services/a/pyproject.toml:8: `service.prepare[1]`: expected a list, saw "make"',
        "  services/b/pyproject.toml:1: `name` is missing in `service`",
        "  services/b/pyproject.toml:3: b: expected one of `app`, `command`, `url` and `jobs`, saw "
        "`app` and `command`",
        "  services/b/pyproject.toml:4: `service.start_timeout_s`: expected more than 0, saw 0",
    ]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("a = 1\nb =", "ROOT/contract-harness.toml: not TOML: Invalid value (at end of document)"),
        ("a = 1\nb = ]\n", "ROOT/contract-harness.toml:2:5: not TOML: Invalid value"),
        ("a = 1\na = 2\n", "ROOT/contract-harness.toml:2:6: not TOML: Cannot overwrite a value"),
    ],
)
def test_syntax_has_line_and_column(write: Write, refusal: Refuse, text: str, told: str) -> None:
    """A text that is not TOML is told by file, line and column."""
    write(**{"contract-harness.toml": text})

    assert refusal() == told


def test_bytes_that_are_no_text(tmp_path: Path, refusal: Refuse) -> None:
    """A file in another encoding is told, never a traceback."""
    (tmp_path / "contract-harness.toml").write_bytes(b'services = ["\xff"]')

    assert refusal() == "ROOT/contract-harness.toml: expected UTF-8, saw another byte at 13"


def test_a_hostile_depth(write: Write, refusal: Refuse) -> None:
    """Nesting without end is told, never a traceback."""
    write(**{"contract-harness.toml": "a = " + "[" * 20_000 + "]" * 20_000})

    assert refusal() == "ROOT/contract-harness.toml: tables or arrays are nested too deeply"


def test_two_configurations(write: Write, refusal: Refuse) -> None:
    """A directory has one configuration, never two."""
    write(
        **{
            "pyproject.toml": "[tool.contract-harness]\n",
            "contract-harness.toml": "",
        }
    )

    assert refusal() == (
        "ROOT: expected one configuration, saw two: contract-harness.toml, and "
        "[tool.contract-harness] in ROOT/pyproject.toml:1\nhint: keep one of them"
    )


def test_no_workspace(tmp_path: Path) -> None:
    """A directory without a workspace in it or above it says how to write one."""
    with pytest.raises(Misused, match=r"expected a workspace in .* or above it, saw no") as told:
        load(tmp_path, checks=CHECKS)

    assert "harness init" in told.value.hint


@pytest.mark.parametrize("name", ["nothing.toml", "nothing"])
def test_a_given_file_that_is_not_there(tmp_path: Path, name: str) -> None:
    """A configuration that was named and is not there is told by its path."""
    with pytest.raises(Misused, match="there is no such file"):
        load(tmp_path, given=tmp_path / name, checks=CHECKS)


def test_an_empty_workspace(write: Write, refusal: Refuse) -> None:
    """A workspace without a service would check nothing, and is refused."""
    write(**{"contract-harness.toml": ""})

    assert refusal().startswith("contract-harness.toml: the workspace names no service")


@pytest.mark.parametrize(
    ("table", "told"),
    [
        ("name = 3", "`service.name`: expected text, saw 3"),
        ('name = ""', "expected a name without colons and control characters"),
        ('name = "a:b"', "expected a name without colons and control characters"),
        ('name = "a"\npython = ".venv"', "expected a virtual environment or an interpreter"),
        ('name = "a"\ncommand = []', "`service.command`: expected a list that is not empty"),
        ('name = "a"\nurl = "ftp://x"', "expected an address such as"),
        ('name = "a"\nstates = "a b"', "expected `module`, `module:MAPPING`"),
        ('name = "a"\npublisher = "a"', "expected `module:function`"),
        ('name = "a"\npublisher = "a:b"', "expected a service with an `app` or `jobs`, in whose"),
        (
            'name = "a"\nchannels = { "b.c" = { compatibility = "full" } }',
            "expected 'BACKWARD', 'FORWARD', 'FULL', 'BACKWARD_TRANSITIVE'",
        ),
        (
            'name = "a"\nbroker = { kind = "kafka", ports = 2 }',
            "`broker.ports` of a: expected the kind zeromq, saw kafka",
        ),
        (
            'name = "a"\nbroker = { kind = "kafka", topic = "{namespace}t" }',
            "`broker.topic` of a: expected the kind aws, saw kafka",
        ),
        (
            'name = "a"\nbroker = { kind = "aws", raw = false }',
            "`broker.raw` of a: expected the `topic` that delivers so, saw none",
        ),
        (
            'name = "a"\nbroker = { kind = "aws", topic = "orders" }',
            "`broker.topic` of a: expected a name with {namespace}",
        ),
        ('name = "a"\nreset = "restrat"', "expected `restart`, `module:function`"),
        ('name = "a"\ndocuments = ["api.json"]', "there is no file ROOT/api.json"),
        ('name = "a"\ndocuments = [1]', "`service.documents[0]`: expected a table, saw 1"),
        ('name = "a"\ncontract_tests = ["t"]', "there is no file or directory ROOT/t"),
        ('name = "a"\nenv = { "A B" = "" }', "expected the name of a variable"),
        ('name = "a"\nconsumes = { b = "B" }', "b is neither a member nor external"),
        ('name = "a"\nconsumes = { a = "U", x = "U" }', "is to hold the address of a and of x"),
        ('name = "a"\nbase_path = "v1"', "expected a path that begins with `/`"),
        ('name = "a"\nprepare = 1979-05-27', "expected a list, saw a date or time"),
    ],
)
def test_a_service_that_cannot_be(write: Write, refusal: Refuse, table: str, told: str) -> None:
    """Each wrong value of a service's table has a sentence with its place."""
    write(**{"contract-harness.toml": f"[service]\n{table}"})
    text = refusal()

    assert told in text
    assert "contract-harness.toml:" in text


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ('broker = "broker.example"', '`broker`: expected "embedded", or an address without'),
        ('broker = "https://me:pass@broker.example"', "an address without credentials"),
        ('plugins = ["acme"]', "`plugins`: extensions are not loaded by this version"),
        ('external.x.pacts = "broker"', "are not fetched by this version"),
        ('external.x.document = "https://u:p@x/y"', "expected a file, `broker` or an address"),
        (
            'external.x.document = "git+https://x/y"',
            "git+https://host/repository.git#path@revision",
        ),
        ('external.x.document = "broker"', "the workspace names no broker"),
        ('external.x.document = "https://x/{environment}.json"', "expected an environment"),
        ('external.x.document = "x.json"', "expected a file below ROOT, saw none at x.json"),
        ('external.a.owner = "me"', 'two services are called "a": here'),
        ('members.a.app = "b:c"', 'two services are called "a": here'),
        ('members.b.pacticipant = "a"', 'two services are called "a": here'),
        ('members.b.directory = "b"', "there is no directory ROOT/b"),
        ('extends = "x.toml"', "there is no policy file ROOT/x.toml"),
        ('extends = "contract-harness.toml"', "contract-harness.toml extends itself"),
        ("pacts = 3", "`pacts`: expected a list, saw 3"),
        (
            'policy.changes.reply-property-became-nullabel = "off"',
            "`changes`: there is no rule `reply-property-became-nullabel`\n"
            "hint: did you mean `reply-property-became-nullable`?",
        ),
        (
            'policy.changes.operation-removed = "fatal"',
            "`policy.changes.operation-removed`: expected 'error', 'warning', 'information' or",
        ),
    ],
)
def test_a_workspace_that_cannot_be(write: Write, refusal: Refuse, line: str, told: str) -> None:
    """What this version does not do, or nothing can do, is refused rather than ignored."""
    write(**{"contract-harness.toml": f'{line}\n[service]\nname = "a"'})

    assert told in refusal()


def test_a_policy_that_extends_itself_through_another(write: Write, refusal: Refuse) -> None:
    """A circle of policies ends."""
    write(
        **{
            "contract-harness.toml": 'extends = "x.toml"\nservice = { name = "a" }',
            "x.toml": 'extends = "y.toml"',
            "y.toml": 'extends = "x.toml"',
        }
    )

    assert "y.toml:1: `extends`: x.toml extends itself" in refusal()


def test_a_member_without_a_description(write: Write, refusal: Refuse) -> None:
    """A project that a glob finds and that describes no service is told, not passed over."""
    write(
        **{
            "contract-harness.toml": 'services = ["a", "b*"]',
            "a/x": "",
            "b1/pyproject.toml": "[project]",
            "b2/contract-harness.toml": "service = 3",
        }
    )
    text = refusal()

    expected = "expected a table [tool.contract-harness.service] that describes a service, saw none"
    assert f"a/pyproject.toml: {expected}" in text
    assert f"b1/pyproject.toml: {expected}" in text
    assert "b2/contract-harness.toml:1: `service`: expected a table, saw 3" in text


def test_a_member_that_is_not_toml(write: Write, refusal: Refuse) -> None:
    """A broken member does not hide the faults of the others."""
    write(
        **{
            "contract-harness.toml": 'services = ["a", "b"]',
            "a/pyproject.toml": "= 1",
            "b/contract-harness.toml": "[service]",
        }
    )

    assert refusal().splitlines() == [
        "the configuration has 2 faults",
        "  a/pyproject.toml:1:1: not TOML: Invalid statement",
        "  b/contract-harness.toml:1: `name` is missing in `service`",
    ]


def test_a_value_below_env_is_not_repeated(write: Write, refusal: Refuse) -> None:
    """A secret that was put in the wrong place does not reach the message."""
    write(
        **{"contract-harness.toml": 'service = { name = "a", env = { K = { from = "s3cr3t!" } } }'}
    )
    text = refusal()

    assert "`service.env.K.from`: expected the name of a variable, saw text" in text
    assert "s3cr3t" not in text
