"""The Gemini Live API on this machine: real clients work unmodified."""
