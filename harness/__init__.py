"""A gate that type-checks a system of Python services across the network."""

__version__ = "0.1.0"
