"""What becomes of clients that would never come to an end."""

from __future__ import annotations

import json
import re
import signal
import time
from dataclasses import replace

import pytest

from harness.consumer.asks import Asks
from harness.consumer.patience import SWALLOWS_EVERYTHING, CutOff, Patience
from harness.domain.possible import Fault, Origin, PossibleReply
from tests.consumer.drives import PLAIN, offers, project, put
from tests.consumer.support import run_apart

pytest_plugins = ["pytester"]

CLIENT = """
import asyncio
import os
import threading
import time
from urllib.error import HTTPError
from urllib.request import urlopen


def wait(url):
    return urlopen(url + "/stock").read()


def wait_a_while(url):
    return urlopen(url + "/stock", timeout=0.1).read()


def wait_in_a_thread(url):
    thread = threading.Thread(target=wait, args=(url,), daemon=True)
    thread.start()
    thread.join()


async def wait_later(url):
    host, _, port = url.removeprefix("http://").partition(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    writer.write(b"GET /stock HTTP/1.1\\r\\nHost: till\\r\\nConnection: close\\r\\n\\r\\n")
    return await reader.read()


def in_a_loop(url):
    asyncio.run(wait_later(url))


async def both(url):
    await asyncio.gather(wait_later(url), asyncio.sleep(0))


def at_once(url):
    asyncio.run(both(url))


def retry(url):
    while True:
        try:
            return wait(url)
        except HTTPError:
            time.sleep(0.01)


def swallow(url):
    while True:
        try:
            return urlopen(url + "/stock").read()
        except BaseException:
            pass


def leak(url):
    threading.Thread(target=time.sleep, args=(600,)).start()
    return urlopen(url + "/stock").read()


def never_ends(url):
    urlopen(url + "/stock").read()
    while os.environ.get("ENDLESS"):
        time.sleep(0.01)
"""
TEST = """
def test_stock():
    pact = told()
    with pact.serve(raises=False) as server:
        client.NAME(server.url)
    kept(pact)
"""
HEAD = PLAIN.replace(
    "from shop.client import Closed, get, on_hand, on_purpose", "from shop import client"
)
SILENT = PossibleReply("no answer at all", Origin.NETWORK, fault=Fault.SILENT)
BUSY = PossibleReply("a 503", Origin.NETWORK, 503, "", "")
GOOD = PossibleReply("another", Origin.DOCUMENT, body='{"on_hand":4}')


def asked(
    pytester: pytest.Pytester,
    name: str,
    *replies: PossibleReply,
    patience_s: float = 2.0,
    waits_s: float = 60.0,
) -> Asks:
    """The questions about one function of the client."""
    project(pytester, client=CLIENT, stock=HEAD + TEST.replace("NAME", name))
    return offers(pytester, {"stock": replies}, patience_s=patience_s, waits_s=waits_s)


WAITS = 'urlopen(url + "/stock").read()'


@pytest.mark.parametrize(
    ("name", "site"),
    [
        ("wait", 'shop.client.wait: return urlopen(url + "/stock").read()'),
        ("wait_in_a_thread", "shop.client.wait_in_a_thread: thread.join()"),
        ("in_a_loop", "shop.client.wait_later: return await reader.read()"),
        ("at_once", "shop.client.wait_later: return await reader.read()"),
    ],
)
def test_a_client_that_waits_for_ever_is_cut_off(
    pytester: pytest.Pytester, name: str, site: str
) -> None:
    """It is told with the line at which it waits, in a task as well, and others are put after."""
    told = put(pytester, asked(pytester, name, SILENT, GOOD))
    hung, taken = told.answers["stock"]

    assert (hung["reception"], taken["reception"]) == ("refused", "taken"), told.lines
    assert re.fullmatch(r"it had not given up after \d+ s", hung["error"])
    assert 1.9 < hung["waited_s"] < 60
    assert hung["site"] == f"hangs in {site}"
    assert hung["crash"]["type"] == "hangs"
    own = [one for one in hung["crash"]["frames"] if one["module"] == "shop.client"]
    assert own[-1]["code"] == site.partition(": ")[2]
    assert told.lines[-1]["kind"] == "run"


def test_a_client_that_gives_up_copes(pytester: pytest.Pytester) -> None:
    """A time-out of the client's own is how it copes with silence."""
    told = put(pytester, asked(pytester, "wait_a_while", SILENT))

    assert told.received() == [("code", "taken")]


def test_a_client_that_tries_again_for_ever_is_cut_off(pytester: pytest.Pytester) -> None:
    """It is told with the function that never ends, and with how often it had asked until then."""
    told = put(pytester, asked(pytester, "retry", BUSY))

    assert told.received() == [("code", "refused")]
    words, _, count = told.only()["error"].partition(" and had asked ")
    assert re.fullmatch(r"it had not given up after \d+ s", words)
    assert int(count.removesuffix(" times")) > 2
    assert told.only()["site"] == "hangs in shop.client.retry: def retry(url):"
    assert told.only()["crash"]["frames"][-1]["code"] == "def retry(url):"


def test_a_client_that_swallows_everything_ends_the_process(pytester: pytest.Pytester) -> None:
    """What nothing can cut off is answered, and then the process ends with a status of its own."""
    asks = asked(pytester, "swallow", SILENT, GOOD)
    (pytester.path / "asks.json").write_text(asks.text())
    result = run_apart(pytester, "--harness-asks=asks.json", "--harness-evidence=told.jsonl")
    lines = [json.loads(line) for line in (pytester.path / "told.jsonl").read_text().splitlines()]

    assert result.ret == SWALLOWS_EVERYTHING == 75
    assert [one["kind"] for one in lines] == ["answers", "put", "answer"]
    assert lines[-1]["reception"] == "refused"
    assert lines[-1]["site"].startswith("hangs in shop.client.swallow: ")


def test_all_waiting_together_has_its_limit(pytester: pytest.Pytester) -> None:
    """When replies that never come were waited for long enough, the others are told as left out."""
    again = PossibleReply("no answer once more", Origin.NETWORK, fault=Fault.SILENT)
    told = put(pytester, asked(pytester, "wait", SILENT, again, GOOD, waits_s=0.1))

    assert told.received() == [("code", "refused"), ("code", "unasked"), ("code", "taken")]
    assert told.answers["stock"][1]["what"] == again.what
    assert told.answers["stock"][1]["detail"] == (
        "other replies that never come were waited for long enough"
    )


def test_a_client_that_hangs_on_everything_is_not_waited_for_each_time(
    pytester: pytest.Pytester,
) -> None:
    """After four of one kind the others are left out, and what another kind holds is still put."""
    busy = [replace(BUSY, what=f"a 503, {at}") for at in range(6)]
    told = put(pytester, asked(pytester, "retry", *busy, GOOD, patience_s=0.5))

    assert told.received() == [("code", "refused")] * 4 + [("code", "unasked")] * 2 + [
        ("code", "taken")
    ]
    left = told.answers["stock"][4]
    assert left["detail"] == "it did not come to an end on 4 others like it"


def test_a_test_that_never_ends_by_itself_is_asked_nothing(
    pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What goes on for ever at the contract's own reply is cut off once, not for every reply."""
    asks = asked(pytester, "never_ends", GOOD, BUSY)
    monkeypatch.setenv("ENDLESS", "1")
    told = put(pytester, asks)

    assert told.received() == [("code", "unasked")] * 2
    assert "its test had not come to an end after " in told.answers["stock"][0]["detail"]
    assert [one for one in told.lines if one["kind"] == "put"] == []


def test_threads_that_a_client_leaves_behind_keep_no_run(pytester: pytest.Pytester) -> None:
    """A run ends though threads go on that it did not begin."""
    # The pact is gathered within this process, where the thread would stay.
    asks = asked(pytester, "wait", GOOD)
    (pytester.path / "test_stock.py").write_text(HEAD + TEST.replace("NAME", "leak"))
    (pytester.path / "asks.json").write_text(asks.text())
    begun = time.monotonic()
    result = run_apart(pytester, "--harness-asks=asks.json", "--harness-evidence=told.jsonl")
    lines = [json.loads(line) for line in (pytester.path / "told.jsonl").read_text().splitlines()]

    assert time.monotonic() - begun < 300
    assert result.ret == 0
    assert lines[-1] == {"kind": "run", "exit_status": 0}


def test_the_timer_is_given_back() -> None:
    """A plugin that limits tests finds its own handler again, and no alarm goes off after."""
    heard: list[int] = []
    before = signal.signal(signal.SIGALRM, lambda number, _: heard.append(number))
    try:
        patience = Patience(0.2, lambda: None)
        with pytest.raises(CutOff), patience.kept():
            time.sleep(30)
        with patience.kept():
            pass
        time.sleep(0.1)
        assert heard == []
        signal.raise_signal(signal.SIGALRM)
    finally:
        signal.signal(signal.SIGALRM, before)

    assert heard == [signal.SIGALRM]
    assert patience.waiting == ()
