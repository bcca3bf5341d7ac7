"""What a broker decides: pure functions over what was published, verified and deployed."""
