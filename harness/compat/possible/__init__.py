"""What may come back for a request: by the provider's document, and by the network's bad days."""
