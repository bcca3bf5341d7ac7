"""Tests of what may come back for a request."""
