"""What went over the wires, kept for people and tests."""
