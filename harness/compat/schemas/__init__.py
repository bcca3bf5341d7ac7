"""Compares JSON Schemas: a proof that one covers another, or a witness that it does not."""
