"""What the customers owe."""
