"""What inventory expects of its providers."""
