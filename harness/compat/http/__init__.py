"""Compares interactions over HTTP with an OpenAPI document, in both directions."""
