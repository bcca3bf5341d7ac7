"""The shop's inventory: warehouses, what lies in them and what is reserved."""
