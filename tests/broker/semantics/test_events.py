"""What a publication is to those who wait for it."""

from __future__ import annotations

from harness.broker.semantics.events import Earlier, change, detected, told


def test_content_is_compared_by_branch_and_tag() -> None:
    """A content that is new to a branch is a change, though another branch had it."""
    assert change(1, Earlier({}, {}, None)).startswith("first time any pact published")
    assert change(1, Earlier({"main": None}, {}, 1)).endswith("from branch main")
    assert change(1, Earlier({"main": 2}, {}, 1)).endswith("from branch main")
    assert change(1, Earlier({"main": 1}, {}, 2)) == ""
    assert change(1, Earlier({}, {"prod": 2}, 1)).endswith("tagged prod")
    assert change(1, Earlier({}, {}, 2)) == "pact content has changed since the last version"


def test_events_are_told_with_their_reasons() -> None:
    """What happened always, what happened because, and what is left to do."""
    found = detected("it is new", {7, 3})

    assert [each.name for each in found] == [
        "contract_published",
        "contract_content_changed",
        "contract_requiring_verification_published",
    ]
    assert told(found).startswith("contract_published, contract_content_changed (it is new), ")
    assert [each.version_ids for each in found] == [(), (), (3, 7)]
    assert [each.name for each in detected("")] == ["contract_published"]
