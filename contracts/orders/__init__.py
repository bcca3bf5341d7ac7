"""What orders expects of its providers."""
