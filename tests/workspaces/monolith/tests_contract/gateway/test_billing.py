"""What the gateway asks of billing."""

from pact import Pact, match

from gateway.clients import Billing


def test_a_statement(billing: Pact) -> None:
    (
        billing.upon_receiving("the statement of an account")
        .given("an account owes", {"account_id": "A0007", "amount": "12.50"})
        .with_request("GET", "/statements")
        .with_query_parameter("account_id", match.regex("A0007", regex="^A[0-9]{4,9}$"))
        .will_respond_with(200)
        .with_body(
            {
                "owed": match.regex("12.50", regex=r"^[0-9]+\.[0-9]{2}$"),
                "invoices": match.each_like(
                    {"id": match.str("I0001"), "amount": match.str("12.50"), "status": "open"}
                ),
            }
        )
    )
    with billing.serve() as server:
        statement = Billing(str(server.url)).statement("A0007")
    assert [one.status for one in statement.invoices] == ["open"]


def test_a_charge(billing: Pact) -> None:
    (
        billing.upon_receiving("a charge")
        .given("nobody owes anything")
        .with_request("POST", "/invoices")
        .with_body(
            {
                "account_id": match.regex("A0007", regex="^A[0-9]{4,9}$"),
                "amount": match.regex("12.50", regex=r"^[0-9]{1,6}\.[0-9]{2}$"),
            }
        )
        .will_respond_with(201)
        .with_body({"id": match.str("I0001"), "amount": match.str("12.50"), "status": "open"})
    )
    with billing.serve() as server:
        assert Billing(str(server.url)).charge("A0007", "12.50").status == "open"
