"""The wire protocol, pure: parsing, validation, models and messages."""
