"""A Pact Broker over HTTP: requests in, answers out, and nothing kept in between."""
