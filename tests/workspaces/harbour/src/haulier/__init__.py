"""Brings containers to where they go."""
