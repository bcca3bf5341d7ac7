"""What stocktake expects of its providers."""
