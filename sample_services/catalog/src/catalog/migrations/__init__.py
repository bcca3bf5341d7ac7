"""Schema history of the catalogue's database."""
