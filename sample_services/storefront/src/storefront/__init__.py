"""The back end of the web shop."""
