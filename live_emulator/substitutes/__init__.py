"""What answers instead of a session: a relay to the service, or a recording."""
