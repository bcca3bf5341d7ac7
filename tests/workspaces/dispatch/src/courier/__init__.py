"""Brings what was ordered."""
