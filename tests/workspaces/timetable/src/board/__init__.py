"""What the board in the hall shows."""
