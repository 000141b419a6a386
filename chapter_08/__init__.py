"""A server in the middle."""
