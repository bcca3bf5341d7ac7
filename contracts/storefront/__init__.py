"""What storefront expects of its providers."""
