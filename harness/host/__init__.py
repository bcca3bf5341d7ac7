"""What runs inside a service's own interpreter: standard library only, started by file path."""
