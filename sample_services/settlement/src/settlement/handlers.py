"""
What is done about each message; no broker is known here.

A request that comes again is not paid again, and leads to the same message as before.
"""

from datetime import UTC, datetime

from settlement import messages
from settlement.events import SettlementRequested
from settlement.messages import Message
from settlement.payments import Payments, Refused


def on_settlement_requested(body: bytes, payments: Payments) -> Message:
    """Pay a payee, or say why not."""
    request = SettlementRequested.model_validate_json(body)
    decision = payments.decide(request, datetime.now(UTC))
    if isinstance(decision, Refused):
        return messages.settlement_rejected(request, decision.reason, decision.at)
    return messages.settlement_settled(request, decision.reference, decision.at)
