"""The mouth: from words to speech."""
