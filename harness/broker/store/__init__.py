"""What a broker keeps: tables, their migrations, and everything that is asked of them."""
