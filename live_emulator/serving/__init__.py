"""The shell around the sessions: sockets, routes, pacing, pictures."""
