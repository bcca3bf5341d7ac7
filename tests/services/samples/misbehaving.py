"""Applications that do not let themselves be ended: MANNER says how."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterable
from typing import Any

MANNER = os.environ.get("MANNER", "")


def app(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [MANNER.encode()]


def sleep_on() -> None:
    time.sleep(600)


def fork_away() -> None:
    """Leave a grandchild in a session of its own, as daemons do."""
    if os.fork() == 0:
        os.setsid()
        if os.fork() == 0:
            sleep_on()
        os._exit(0)
    os.wait()


if MANNER == "forks":
    fork_away()
    subprocess.Popen([sys.executable, "-c", "import time; time.sleep(600)"])
elif MANNER == "deaf":
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTERM, signal.SIGINT, signal.SIGHUP})
elif MANNER == "busy":
    threading.Timer(0.5, lambda: re.match(r"(a+)+$", "a" * 60 + "b")).start()
elif MANNER == "lingers":
    threading.Thread(target=sleep_on).start()
elif MANNER == "locks-its-directory":
    os.makedirs(os.path.join(os.environ["TMPDIR"], "kept", "deep"))
    os.chmod(os.path.join(os.environ["TMPDIR"], "kept"), 0o000)
elif MANNER == "hangs-at-start":
    sleep_on()
elif MANNER == "exits-at-start":
    sys.stdout.write("the key is " + os.environ.get("API_KEY", "") + "\n")
    sys.exit(4)
elif MANNER == "shouts-at-start":
    for _ in range(3000):
        sys.stdout.write("x" * 1023 + "\n")
    sys.exit("the last line")
elif MANNER == "raises-at-start":
    raise ValueError("a configuration is missing")
