"""The tables of a configuration, as a reader may write them."""

from __future__ import annotations

import datetime
import re
from typing import Annotated, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Discriminator, Field, Tag
from pydantic_core import PydanticCustomError

from harness.domain.finding import FINGERPRINT

TAGS = frozenset({"as text", "as table", "as list"})


def _as_written(value: object) -> str:
    if isinstance(value, str):
        return "as text"
    return "as list" if isinstance(value, list) else "as table"


def _text_or_table(value: object) -> str:
    return "as text" if isinstance(value, str) else "as table"


def _pattern(pattern: str, expected: str) -> AfterValidator:
    compiled = re.compile(pattern)

    def check(value: str) -> str:
        if not compiled.fullmatch(value):
            raise PydanticCustomError("form", "expected {expected}", {"expected": expected})
        return value

    return AfterValidator(check)


_WORD = r"[^\W\d]\w*"
_MODULE = rf"{_WORD}(?:\.{_WORD})*"
_TARGET = rf"{_MODULE}:{_MODULE}"

Text = Annotated[str, Field(min_length=1)]
Name = Annotated[
    str,
    _pattern(
        r"[^\x00-\x1f\x7f-\x9f:]*[^\s:\x00-\x1f\x7f-\x9f][^\x00-\x1f\x7f-\x9f:]*",
        "a name without colons and control characters",
    ),
]
App = Annotated[str, _pattern(rf"{_TARGET}(?:\(\))?", "`module:attribute`")]
Target = Annotated[str, _pattern(_TARGET, "`module:function`")]
_PLACE = r"https?://[^\s/]+\S*|/\S*"
States = Annotated[
    str,
    _pattern(
        rf"{_MODULE}(?::{_MODULE})?|{_PLACE}",
        "`module`, `module:MAPPING`, or (of a command or url) an address or a path on the service",
    ),
]
Reset = Annotated[
    str,
    _pattern(
        rf"restart|{_TARGET}|{_PLACE}",
        "`restart`, `module:function`, or (of a command or url) an address or a path",
    ),
]
JobName = Annotated[str, _pattern(r"[\w.-]+", "a name of letters, digits, `-`, `_` and `.`")]
Package = Annotated[str, _pattern(_MODULE, "the name of a package or module")]
Raised = Annotated[
    str, _pattern(_MODULE, "an exception by its qualified name, `orders.errors.StockNotFound`")
]
Code = Annotated[
    str, _pattern(rf"{_MODULE}(?::{_MODULE})?", "a qualified name, `orders.pricing.total`")
]
Variable = Annotated[str, _pattern(r"[A-Za-z_][A-Za-z0-9_]*", "the name of a variable")]
Address = Annotated[str, _pattern(r"https?://[^\s/]+\S*", "an address such as https://host/path")]
# Credentials have no place in a file that is committed.
Broker = Annotated[
    str,
    _pattern(
        r"embedded|https?://[^\s/@]+(?:/[^\s@]*)?",
        '"embedded", or an address without credentials such as https://broker.example',
    ),
]
Handler = Annotated[
    str, _pattern(rf"{_MODULE}(?::{_WORD})?", "`module` or `module:function`, `orders.handlers`")
]
Fingerprint = Annotated[
    str, _pattern(FINGERPRINT, "a fingerprint as reports print it: `1:` and 20 digits from 0 to f")
]
Below = Annotated[str, _pattern(r"(?:/\S*)?", "a path that begins with `/`")]
Level = Literal["error", "warning", "information", "off"]
Ceiling = Literal["warning", "information"]
LegName = Literal["provider-keeps-its-word", "words-fit", "consumer-copes"]
Command = Annotated[list[Text], Field(min_length=1)]


class Table(BaseModel):
    """A table whose keys are all known."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class FromVariable(Table):
    """A value that is a secret: it is taken from the gate's own environment and masked."""

    source: Variable = Field(alias="from", description="The variable that holds the secret.")


class DocumentTable(Table):
    """One API document."""

    path: Text = Field(description="A file, or a path that the running app serves.")
    mount: Below = Field("", description="Put before every path of the document.")


class ConsumesTable(Table):
    """How a service is told where a provider answers."""

    env: Variable = Field(description="The variable that holds the provider's base URL.")
    suffix: Below = Field("", description="Put behind the base URL.")


MessageBroker = Literal["amqp1", "aws", "kafka", "nats", "rabbitmq", "redis", "zeromq"]


class BrokerTable(Table):
    """The message broker that a service meets others at, and its names there."""

    kind: MessageBroker = Field(description="The kind, as `harness messaging up` has it.")
    address: Text | None = Field(
        None, description="What a producer sends to: {namespace}{address} where it is not said."
    )
    exchange: Text | None = Field(None, description="The exchange of AMQP that it is sent to.")
    group: Text | None = Field(None, description="The service's own queue or consumer group.")
    dead_letters: Text | None = Field(None, description="Where it puts what it refuses.")
    topic: Text | None = Field(None, description="The topic of SNS that feeds its queue.")
    raw: bool = Field(
        True, description="Whether that topic delivers raw, without its own JSON around a message."
    )
    ports: int = Field(1, ge=1, le=16, description="How many ports of ZeroMQ in a row it binds.")
    headers: bool = Field(True, description="Whether ZeroMQ has headers in a frame of their own.")
    optional: bool = Field(
        False, description="Whether the gate goes without it where the environment names none."
    )


EnvEntry = Annotated[
    Annotated[str, Tag("as text")] | Annotated[FromVariable, Tag("as table")],
    Discriminator(_text_or_table),
]
DocumentEntry = Annotated[
    Annotated[Text, Tag("as text")] | Annotated[DocumentTable, Tag("as table")],
    Discriminator(_text_or_table),
]
ConsumesEntry = Annotated[
    Annotated[Variable, Tag("as text")] | Annotated[ConsumesTable, Tag("as table")],
    Discriminator(_text_or_table),
]
BrokerEntry = Annotated[
    Annotated[MessageBroker, Tag("as text")] | Annotated[BrokerTable, Tag("as table")],
    Discriminator(_text_or_table),
]


class ChannelTable(Table):
    """What is asked of a channel of the service's AsyncAPI documents."""

    compatibility: Literal[
        "BACKWARD",
        "FORWARD",
        "FULL",
        "BACKWARD_TRANSITIVE",
        "FORWARD_TRANSITIVE",
        "FULL_TRANSITIVE",
        "NONE",
    ] = Field(description="Which of its versions must read what the other writes.")


class PublisherTable(Table):
    """The one function by which a service publishes."""

    function: Target = Field(description="The function or method, `module:function`.")
    sends: bool = Field(False, description="Whether it is called as well, and really publishes.")


PublisherEntry = Annotated[
    Annotated[Target, Tag("as text")] | Annotated[PublisherTable, Tag("as table")],
    Discriminator(_text_or_table),
]
OneOrMore = Annotated[
    Annotated[Text, Tag("as text")] | Annotated[list[Text], Tag("as list")],
    Discriminator(lambda value: "as text" if isinstance(value, str) else "as list"),
]


class Description(Table):
    """What is said of a service, wherever it is said."""

    app: App | None = Field(None, description="The ASGI or WSGI application, `module:attribute`.")
    command: Command | None = Field(
        None, description="A program that serves; {host} and {port} are filled in."
    )
    url: Address | None = Field(None, description="Where the service is running already.")
    jobs: dict[JobName, Command] = Field(
        {}, description="Programs that end by themselves: the commands, which begin with {python}."
    )
    python: Text | None = Field(None, description="A virtual environment or an interpreter.")
    root: Text | None = Field(None, description="The directory that imports begin at.")
    packages: list[Package] = Field([], description="What is type-checked and observed.")
    documents: list[DocumentEntry] = Field([], description="The service's API documents.")
    base_path: Below = Field("", description="What every path of the service begins with.")
    env: dict[Variable, EnvEntry] = Field(
        {}, description="Variables of the service; {tmp} is fresh for each instance."
    )
    prepare: list[Command] = Field([], description="Commands to run before each start.")
    reset: Reset = Field("restart", description="How a clean state is had again.")
    states: States | None = Field(None, description="The provider states.")
    auth: Target | None = Field(None, description="Gives headers for each security scheme.")
    messages: States | None = Field(
        None, description="The functions that make the messages which it publishes."
    )
    publisher: PublisherEntry | None = Field(
        None, description="The one function by which it publishes: what it is called with is seen."
    )
    contract_tests: list[Text] = Field([], description="Where the contract tests lie.")
    consumes: dict[Text, ConsumesEntry] = Field(
        {}, description="The providers that this service uses, and the variable of each."
    )
    owner: Text | None = Field(None, description="Who mends findings; else CODEOWNERS says.")
    pacticipant: Name | None = Field(None, description="The name in pacts, if it is another.")
    requires: list[Variable] = Field(
        [], description="What must run beside it: `postgres` is looked for in POSTGRES_URL."
    )
    start_timeout_s: float = Field(30.0, gt=0, description="Seconds until it must answer.")
    broker: BrokerEntry | None = Field(
        None, description="The message broker that it meets others at: its kind, or a table."
    )
    worker: Command | None = Field(
        None, description="A program that consumes messages from the broker."
    )
    handlers: list[Handler] = Field(
        [], description="The modules, or `module:function`, that the worker hands messages to."
    )
    channels: dict[Text, ChannelTable] = Field(
        {}, description="What is asked of versions of its channels, by address or name."
    )
    raises: list[Raised] = Field(
        [], description="Exceptions that its clients raise on purpose, by their qualified names."
    )


class ServiceTable(Description):
    """A service, described in its own directory."""

    name: Name = Field(description="The name of the service.")


class MemberTable(Description):
    """A service, described by its workspace; its name is the table's."""

    directory: Text = Field(".", description="The directory of the service.")


class ExternalTable(Table):
    """A neighbour that lives elsewhere."""

    document: Text | None = Field(
        None,
        description="The file of its API document, or `broker`, or an address: "
        "https://host/{service}/{environment}.json, git+https://host/repository.git#path@revision.",
    )
    owner: Text | None = Field(None, description="Who answers for it.")


class BudgetTable(Table):
    """How much is tried; the same seed gives the same run."""

    examples: int = Field(50, ge=1, description="Examples for each operation and phase.")
    seed: int = Field(0, ge=0, description="Where generation begins.")
    time_cap_s: float = Field(900.0, gt=0, description="A cap, in seconds, for each step.")
    patience_s: float = Field(
        10.0, gt=0, description="How long, in seconds, a consumer may go on for one reply."
    )


class PassedTable(Table):
    """Code that is right although a value contradicts what it says, and why."""

    ignore: Code = Field(
        description="A function, module or package by its qualified name, or the type of a value."
    )
    reason: Text = Field(description="Why, for readers of the report.")


class ServicePolicyTable(Table):
    """What findings that one service must mend are worth."""

    at_most: Ceiling | None = Field(None, description="No finding of it weighs more than this.")
    legs: dict[LegName, Ceiling] = Field(
        {}, description="For each leg, the most that its findings weigh."
    )
    levels: dict[str, Level] = Field({}, description="A level for each check id, or `off`.")


class PolicyTable(Table):
    """What findings are worth, and which legs must have evidence."""

    mode: Literal["enforcing", "advisory"] | None = Field(
        None, description="Whether findings and what was not seen fail the gate, or are only told."
    )
    levels: dict[str, Level] = Field({}, description="A level for each check id, or `off`.")
    legs: dict[LegName, Ceiling] = Field(
        {}, description="For each leg, the most that its findings weigh."
    )
    services: dict[Name, ServicePolicyTable] = Field(
        {}, description="What the findings of one service are worth, by its name."
    )
    expiry: Literal["optional", "required"] | None = Field(
        None, description="Whether each waiver must have a last day."
    )
    required: list[LegName] | None = Field(
        None, description="The legs that every edge must have evidence for."
    )
    changes: dict[str, Level] = Field(
        {}, description="A level for each rule of changes between versions, or `off`."
    )
    annotations: list[PassedTable] = Field(
        [], description="Code whose annotations values may contradict, each with the reason."
    )


class PolicyFile(PolicyTable):
    """A policy that several workspaces share."""

    extends: Text | None = Field(None, description="Another policy file that this one refines.")


class WaiverTable(Table):
    """A finding that is known, and does not fail until a day has passed, or until it is mended."""

    fingerprint: Fingerprint = Field(description="The finding.")
    consumer: Text = Field(description="The consumer that the finding is about.")
    until: datetime.date | None = Field(
        None, description="The last day on which the waiver holds; without one it holds on."
    )
    reason: Text = Field(description="Why, and what will be done.")
    owner: Text | None = Field(None, description="Who answers for it.")
    check: Text | None = Field(None, description="What the finding is, for readers.")
    subject: Text | None = Field(None, description="Whom the finding is about, for readers.")


class WaiverFile(Table):
    """The findings that are waived."""

    waiver: list[WaiverTable] = Field([], description="The waivers.")


class WorkspaceTable(Table):
    """A workspace: `[tool.contract-harness]`, or the whole of contract-harness.toml."""

    services: list[Text] = Field([], description="The directories of the members, as globs.")
    exclude: list[Text] = Field([], description="Directories that the globs leave out.")
    service: ServiceTable | None = Field(None, description="The service in this very directory.")
    members: dict[Name, MemberTable] = Field(
        {}, description="Members that are described here; several may share a directory."
    )
    external: dict[Name, ExternalTable] = Field({}, description="Neighbours that live elsewhere.")
    pacts: OneOrMore = Field(
        "contracts/pacts",
        description="Directories of pact files; the first one receives new pacts.",
    )
    accepted: Text = Field(
        "contracts/documents",
        description="The directory of the accepted versions of API documents.",
    )
    waivers: Text = Field(
        "contracts/waivers.toml", description="The file of the findings that are waived for a time."
    )
    evidence: Text = Field(
        ".harness/evidence",
        description="Where evidence is kept for the next run: a directory, or an address.",
    )
    snapshot: Text | None = Field(
        None,
        description="A file of pacts and documents that counts where the workspace lacks them.",
    )
    neighbours: Literal["real", "stand-in"] = Field(
        "stand-in", description="Who answers in place of the providers of a service under test."
    )
    broker: Broker | None = Field(
        None, description="Where pacts are exchanged: `embedded`, or the address of a Pact Broker."
    )
    deploys_to: list[Text] = Field(
        [], description="Environments that the gate asks the broker about, the next one first."
    )
    budget: BudgetTable = Field(default_factory=lambda: BudgetTable.model_validate({}))
    workers: int = Field(0, ge=0, description="Steps at a time; 0 takes the number of cores.")
    policy: PolicyTable = Field(default_factory=lambda: PolicyTable.model_validate({}))
    extends: Text | None = Field(None, description="A policy file that this policy refines.")
