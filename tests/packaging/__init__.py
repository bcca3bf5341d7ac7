"""What is installed where, and the doors that lead in."""
