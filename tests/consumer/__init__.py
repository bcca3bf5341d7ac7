"""Laws of the face for contract authors and of its pytest plugin."""
