"""The settings: a workspace's text becomes one checked `Config`."""
