"""What messages cost, broker by broker."""
