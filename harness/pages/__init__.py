"""What pages and pictures are made of: elements, colours, one style, and text made harmless."""
