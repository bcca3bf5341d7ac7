"""What shipping expects of its producers."""
