"""A module without what its table says."""
