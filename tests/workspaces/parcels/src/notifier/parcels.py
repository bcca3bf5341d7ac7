"""What customers are told of their parcels."""

from __future__ import annotations

import json


def on_sent(message: bytes) -> str:
    parcel = json.loads(message)
    return f"Parcel {parcel['id']} of {parcel['weight_g'] / 1000:.1f} kg is on its way."


def on_returned(message: bytes) -> str:
    parcel = json.loads(message)
    return f"Parcel {parcel['id']} came back: {parcel['reason']}."
