"""Unloads ships, and tells of their containers."""
