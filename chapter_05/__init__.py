"""Chapter 5: live audio chat."""
