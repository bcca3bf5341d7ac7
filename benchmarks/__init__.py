"""What the harness costs and what it finds, beside other tools."""
