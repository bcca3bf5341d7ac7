"""The Pact Broker: what its clients and servers say to each other."""
