"""Recordings of sessions: their file, what may not be in it, how they are followed."""
