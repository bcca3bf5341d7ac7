"""Note that a carrier has delivered: ``python -m shipping.deliver ORDER_ID --signed-by NAME``."""

import argparse
from datetime import UTC, datetime
from uuid import UUID

from shipping import messages
from shipping.parcels import Parcels
from shipping.settings import settings
from shipping.topics import Topics


def main() -> None:
    """Tell of the delivery."""
    parser = argparse.ArgumentParser(prog="shipping.deliver", description=__doc__)
    parser.add_argument("order_id", type=UUID)
    parser.add_argument("--signed-by")
    asked = parser.parse_args()
    given = settings()
    parcel = Parcels(given.database).find(asked.order_id)
    if parcel is None:
        parser.error(f"nothing was packed for the order {asked.order_id}")
    told = messages.shipment_delivered(
        parcel, asked.signed_by, datetime.now(UTC), str(parcel.order_id)
    )
    Topics(given.kafka_url, given.channel_prefix, ()).send([told])


if __name__ == "__main__":
    main()
