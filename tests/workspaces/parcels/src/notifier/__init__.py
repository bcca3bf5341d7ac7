"""Tells customers of their parcels."""
