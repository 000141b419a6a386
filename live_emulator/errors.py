"""The one error from which all others that a caller may see derive."""

__all__ = ["EmulatorError", "NotRunning"]


class EmulatorError(Exception):
    """The emulator can't do what it was asked to: a sentence for the reader."""


class NotRunning(EmulatorError, RuntimeError):
    """Something was asked of an emulator that was not started, or was stopped."""
