"""Chapter 7: tools."""
