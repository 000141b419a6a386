"""Plumbing that no chapter teaches: backend, page server, figures."""
