"""The reports: pure functions from a verdict to text."""
