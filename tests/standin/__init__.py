"""Tests of what answers in a provider's place."""
