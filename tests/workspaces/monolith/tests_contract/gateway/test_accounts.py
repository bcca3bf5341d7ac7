"""What the gateway asks of accounts."""

from pact import Pact, match

from gateway.clients import Accounts


def test_a_customer(accounts: Pact) -> None:
    (
        accounts.upon_receiving("the account of a customer")
        .given("an account exists", {"id": "A0007", "name": "Ann", "email": "ann@shop.org"})
        .with_request("GET", "/accounts/A0007")
        .will_respond_with(200)
        .with_body({"id": "A0007", "name": match.str("Ann"), "email": match.str("ann@shop.org")})
    )
    with accounts.serve() as server:
        found = Accounts(str(server.url)).customer("A0007")
    assert found == {"id": "A0007", "name": "Ann", "email": "ann@shop.org"}


def test_a_customer_without_email(accounts: Pact) -> None:
    (
        accounts.upon_receiving("an account without email")
        .given("an account exists", {"id": "A0008", "name": "Bob"})
        .with_request("GET", "/accounts/A0008")
        .will_respond_with(200)
        .with_body({"id": "A0008", "name": match.str("Bob"), "email": None})
    )
    with accounts.serve() as server:
        found = Accounts(str(server.url)).customer("A0008")
    assert found is not None
    assert found["email"] is None


def test_nobody(accounts: Pact) -> None:
    (
        accounts.upon_receiving("an account that is not there")
        .given("there is no account", {"id": "A0404"})
        .with_request("GET", "/accounts/A0404")
        .will_respond_with(404)
    )
    with accounts.serve() as server:
        assert Accounts(str(server.url)).customer("A0404") is None
