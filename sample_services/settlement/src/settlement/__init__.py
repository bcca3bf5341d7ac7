"""Pays what the shop owes."""
