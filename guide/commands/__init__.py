"""What `guide.py` does. Standard library alone: nothing is installed yet."""

from guide.commands.command_line import main

__all__ = ["main"]
