"""Hands parcels to carriers."""
