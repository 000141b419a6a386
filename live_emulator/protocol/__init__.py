"""The wire protocol, pure: parsing, validation, models, close codes, server messages."""
