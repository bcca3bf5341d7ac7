"""Looks into containers."""
