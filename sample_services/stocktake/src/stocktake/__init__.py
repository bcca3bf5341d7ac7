"""The nightly stocktake: what the stock that runs low is worth."""
