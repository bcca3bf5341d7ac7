"""The map of services: what is on it, and where each thing lies on a page."""
