"""What ledger expects of its producers."""
