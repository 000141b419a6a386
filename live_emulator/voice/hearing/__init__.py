"""Ears: from speech to words."""
