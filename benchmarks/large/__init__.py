"""A generated workspace of many services, and what the gate takes for it."""
