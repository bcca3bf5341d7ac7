"""Keeps the shop's books."""
