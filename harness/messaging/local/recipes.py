"""How each broker is started, and how it says that it is ready."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Final

from harness.services.processes import LOOPBACK

AMQP_HEADER: Final = b"AMQP\x00\x00\x09\x01"
# ApiVersions 0, correlation 1, no client id: what every Kafka client asks first.
KAFKA_ASKED: Final = b"\x00\x00\x00\x0a\x00\x12\x00\x00\x00\x00\x00\x01\xff\xff"
HTTP_ASKED: Final = b"GET / HTTP/1.0\r\n\r\n"
# The command in the path of distributions is a wrapper that wants to be root.
RABBITMQ_PLACES: Final = ("/usr/lib/rabbitmq/bin/rabbitmq-server",)


@dataclass(frozen=True, slots=True)
class Place:
    """What an instance has for itself: a directory, and ports, the broker's own first."""

    directory: Path
    ports: tuple[int, ...]

    @property
    def port(self) -> int:
        """Where the broker listens."""
        return self.ports[0]


@dataclass(frozen=True, slots=True)
class Recipe:
    """
    A broker of one kind.

    Shape: `argv` follows the program; `asked` is sent to the port, and `answer` begins what comes
    back once the broker, and not just its socket, is there; `urls` are templates of transports.
    """

    product: str
    program: str
    install: str
    argv: Callable[[Place], tuple[str, ...]]
    urls: tuple[str, ...]
    answer: bytes
    asked: bytes = b""
    ports: int = 1
    places: tuple[str, ...] = ()
    prepare: Callable[[Place], None] = lambda _place: None
    env: Callable[[Place], Mapping[str, str]] = lambda _place: {}
    distribution: str = ""

    def found(self) -> str | None:
        """Where the program is: where it is known to be, beside this interpreter, in the path."""
        beside = Path(sys.executable).parent / self.program
        for place in (*self.places, str(beside)):
            if Path(place).is_file():
                return place
        return None if self.places else shutil.which(self.program)

    def options(self) -> str:
        """What a URL says of the product, where the protocol tells neither name nor version."""
        if not self.distribution:
            return ""
        try:
            return f"?broker={self.distribution}/{version(self.distribution)}"
        except PackageNotFoundError:
            return f"?broker={self.distribution}"


def _rabbitmq_files(plugins: str) -> Callable[[Place], None]:
    def write(place: Place) -> None:
        own = f"listeners.tcp.1 = {LOOPBACK}:{place.port}\n"
        (place.directory / "rabbit.conf").write_text(own, "utf-8")
        (place.directory / "plugins").write_text(f"[{plugins}].", "utf-8")

    return write


def _rabbitmq_env(place: Place) -> Mapping[str, str]:
    directory = str(place.directory)
    return {
        "HOME": directory,
        "RABBITMQ_NODENAME": f"harness{place.port}@localhost",
        "RABBITMQ_DIST_PORT": str(place.ports[1]),
        "RABBITMQ_CONFIG_FILE": f"{directory}/rabbit",
        "RABBITMQ_ENABLED_PLUGINS_FILE": f"{directory}/plugins",
        "RABBITMQ_MNESIA_BASE": f"{directory}/mnesia",
        "RABBITMQ_LOG_BASE": directory,
        # Its own map of ports: else one that daemonises would outlive the node.
        "ERL_EPMD_ADDRESS": LOOPBACK,
        "ERL_EPMD_PORT": str(place.ports[2]),
        "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": "-kernel inet_dist_use_interface {127,0,0,1}",
    }


def _rabbitmq(url: str, plugins: str = "") -> Recipe:
    return Recipe(
        product="RabbitMQ",
        program="rabbitmq-server",
        install="apt-get install rabbitmq-server",
        argv=lambda _place: (),
        urls=(url,),
        asked=AMQP_HEADER,
        answer=b"\x01",
        ports=3,
        places=RABBITMQ_PLACES,
        prepare=_rabbitmq_files(plugins),
        env=_rabbitmq_env,
    )


RECIPES: Final[Mapping[str, Recipe]] = {
    "rabbitmq": _rabbitmq("amqp://guest:guest@{at}/"),
    "amqp1": _rabbitmq("amqp1://guest:guest@{at}?prefix=/queue/", plugins="rabbitmq_amqp1_0"),
    "kafka": Recipe(
        product="noida-db, in place of Apache Kafka",
        program="noida-db",
        install='pip install "contract-harness[messaging-local]"',
        argv=lambda at: (
            *("start", "--only", "kafka", "--host", LOOPBACK),
            *("--kafka-port", str(at.port), "--data-dir", str(at.directory)),
        ),
        urls=("kafka://{at}",),
        asked=KAFKA_ASKED,
        answer=b"\x00\x00",
        distribution="noida-db",
    ),
    "aws": Recipe(
        product="moto_server, in place of AWS",
        program="moto_server",
        install='pip install "contract-harness[messaging-local]"',
        argv=lambda at: ("-H", LOOPBACK, "-p", str(at.port)),
        urls=tuple(f"{one}://{{at}}/" for one in ("sqs", "sns", "eventbridge", "kinesis")),
        asked=HTTP_ASKED,
        answer=b"HTTP/1.",
        distribution="moto",
    ),
    "nats": Recipe(
        product="NATS",
        program="nats-server",
        install="apt-get install nats-server",
        argv=lambda at: ("-a", LOOPBACK, "-p", str(at.port), "-js", "-sd", str(at.directory)),
        urls=("nats://{at}",),
        answer=b"INFO {",
    ),
    "redis": Recipe(
        product="Redis",
        program="redis-server",
        install="apt-get install redis-server",
        argv=lambda at: (
            *("--port", str(at.port), "--bind", LOOPBACK),
            *("--save", "", "--dir", str(at.directory)),
        ),
        urls=("redis://{at}",),
        asked=b"PING\r\n",
        answer=b"+PONG",
    ),
}

# What needs no program: the transport itself is all there is.
NEEDS_NONE: Final[Mapping[str, str]] = {
    "memory": "memory://",
    "zeromq": f"zmq://{LOOPBACK}:0",
}
