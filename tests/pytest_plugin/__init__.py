"""The gate's steps as pytest items."""
