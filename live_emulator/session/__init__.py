"""One live session, pure: a state machine with no I/O and no clock of its own."""
