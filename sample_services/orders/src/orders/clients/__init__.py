"""Clients of the services that orders relies on."""
