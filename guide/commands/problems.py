"""The one exception of the commands: a sentence for the reader."""

__all__ = ["Problem"]


class Problem(Exception):
    """The command can't go on; the text says what happened and what to do."""

    def __init__(self, text: str, *, exit_code: int = 1) -> None:
        super().__init__(text)
        self.exit_code = exit_code
