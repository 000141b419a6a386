"""What the emulated model says."""
