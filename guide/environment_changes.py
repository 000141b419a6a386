"""Changes to the variables of this process that can be taken back."""

import os
from collections.abc import Mapping

__all__ = ["EnvironmentChanges"]


class EnvironmentChanges:
    """What we set, alongside what others set meanwhile."""

    def __init__(self) -> None:
        self._changed: dict[str, tuple[str | None, str | None]] = {}
        """Per name, the value before and the value we gave it."""

    def original(self) -> dict[str, str]:
        """Return the variables as they would be without us.

        What others have set since we did counts as theirs.
        """
        variables = dict(os.environ)
        for name, (before, ours) in self._changed.items():
            if os.environ.get(name) == ours:
                variables.pop(name, None)
                if before is not None:
                    variables[name] = before
        return variables

    def become(self, changes: Mapping[str, str | None]) -> None:
        """Replace all earlier changes by these.

        A variable that stays the same is never touched, because other threads
        may be making clients meanwhile.
        """
        original = self.original()
        for name in self._changed.keys() | changes.keys():
            before = original.get(name)
            _set(name, changes.get(name, before))
        self._changed = {
            name: (original.get(name), value) for name, value in changes.items()
        }


def _set(name: str, value: str | None) -> None:
    if os.environ.get(name) == value:
        return
    if value is None:
        del os.environ[name]
    else:
        os.environ[name] = value
