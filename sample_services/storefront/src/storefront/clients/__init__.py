"""Clients of the services behind the shop."""
