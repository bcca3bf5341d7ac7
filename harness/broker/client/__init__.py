"""Asks a Pact Broker, whoever runs it: a module a noun, which all ask through one session."""

from harness.broker.client.opening import address_and_credentials, opened
from harness.broker.client.pacts import BrokerClient
from harness.broker.client.session import Session

__all__ = ["BrokerClient", "Session", "address_and_credentials", "opened"]
