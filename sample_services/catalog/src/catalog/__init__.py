"""The shop's catalogue: products, their prices, their reviews and the category tree."""
