"""The library for tests of other programs: `LiveApi` and the pytest plugin."""
