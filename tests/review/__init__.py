"""The verdict told where people review."""
