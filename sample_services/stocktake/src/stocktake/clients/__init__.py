"""Clients of the services that the stocktake asks."""
