"""Laws of reading documents and pacts."""
