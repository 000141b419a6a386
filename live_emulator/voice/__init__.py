"""Ears and mouth: voice activity, recognition, speech and resampling."""
