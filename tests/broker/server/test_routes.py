"""Every address of the protocol leads somewhere, also with an ending that names a media type."""

from __future__ import annotations

import pytest

from harness.broker.server.routes import API
from harness.broker.server.routing import Router
from tests.broker.server.broker import Broker

ROUTER = Router(API)
PACTS, PAIR = "/pacts/provider/P", "/pacts/provider/P/consumer/C"
OWNER, VERSION, BRANCH = (
    "/pacticipants/N",
    "/pacticipants/N/versions/V",
    "/pacticipants/N/branches/B",
)
# The routes of the reference broker, by the methods that clients use.
TABLE = {
    "GET": f"""
        / /pacts/latest /pacticipants /labels /environments /matrix /can-i-deploy /webhooks
        /integrations /relationships /groups/N /dashboard /dashboard/provider/P/consumer/C /metrics
        /diagnostic/status/heartbeat /diagnostic/status/dependencies /doc/REL
        {PAIR}/version/V {PAIR}/version/V/previous-distinct {PAIR}/version/V/diff/previous-distinct
        {PAIR}/version/V/diff/version/W {PAIR}/pact-version/S {PAIR}/pact-version/S/metadata/M
        {PAIR}/pact-version/S/diff/pact-version/T {PAIR}/latest {PAIR}/latest/T
        {PAIR}/latest-untagged {PAIR}/versions {PAIR}/tag/T {PAIR}/branch/B {PAIR}/branch/B/latest
        {PAIR}/branch/B/latest/versions {PAIR}/branch/versions
        {PACTS} {PACTS}/latest {PACTS}/latest/T {PACTS}/tag/T {PACTS}/branch {PACTS}/branch/latest
        {PACTS}/branch/B {PACTS}/branch/B/latest {PACTS}/for-verification {PACTS}/provider-states
        {PACTS}/provider-states/branch/B {PACTS}/provider-states/environment/U
        {PAIR}/pact-version/S/verification-results/1
        {PAIR}/pact-version/S/verification-results/latest
        {PAIR}/pact-version/S/verification-results/1/triggered-webhooks
        {PAIR}/version/V/verification-results/latest {PAIR}/latest/verification-results/latest
        {PAIR}/latest/T/verification-results/latest
        /verification-results/consumer/C/version/V/latest
        {PAIR}/latest/badge {PAIR}/latest/T/badge {PAIR}/latest-untagged/badge
        /pacticipants/label/L {OWNER} {OWNER}/labels/L {OWNER}/versions {VERSION} {VERSION}/tags/T
        {OWNER}/tags/T/versions {OWNER}/latest-version {OWNER}/latest-version/T
        {OWNER}/latest-version/can-i-deploy/to/T {OWNER}/latest-version/T/can-i-deploy/to/U
        {OWNER}/latest-version/T/can-i-deploy/to/U/badge {OWNER}/main-branch/can-i-merge/badge
        {OWNER}/branches {BRANCH} {BRANCH}/versions {BRANCH}/latest-version {BRANCH}/versions/V
        {BRANCH}/latest-version/can-i-deploy/to-environment/E
        {BRANCH}/latest-version/can-i-deploy/to-environment/E/badge
        {OWNER}/environments/U/versions /environments/U
        {VERSION}/deployed-versions/environment/U {VERSION}/released-versions/environment/U
        /environments/U/deployed-versions/currently-deployed
        /environments/U/released-versions/currently-supported
        /deployed-versions/U /released-versions/U /matrix/provider/P/consumer/C
        /matrix/provider/P/latest/T/consumer/C/latest/U/badge
        /webhooks/U /webhooks/provider/P /webhooks/consumer/C /webhooks/provider/P/consumer/C
        {PAIR}/webhooks {PAIR}/webhooks/status {PAIR}/version/V/triggered-webhooks
        /triggered-webhooks/U/logs""",
    "POST": f"""
        /contracts/publish {PACTS}/for-verification /pacticipants /environments /webhooks
        {PAIR}/pact-version/S/verification-results
        {PAIR}/pact-version/S/metadata/M/verification-results
        {VERSION}/deployed-versions/environment/U {VERSION}/released-versions/environment/U
        /webhooks/execute /webhooks/U/execute /webhooks/provider/P /webhooks/consumer/C
        /webhooks/provider/P/consumer/C""",
    "PUT": f"""
        {PAIR}/version/V {OWNER} {OWNER}/labels/L {VERSION} {VERSION}/tags/T {BRANCH}/versions/V
        /environments/U /webhooks/U""",
    "PATCH": f"{PAIR}/version/V {OWNER} {VERSION} /deployed-versions/U /released-versions/U",
    "DELETE": f"""
        {PAIR}/version/V {PAIR}/versions {PAIR}/tag/T {PAIR}/branch/B {OWNER} {OWNER}/labels/L
        {PAIR}/pact-version/S/verification-results/1 {VERSION} {VERSION}/tags/T {OWNER}/branches
        {BRANCH} {BRANCH}/versions/V /environments/U /webhooks/U /integrations
        /integrations/provider/P/consumer/C""",
}


@pytest.mark.parametrize("method", TABLE)
def test_every_route_of_the_reference_is_there(method: str) -> None:
    """By its method and path."""
    routed = {path: ROUTER.find(path) for path in TABLE[method].split()}
    missing = [path for path, found in routed.items() if not found or method not in found.routes]
    assert missing == []


@pytest.mark.parametrize("broker", ["sqlite"], indirect=True)
def test_an_ending_names_what_is_wanted(broker: Broker) -> None:
    """Where nobody can set a header: in an address bar, a README, a spreadsheet."""
    broker.publish("1")
    broker.publish("2", "b")
    for path, kind in (
        (f"{PAIR}/latest/badge.svg", "image/svg+xml"),
        ("/groups/C.csv", "text/csv"),
        ("/relationships.csv", "text/csv"),
        (f"{PAIR}/version/2/diff/previous-distinct.txt", "text/plain"),
        ("/doc/webhooks.txt", "text/plain"),
        ("/metrics.json", "application/hal+json"),
    ):
        path = path.replace("/P/", "/Bar/").replace("/C/", "/Foo/").replace("/C.", "/Foo.")
        found = broker.get(path, accept="*/*")
        seen = (found.status, found.headers["content-type"].partition(";")[0])
        assert seen == (200, kind), path


@pytest.mark.parametrize("broker", ["sqlite"], indirect=True)
def test_faults_are_told_as_problems_to_who_asks_for_them(broker: Broker) -> None:
    """With a pointer to each place."""
    found = broker.ask("POST", "/environments", {"name": "a b"}, accept="application/problem+json")

    assert found.headers["content-type"].startswith("application/problem+json")
    assert (found.json["status"], found.json["instance"]) == (400, "/")
    assert [each["pointer"] for each in found.json["errors"]] == ["/name", "/production"]
