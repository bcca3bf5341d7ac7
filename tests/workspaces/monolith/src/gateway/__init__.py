"""What the web and the phones talk to."""
