"""What a pact says of the values that its consumer accepts and sends."""
