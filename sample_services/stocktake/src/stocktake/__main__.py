"""Prints what the stock that runs low is worth: `python -m stocktake [--currency EUR]`."""

import argparse
import os
import sys

from stocktake.clients.catalog import CatalogClient, CatalogUnavailable, Currency
from stocktake.clients.inventory import InventoryClient, InventoryUnavailable, StockStatus
from stocktake.report import render
from stocktake.valuation import value


def main() -> int:
    """Ask the services, print the report, and tell whether both answered."""
    parser = argparse.ArgumentParser(prog="stocktake")
    parser.add_argument("--currency", type=Currency, choices=list(Currency), default=Currency.EUR)
    currency: Currency = parser.parse_args().currency
    catalog_url = os.environ.get("CATALOG_URL", "http://127.0.0.1:8001")
    inventory_url = os.environ.get("INVENTORY_URL", "http://127.0.0.1:8002")
    with CatalogClient(catalog_url) as catalog, InventoryClient(inventory_url) as inventory:
        try:
            levels = [
                level
                for status in (StockStatus.OUT_OF_STOCK, StockStatus.LOW)
                for level in inventory.levels(status)
            ]
            report = render(value(levels, catalog, currency), currency)
        except (CatalogUnavailable, InventoryUnavailable) as error:
            sys.stderr.write(f"stocktake: {error}\n")
            return 1
    sys.stdout.write(report + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
