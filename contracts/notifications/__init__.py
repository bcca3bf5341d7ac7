"""What notifications expects of its producers."""
