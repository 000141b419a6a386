"""The page that shows every session, and its side of the server."""
