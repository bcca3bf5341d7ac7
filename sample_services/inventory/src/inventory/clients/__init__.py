"""Clients of the services that the inventory asks."""
