"""What the board asks of the timetable: one example of each line."""

from board.lines import Timetable
from pact import Pact, match


def test_a_status(timetable: Pact) -> None:
    (
        timetable.upon_receiving("a train for its status")
        .with_request("GET", "/trains/R7")
        .will_respond_with(200)
        .with_body({"status": "on_time"})
    )
    with timetable.serve() as server:
        assert Timetable(str(server.url)).status("R7") == "on time"


def test_a_platform(timetable: Pact) -> None:
    (
        timetable.upon_receiving("a train for its platform")
        .with_request("GET", "/trains/R7")
        .will_respond_with(200)
        .with_body({"platform": match.str("4")})
    )
    with timetable.serve() as server:
        assert Timetable(str(server.url)).platform("R7") == "Pl. 4"


def test_a_note(timetable: Pact) -> None:
    (
        timetable.upon_receiving("a train for its note")
        .with_request("GET", "/trains/R7")
        .will_respond_with(200)
        .with_body({"note": match.str("no bicycles")})
    )
    with timetable.serve() as server:
        assert Timetable(str(server.url)).note("R7") == "no bicycles"


def test_a_delay(timetable: Pact) -> None:
    (
        timetable.upon_receiving("a train for its delay")
        .with_request("GET", "/trains/R7")
        .will_respond_with(200)
        .with_body({"delay": match.int(3)})
    )
    with timetable.serve() as server:
        assert Timetable(str(server.url)).delay("R7") == "3 min"


def test_the_first(timetable: Pact) -> None:
    (
        timetable.upon_receiving("the departures")
        .with_request("GET", "/departures")
        .will_respond_with(200)
        .with_body(match.each_like({"to": match.str("Ulm")}, min=1))
    )
    with timetable.serve() as server:
        assert Timetable(str(server.url)).first() == "to Ulm"


def test_a_notice(timetable: Pact) -> None:
    (
        timetable.upon_receiving("the notice")
        .with_request("GET", "/notice")
        .will_respond_with(200)
        .with_body({"text": match.str("The lift is out of order.")})
    )
    with timetable.serve() as server:
        assert Timetable(str(server.url)).notice() == "*** The lift is out of order."
