"""The HTTP API: a table of routes, their handlers, and the OpenAPI made from the table."""
