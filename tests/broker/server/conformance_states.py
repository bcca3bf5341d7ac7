"""What must be there for the interactions of the official client's contract."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from sqlalchemy import delete, update

from harness.broker.store.tables import METADATA
from tests.broker.server.broker import Broker, pact

FOO_VERSION: Final = "5556b8149bf8bac76bc30f50a8a2dd4c22c85f30"
ENVIRONMENT: Final = "cb632df3-0a0d-4227-aac3-60114dd36479"
OTHER: Final = "16926ef3-590f-4e3f-838e-719717aa88c9"
DEPLOYED: Final = "ff3adecf-cfc5-4653-a4e3-f1861092f8e0"
WEBHOOK: Final = "696c5f93-1b7f-44bc-8d03-59440fcaa9a0"
SERVICE: Final = "Pricing Service"
_REPOSITORY: Final = "git@git.realestate.com.au:business-systems/pricing-service"
_PRICING: Final = {"name": SERVICE, "repositoryUrl": _REPOSITORY}


def set_up(broker: Broker, state: str) -> None:
    """Empty the broker, and put into it what a state says."""
    _empty(broker)
    for made in STATES[state]:
        made(broker)


def _empty(broker: Broker) -> None:
    assert broker.store is not None
    broker.store.write(
        lambda db: [db.execute(delete(table)) for table in reversed(METADATA.sorted_tables)],
        lambda _: True,
    )


def _identified(broker: Broker, table: str, uuid: str) -> None:
    """Give the only row of a table an identifier."""
    assert broker.store is not None
    change = update(METADATA.tables[table]).values(uuid=uuid)
    broker.store.write(lambda db: db.execute(change), lambda _: True)


def _both(broker: Broker) -> None:
    broker.post("/pacticipants", _PRICING)
    broker.post("/pacticipants", {"name": "Condor"})


def _pricing(broker: Broker) -> None:
    broker.post("/pacticipants", _PRICING)
    broker.put("/pacticipants/Pricing%20Service/versions/1.3.0")


def _condor(*versions: str) -> Callable[[Broker], None]:
    def made(broker: Broker) -> None:
        for version in versions:
            number, _, tag = version.partition(" ")
            broker.put(f"/pacticipants/Condor/versions/{number}")
            if tag:
                broker.put(f"/pacticipants/Condor/versions/{number}/tags/{tag}")

    return made


def _condor_pact(broker: Broker) -> None:
    broker.put(
        "/pacts/provider/Pricing%20Service/consumer/Condor/version/1.3.0",
        pact(consumer="Condor", provider=SERVICE),
    )


def _verified(
    *rows: tuple[str, str, bool], consumer: str = "Foo", tags: tuple[str, ...] = ()
) -> Callable[[Broker], None]:
    """Pacts of the consumer's versions with Bar, each verified by one version of Bar."""

    def made(broker: Broker) -> None:
        for consumer_version, version, success in rows:
            broker.publish(consumer_version, f"of {consumer_version}", consumer=consumer)
            broker.verify(consumer_version, version, success, consumer=consumer)
        for tagged in tags:
            name, version = tagged.split(" ")
            broker.put(f"/pacticipants/{name}/versions/{version}/tags/prod")

    return made


def _revised(consumer: str) -> Callable[[Broker], None]:
    """Two versions whose pacts were stored twice, the later content verified."""

    def made(broker: Broker) -> None:
        for version in ("1.2.3", "2.0.0"):
            broker.publish(version, "first", consumer=consumer)
            broker.publish(version, f"of {version}", consumer=consumer, on_conflict="merge")
        for consumer_version, version in (
            ("1.2.3", "4.5.6"),
            ("1.2.3", "7.8.9"),
            ("2.0.0", "4.5.6"),
        ):
            broker.verify(consumer_version, version, consumer=consumer)

    return made


def _foo(broker: Broker) -> None:
    broker.post("/pacticipants", {"name": "Foo"})


def _foo_version(broker: Broker) -> None:
    broker.put(f"/pacticipants/Foo/versions/{FOO_VERSION}")


def _branch(broker: Broker) -> None:
    broker.put("/pacticipants/Foo/branches/main/versions/1")


def _environment(name: str, uuid: str = "") -> Callable[[Broker], None]:
    def made(broker: Broker) -> None:
        contact = {"name": "foo", "details": {"emailAddress": "foo@bar.com"}}
        given = {"name": name, "production": False, "contacts": [contact]}
        broker.post("/environments", given)
        if uuid:
            _identified(broker, "environments", uuid)

    return made


def _deployed(environment: str, instance: str = "") -> Callable[[Broker], None]:
    def made(broker: Broker) -> None:
        _foo_version(broker)
        _environment("test", environment)(broker)
        broker.deploy("Foo", FOO_VERSION, environment, instance)
        _identified(broker, "deployments", DEPLOYED)

    return made


def _webhook(broker: Broker) -> None:
    _both(broker)
    broker.put(
        f"/webhooks/{WEBHOOK}",
        {
            "consumer": {"name": "Condor"},
            "provider": {"name": SERVICE},
            "events": [{"name": "contract_content_changed"}],
            "request": {"method": "POST", "url": "https://webhook"},
        },
    )


_OF_FOO: Final = f"version {FOO_VERSION} of pacticipant Foo exists with"
_BETWEEN: Final = "between Condor and the Pricing Service"
_FOO_PACT: Final = "the pact for Foo version 1.2.3"
_RELATIONS: Final = (
    "the pacticipant relations are present",
    "the pb:environments relation exists in the index resource",
    "the pb:latest-tagged-version relation exists in the index resource",
    "the pb:latest-version relation exists in the index resource",
    "the pb:pacticipant-branch relation exists in the index resource",
    "the pb:pacticipant-version and pb:environments relations exist in the index resource",
    "the pb:publish-contracts relations exists in the index resource",
)
_TWO: Final = (("1.2.3", "4.5.6", True), ("1.2.4", "9.9.9", False))

STATES: Final[dict[str, tuple[Callable[[Broker], None], ...]]] = {
    **dict.fromkeys(_RELATIONS, ()),
    "": (),
    "'Condor' does not exist in the pact-broker": (),
    "the 'Pricing Service' does not exist in the pact-broker": (),
    f"no pact {_BETWEEN} exists": (),
    "the 'Pricing Service' and 'Condor' already exist in the pact-broker": (_both,),
    "the 'Pricing Service' and 'Condor' already exist in the pact-broker, and Condor already has a "
    "pact published for version 1.3.0": (_both, _condor_pact),
    "the 'Pricing Service' already exists in the pact-broker": (_pricing,),
    "'Condor' exists in the pact-broker": (_condor("1.3.0"),),
    "'Condor' exists in the pact-broker with version 1.3.0, tagged with 'prod'": (
        _condor("1.3.0 prod"),
    ),
    "'Condor' exists in the pact-broker with the latest version 1.2.3": (
        _condor("1.0.0", "1.2.3"),
    ),
    "'Condor' exists in the pact-broker with the latest tagged 'production' version 1.2.3": (
        _condor("1.2.3 production", "2.0.0"),
    ),
    f"a pact {_BETWEEN} exists": (_condor_pact,),
    f"a latest pact {_BETWEEN} exists": (_condor_pact,),
    f"tagged as prod pact {_BETWEEN} exists": (_condor_pact, _condor("1.3.0 prod")),
    f"a pact {_BETWEEN} exists for the production version of Condor": (
        _condor_pact,
        _condor("1.3.0 prod"),
    ),
    f"{_FOO_PACT} has been verified by Bar version 4.5.6": (_revised("Foo"),),
    "the pact for Foo Thing version 1.2.3 has been verified by Bar version 4.5.6": (
        _revised("Foo Thing"),
    ),
    f"{_FOO_PACT} and 1.2.4 has been verified by Bar version 4.5.6": (
        _verified(("1.2.3", "4.5.6", True), ("1.2.4", "4.5.6", True)),
    ),
    f"{_FOO_PACT} has been successfully verified by Bar version 4.5.6, and 1.2.4 unsuccessfully "
    "by 9.9.9": (_verified(*_TWO),),
    f"{_FOO_PACT} has been successfully verified by Bar version 4.5.6 with tag prod, and 1.2.4 "
    "unsuccessfully by 9.9.9": (_verified(*_TWO, tags=("Bar 4.5.6",)),),
    f"{_FOO_PACT} has been verified by Bar version 4.5.6 and version 5.6.7": (
        _verified(("1.2.3", "4.5.6", True), ("1.2.3", "5.6.7", True)),
    ),
    f"{_FOO_PACT} has been successfully verified by Bar version 4.5.6 (tagged prod) and version "
    "5.6.7": (_verified(("1.2.3", "4.5.6", True), ("1.2.3", "5.6.7", True), tags=("Bar 4.5.6",)),),
    "provider Bar version 4.5.6 has a successful verification for Foo version 1.2.3 tagged prod "
    "and a failed verification for version 3.4.5 tagged prod": (
        _verified(
            ("1.2.3", "4.5.6", True),
            ("3.4.5", "4.5.6", False),
            tags=("Foo 1.2.3", "Foo 3.4.5"),
        ),
    ),
    f"a webhook with the uuid {WEBHOOK} exists": (_webhook,),
    "a pacticipant with name Foo exists": (_foo,),
    "a branch named main exists for pacticipant Foo": (_branch,),
    "an environment exists": (_environment("test"),),
    "an environment with name test exists": (_environment("test", OTHER),),
    f"an environment with name test and UUID {OTHER} exists": (_environment("test", OTHER),),
    f"{_OF_FOO} a test environment available for deployment": (
        _foo_version,
        _environment("test", ENVIRONMENT),
    ),
    f"{_OF_FOO} a test environment available for release": (
        _foo_version,
        _environment("test", ENVIRONMENT),
    ),
    f"{_OF_FOO} 2 environments that aren't test available for deployment": (
        _foo_version,
        _environment("prod"),
        _environment("dev"),
    ),
    "a currently deployed version exists": (_deployed(ENVIRONMENT),),
    f"an version is deployed to environment with UUID {OTHER} with target customer-1": (
        _deployed(OTHER, "customer-1"),
    ),
}
