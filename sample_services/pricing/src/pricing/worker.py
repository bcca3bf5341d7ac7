"""
Answers and announces over ZeroMQ: ``python -m pricing.worker``.

ZeroMQ keeps nothing: who asks sees no answer and asks again, and who was not there when a price was
announced asks for a quote.
"""

import json
import logging
import os
import signal
from pathlib import Path
from types import FrameType

import zmq

from pricing import handlers, messages
from pricing.messages import Message
from pricing.tariffs import TariffFile, Tariffs

LOOK_MS = 200
DEFAULT_URL = "tcp://127.0.0.1:5560"
_log = logging.getLogger(__name__)


def main() -> None:
    """Serve until stopped."""
    logging.basicConfig(level=logging.INFO)
    url = os.environ.get("ZEROMQ_URL", DEFAULT_URL)
    prefix = os.environ.get("CHANNEL_PREFIX", "")
    file = TariffFile(Path(os.environ.get("PRICING_TARIFFS", "tariffs.json")))
    tariffs = Tariffs(file.changed() or [])
    signal.signal(signal.SIGTERM, _leave)
    with zmq.Context() as context:
        context.linger = 0
        with context.socket(zmq.REP) as asked, context.socket(zmq.PUB) as announcing:
            asked.bind(url)
            announcing.bind(announcements(url))
            while True:
                if asked.poll(LOOK_MS):
                    asked.send_multipart(answered(asked.recv_multipart(), tariffs))
                announce(file, tariffs, announcing, prefix)


def announcements(url: str) -> str:
    """The address at which prices are announced: the port behind that of requests."""
    host, _, port = url.rpartition(":")
    return f"{host}:{int(port) + 1}"


def answered(frames: list[bytes], tariffs: Tariffs) -> list[bytes]:
    """The frames of the answer to those of a request."""
    *before, body = frames
    reply = handlers.on_price_quote(body, _headers(before), tariffs)
    told = {"content-type": reply.content_type, **reply.headers}
    return [json.dumps(told).encode(), reply.body]


def announce(file: TariffFile, tariffs: Tariffs, socket: "zmq.Socket[bytes]", prefix: str) -> None:
    """Send what has changed; a file that cannot be read leaves the tariffs as they are."""
    try:
        changed = file.changed()
    except (OSError, ValueError) as error:
        _log.warning("the tariffs stay as they are: %s", error)
        return
    for change in tariffs.replace(changed) if changed is not None else ():
        socket.send_multipart(framed(messages.price_changed(change), prefix))


def framed(message: Message, prefix: str) -> list[bytes]:
    """The frames of an announcement."""
    told = {"content-type": message.content_type, **message.headers}
    return [(prefix + message.channel).encode(), json.dumps(told).encode(), message.body]


def _headers(frames: list[bytes]) -> dict[str, str]:
    """The headers of a request; a frame that holds none is passed over, since the body counts."""
    try:
        told: object = json.loads(frames[0]) if len(frames) == 1 else None
    except ValueError:
        return {}
    found = told.items() if isinstance(told, dict) else ()
    return {str(name): value for name, value in found if isinstance(value, str)}


def _leave(_signal: int, _frame: FrameType | None) -> None:
    raise SystemExit(0)


if __name__ == "__main__":
    main()
