"""The brain that speaks what a file says."""
