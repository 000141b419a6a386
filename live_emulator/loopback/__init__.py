"""What makes programs of this machine reach the emulator: certificates, variables."""
