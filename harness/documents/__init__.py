"""Texts of API documents and pacts to domain values: parsed and normalised once, never fetched."""
