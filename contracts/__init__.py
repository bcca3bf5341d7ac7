"""The contracts of the sample system, a directory a consumer."""
