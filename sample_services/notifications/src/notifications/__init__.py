"""Tells customers what happens to their orders."""
