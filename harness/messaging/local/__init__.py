"""Brokers that this machine has, started for one use and gone after it."""
