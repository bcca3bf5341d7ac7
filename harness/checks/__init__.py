"""The checks: each judges evidence, and knows no other."""
