"""What goes wrong on command: plans, the board of pending faults, the endpoint."""
