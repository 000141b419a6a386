"""Declared functions: when to call one, with what, and what its result means."""
