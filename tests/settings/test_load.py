"""What a workspace's text means."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from harness.domain.compatibility import ChannelPolicy
from harness.domain.config import Config, External
from harness.domain.edge import Leg
from harness.domain.policy import Mode, Passed, ServicePolicy, Severity
from harness.domain.service import Consumption, DocumentSource, EnvValue, Publisher
from harness.settings.load import load
from tests.settings.conftest import CHECKS, Refuse, Write

GetConfig = Callable[[], Config]

ONE = """
    [tool.contract-harness.service]
    name = "solo"
    app = "solo.app:app"
"""


def test_two_lines_describe_a_service(write: Write, config: GetConfig) -> None:
    """A name and an application are enough, and a service alone is a workspace of one."""
    root = write(**{"pyproject.toml": ONE})

    (service,) = config().services

    assert (service.name, service.app, service.directory) == ("solo", "solo.app:app", root)
    assert (service.reset, service.participant, service.serves) == ("restart", "solo", True)


def test_defaults_are_those_of_the_domain(write: Write, config: GetConfig) -> None:
    """What is not written has the value that the domain gives it."""
    root = write(**{"pyproject.toml": ONE})
    read = config()

    assert read == Config(
        root,
        root / "pyproject.toml",
        read.services,
        pacts=(root / "contracts" / "pacts",),
        accepted=root / "contracts" / "documents",
        waivers_file=root / "contracts" / "waivers.toml",
    )


def test_everything_that_can_be_written_arrives(write: Write, config: GetConfig) -> None:
    """Each key of a service's table reaches the service."""
    root = write(
        **{
            "pyproject.toml": """
                [tool.contract-harness]
                services = ["services/*"]
                pacts = ["contracts/pacts", "from-elsewhere"]
                neighbours = "real"
                broker = "https://broker.example/sub"
                workers = 3
                budget = { examples = 7, seed = 11, time_cap_s = 60 }
                [tool.contract-harness.external.billing]
                document = "billing.json"
                owner = "team-billing"
                [tool.contract-harness.policy]
                required = ["words-fit"]
                levels = { type-error = "warning", status-undocumented = "off" }
            """,
            "billing.json": "{}",
            "services/orders/env/bin/python": "",
            "services/orders/src/orders/__init__.py": "",
            "services/orders/contracts/test_it.py": "",
            "services/orders/api.json": "{}",
            "services/orders/pyproject.toml": """
                [tool.contract-harness.service]
                name = "orders"
                command = ["serve", "--port", "{port}"]
                python = "env"
                root = "src"
                packages = ["orders", "orders_jobs.daily"]
                documents = ["api.json", "/openapi.json", { path = "/v2.json", mount = "/v2/" }]
                base_path = "/api/v1/"
                env = { DB = "sqlite:///{tmp}/o.db", KEY = { from = "ORDERS_KEY" } }
                prepare = [["{python}", "-m", "orders.migrate"]]
                reset = "orders.provider_states:reset"
                states = "orders.provider_states:STATES"
                auth = "orders.provider_states:credentials"
                messages = "orders.messages"
                contract_tests = ["contracts"]
                consumes = { billing = "BILLING_URL", mail = { env = "MAIL_URL", suffix = "/api" } }
                owner = "team-orders"
                pacticipant = "orders-api"
                requires = ["postgres"]
                start_timeout_s = 5
            """,
            "services/mail/contract-harness.toml": """
                [service]
                name = "mail"
                url = "https://mail.example/api"
            """,
        }
    )
    read = config()
    mail, orders = read.services
    home = root / "services/orders"

    assert (mail.url, mail.directory) == ("https://mail.example/api", root / "services/mail")
    assert orders.command == ("serve", "--port", "{port}")
    assert orders.python == home / "env/bin/python"
    assert orders.root == home / "src"
    assert orders.packages == ("orders", "orders_jobs.daily")
    assert orders.documents == (
        DocumentSource("api.json"),
        DocumentSource("/openapi.json"),
        DocumentSource("/v2.json", "/v2"),
    )
    assert orders.base_path == "/api/v1"
    assert orders.env == {
        "DB": EnvValue("sqlite:///{tmp}/o.db"),
        "KEY": EnvValue(secret_from="ORDERS_KEY"),
    }
    assert orders.prepare == (("{python}", "-m", "orders.migrate"),)
    assert orders.reset == "orders.provider_states:reset"
    assert orders.states == "orders.provider_states:STATES"
    assert orders.auth == "orders.provider_states:credentials"
    assert orders.messages == "orders.messages"
    assert orders.contract_tests == (home / "contracts",)
    assert orders.consumes == (
        Consumption("billing", "BILLING_URL"),
        Consumption("mail", "MAIL_URL", "/api"),
    )
    assert (orders.owner, orders.pacticipant) == ("team-orders", "orders-api")
    assert (orders.requires, orders.start_timeout_s) == (("postgres",), 5.0)
    assert read.pacts == (root / "contracts/pacts", root / "from-elsewhere")
    assert (read.neighbours, read.workers) == ("real", 3)
    assert (read.examples, read.seed, read.time_cap_s) == (7, 11, 60.0)
    assert read.externals == (
        External("billing", (DocumentSource("billing.json"),), "team-billing"),
    )
    assert read.policy.levels == {"type-error": Severity.WARNING, "status-undocumented": None}
    assert read.policy.required == (Leg.FIT,)


@pytest.mark.parametrize(
    ("written", "publisher"),
    [
        ('"a.events:publish"', Publisher("a.events:publish")),
        ('{ function = "a:Client.send", sends = true }', Publisher("a:Client.send", sends=True)),
    ],
)
def test_a_publisher_is_a_name_or_a_table(
    write: Write, config: GetConfig, written: str, publisher: Publisher
) -> None:
    """Nothing is sent unless that is said."""
    table = f'[service]\nname = "a"\napp = "a:app"\npublisher = {written}'
    write(**{"contract-harness.toml": table})

    assert config().services[0].publisher == publisher


def test_a_channel_has_the_policy_of_its_table(write: Write, config: GetConfig) -> None:
    """Its address is a key, whatever dots it has."""
    table = '[service]\nname = "a"\n[service.channels."a.b"]\ncompatibility = "FULL_TRANSITIVE"'
    write(**{"contract-harness.toml": table})

    assert config().services[0].channels == {"a.b": ChannelPolicy.FULL_TRANSITIVE}


def test_several_services_share_one_directory(write: Write, config: GetConfig) -> None:
    """A system is described wholly in its workspace, without a file of its members."""
    root = write(
        **{
            "contract-harness.toml": """
                pacts = "pacts"
                [members.shop]
                app = "shop.app:app"
                [members."the till"]
                directory = "till"
                consumes = { shop = "SHOP_URL" }
            """,
            "till/x": "",
        }
    )
    shop, till = config().services

    assert (shop.name, shop.directory) == ("shop", root)
    assert (till.name, till.directory, till.serves) == ("the till", root / "till", False)


def test_the_root_may_be_a_member_beside_others(write: Write, config: GetConfig) -> None:
    """A service in the workspace's own directory stands beside those that globs find."""
    write(
        **{
            "contract-harness.toml": """
                services = ["services/*"]
                service = { name = "front" }
            """,
            "services/back/contract-harness.toml": 'service = { name = "back" }',
        }
    )

    assert [one.name for one in config().services] == ["front", "back"]
    assert [one.described_in for one in config().services] == [
        "contract-harness.toml",
        "services/back/contract-harness.toml",
    ]


def test_globs_pass_over_what_is_no_project(write: Write, config: GetConfig) -> None:
    """Hidden directories, caches and directories without a project file are no services."""
    write(
        **{
            "contract-harness.toml": 'services = ["services/*"]\nexclude = ["services/lib*"]',
            "services/a/contract-harness.toml": 'service = { name = "a" }',
            "services/__pycache__/pyproject.toml": "",
            "services/.hidden/pyproject.toml": "",
            "services/notes/readme": "",
            "services/library/pyproject.toml": "",
        }
    )

    assert [one.name for one in config().services] == ["a"]


def test_a_member_leads_to_its_workspace(write: Write) -> None:
    """Started in a member or below it, the harness finds the workspace that claims the member."""
    root = write(
        **{
            "pyproject.toml": '[tool.contract-harness]\nservices = ["services/*"]',
            "services/a/pyproject.toml": ONE,
            "services/a/src/x": "",
        }
    )

    assert load(root / "services/a/src", checks=CHECKS).config.root == root


def test_an_unclaimed_service_is_its_own_workspace(write: Write) -> None:
    """A workspace above that does not name the service leaves it alone."""
    root = write(
        **{
            "pyproject.toml": '[tool.contract-harness]\nservices = ["services/*"]',
            "services/a/pyproject.toml": ONE,
            "tools/b/pyproject.toml": ONE,
        }
    )

    assert load(root / "tools/b", checks=CHECKS).config.root == root / "tools/b"


def test_a_given_path_is_taken(write: Write, tmp_path: Path) -> None:
    """A configuration that was named is read, whatever the working directory holds."""
    root = write(**{"elsewhere/pyproject.toml": ONE, "pyproject.toml": ONE})

    for given in (root / "elsewhere", root / "elsewhere/pyproject.toml"):
        assert load(tmp_path, given=given, checks=CHECKS).config.root == root / "elsewhere"


def test_a_shared_policy_is_refined(write: Write, config: GetConfig) -> None:
    """Own levels win over those of the file that is extended, and that over what it extends."""
    write(
        **{
            "contract-harness.toml": """
                extends = "shared/team.toml"
                service = { name = "a" }
                policy = { levels = { type-error = "error" } }
            """,
            "shared/team.toml": """
                extends = "company.toml"
                levels = { type-error = "off", service-crashes = "warning" }
            """,
            "shared/company.toml": """
                required = ["consumer-copes"]
                levels = { service-crashes = "error", status-undocumented = "information" }
            """,
        }
    )
    policy = config().policy

    assert policy.levels == {
        "type-error": Severity.ERROR,
        "service-crashes": Severity.WARNING,
        "status-undocumented": Severity.INFORMATION,
    }
    assert policy.required == (Leg.CONSUMER,)


@pytest.mark.parametrize(
    ("lines", "owner"),
    [
        ("* @all", "@all"),
        ("* @all\n/services/a/ @team-a @lead", "@team-a @lead"),
        ("services/* @team-s # why", "@team-s"),
        ("/services/ @team-s\n/services/a", None),
        ("/other/ @team-o", None),
        ("**/a @team-a", "@team-a"),
        ("[Section]\na/ @team-a", "@team-a"),
    ],
)
def test_owners_come_from_codeowners(
    write: Write, config: GetConfig, lines: str, owner: str | None
) -> None:
    """Where a service names no owner, the last line of CODEOWNERS that matches does."""
    write(
        **{
            ".github/CODEOWNERS": lines,
            "contract-harness.toml": 'services = ["services/a"]',
            "services/a/contract-harness.toml": 'service = { name = "a" }',
        }
    )

    assert config().services[0].owner == owner


def test_names_of_any_script_are_kept(write: Write, config: GetConfig) -> None:
    """A name may hold slashes, spaces and letters of any script."""
    write(**{"contract-harness.toml": '[members."größe/of things 訂單"]'})

    assert config().services[0].name == "größe/of things 訂單"


def test_an_interpreter_is_found_by_name_or_path(write: Write, config: GetConfig) -> None:
    """`python` is an environment, an interpreter's path, or a command that PATH knows."""
    root = write(
        **{
            "contract-harness.toml": """
                [members.a]
                python = "python3"
                [members.b]
                python = "bin/python9"
            """,
            "bin/python9": "",
        }
    )
    by_name, by_path = (one.python for one in config().services)

    assert by_name is not None
    assert by_name.is_absolute()
    assert by_path == root / "bin/python9"


def test_code_that_is_believed_is_put_together(write: Write, config: GetConfig) -> None:
    """What a policy believes is added to what it extends, each with its reason."""
    write(
        **{
            "pyproject.toml": ONE
            + """
            [tool.contract-harness]
            extends = "policy.toml"
            policy.annotations = [{ ignore = "orders.pricing:total", reason = "ours" }]
            """,
            "policy.toml": """
                annotations = [{ ignore = "FakeClock", reason = "shared" }]
            """,
        }
    )

    assert config().policy.annotations == (
        Passed("orders.pricing.total", "ours"),
        Passed("FakeClock", "shared"),
    )


def test_policies_are_put_over_one_another_key_by_key(write: Write, config: GetConfig) -> None:
    """A ceiling, a service's level or the mode of a shared policy holds until a nearer one does."""
    write(
        **{
            "contract-harness.toml": """
                extends = "team.toml"
                service = { name = "a" }
                [policy]
                mode = "enforcing"
                legs = { words-fit = "information" }
                [policy.services.a]
                levels = { type-error = "off" }
            """,
            "team.toml": """
                mode = "advisory"
                expiry = "required"
                legs = { words-fit = "warning", consumer-copes = "warning" }
                [services.a]
                at_most = "warning"
                levels = { type-error = "error", service-crashes = "error" }
                [services.elsewhere]
                at_most = "information"
            """,
        }
    )
    policy = config().policy

    assert policy.mode is Mode.ENFORCING
    assert policy.day_demanded_by == "team.toml:2"
    assert policy.legs == {Leg.FIT: Severity.INFORMATION, Leg.CONSUMER: Severity.WARNING}
    assert policy.services["a"] == ServicePolicy(
        levels={"type-error": None, "service-crashes": Severity.ERROR}, at_most=Severity.WARNING
    )


def test_a_nearer_policy_may_let_go_of_a_day(write: Write, config: GetConfig) -> None:
    """What is nearer wins here too."""
    write(
        **{
            "contract-harness.toml": """
                extends = "team.toml"
                service = { name = "a" }
                policy = { expiry = "optional" }
            """,
            "team.toml": 'expiry = "required"\n',
        }
    )

    assert config().policy.day_demanded_by == ""


@pytest.mark.parametrize(
    ("policy", "told"),
    [
        ("services.aa.at_most = 'warning'", "`services`: there is no service `aa`"),
        ("services.a.at_most = 'error'", "`policy.services.a.at_most`: expected 'warning' or"),
        ("services.a.levels.type-eror = 'off'", "`services.a.levels`: there is no check `type-er"),
        ("services.a.level = {}", "unknown key `level` in `policy.services.a`"),
        ("legs.words-fits = 'warning'", "`policy.legs.words-fits`"),
        ("legs.words-fit = 'off'", "`policy.legs.words-fit`: expected 'warning' or"),
        ("mode = 'advising'", "`policy.mode`: expected 'enforcing' or 'advisory'"),
        ("expiry = true", "`policy.expiry`: expected 'optional' or 'required'"),
    ],
)
def test_what_no_policy_can_say(write: Write, refusal: Refuse, policy: str, told: str) -> None:
    """Each is one fault with its line and what was expected."""
    write(**{"contract-harness.toml": f'service = {{ name = "a" }}\npolicy.{policy}\n'})

    assert told in refusal()
    assert "contract-harness.toml:2" in refusal()
