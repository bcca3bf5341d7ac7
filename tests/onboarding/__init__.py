"""Detection, and the files that a first day needs."""
