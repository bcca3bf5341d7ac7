"""What settlement expects of its producers."""
