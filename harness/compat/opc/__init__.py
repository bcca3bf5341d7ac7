"""What the field's established comparator says of the same, in its own codes."""
