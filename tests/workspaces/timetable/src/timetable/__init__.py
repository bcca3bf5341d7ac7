"""When trains leave."""
