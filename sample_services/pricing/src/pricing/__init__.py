"""Quotes what a carrier takes for a parcel, and tells when a tariff changes."""
