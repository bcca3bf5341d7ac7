"""Transports for messages, one file a broker, behind one port."""
