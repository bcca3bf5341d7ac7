"""One file a tool, named by its role."""
