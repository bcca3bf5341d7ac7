"""Sends parcels, and tells of them."""
