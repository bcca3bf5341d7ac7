"""Compares interactions of messages with an AsyncAPI document."""
