"""The HTTP operations, one module a page."""
