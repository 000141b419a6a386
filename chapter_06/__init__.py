"""Chapter 6: seeing."""
