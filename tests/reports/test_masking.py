"""Secrets do not reach a report."""

from __future__ import annotations

import base64
from dataclasses import replace

import pytest

from harness.domain.evidence import Unobserved
from harness.domain.traffic import Exchange, HttpReply, HttpRequest
from harness.domain.verdict import Verdict
from harness.reports import json_report, junit, terminal
from harness.reports.masking import cleaner, masked
from tests.reports.samples import CRASH, FAILED, PASSED

SECRET = 's3 cr"t/ü'


def _reports(verdict: Verdict) -> str:
    look = terminal.Look(verbosity=1)
    return terminal.render(verdict, look) + json_report.render(verdict) + junit.render(verdict, {})


def test_what_is_secret_by_its_name_is_masked() -> None:
    """Authorization headers, cookies, tokens in queries and bodies are masked unasked."""
    request = HttpRequest(
        "GET",
        "/a?page=2&access_token=t0psecret&x=1",
        (("Authorization", "Bearer t0psecret"), ("X-Api-Key", "t0psecret"), ("X-Mode", "fast")),
        '{"password": "t0psecret", "user": "ada"}',
    )
    reply = HttpReply(200, (("set-cookie", "sid=t0psecret"),), '{"token":"t0psec\\"ret"}')
    flaw = replace(CRASH.flaw, exchanges=(Exchange(request, reply),))
    verdict = masked(replace(PASSED, findings=(replace(CRASH, flaw=flaw),)), ())
    written = _reports(verdict)

    assert "t0psec" not in written
    assert "access_token=***&x=1" in written
    assert "X-Mode: fast" in written


def test_known_secrets_are_masked_everywhere() -> None:
    """A value that came from `from` is masked in every text of a verdict, in every writing."""
    flaw = replace(
        CRASH.flaw,
        message=f"refused {SECRET}",
        detail='"s3 cr\\"t/\\u00fc" and s3%20cr%22t%2F%C3%BC and s3+cr%22t%2F%C3%BC',
    )
    reason = Unobserved("x", f"the service said {SECRET}", detail=SECRET)
    verdict = replace(PASSED, findings=(replace(CRASH, flaw=flaw),), reasons=(reason,))
    written = _reports(masked(verdict, [SECRET]))

    assert "refused ***" in written
    assert '"***" and *** and ***' in written
    assert "s3" not in written


def test_a_longer_secret_is_masked_whole() -> None:
    """A secret that begins another one does not leave the other's end behind."""
    assert cleaner(["abcd", "abcdef"])("abcdef abcd") == "*** ***"


@pytest.mark.parametrize("secret", ["", "a", "abc"])
def test_very_short_secrets_do_not_tear_the_text(secret: str) -> None:
    """What cannot be told from other text is left."""
    assert cleaner([secret])("abc") == "abc"


def test_a_verdict_without_secrets_is_left_alone() -> None:
    """Masking changes nothing but secrets."""
    assert masked(PASSED, ["unused secret"]) == PASSED
    assert masked(FAILED, ()).edges == FAILED.edges


def test_encoded_bodies_are_left_readable() -> None:
    """A body of bytes is not torn by a mask for text."""
    body = base64.b64encode(b"\x00\x01").decode()
    request = HttpRequest("POST", "/", (), body, body_is_base64=True)
    flaw = replace(CRASH.flaw, exchanges=(Exchange(request, HttpReply(500)),))
    verdict = replace(PASSED, findings=(replace(CRASH, flaw=flaw),))

    assert masked(verdict, ["secret"]).findings[0].flaw.exchanges == flaw.exchanges
