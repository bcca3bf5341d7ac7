"""Who finds which fault: each tool by itself, and the gate, on the same seeded copies."""
