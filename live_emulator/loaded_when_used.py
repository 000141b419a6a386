"""Names of a package whose modules are loaded when they are first used.

Every run of pytest imports `live_emulator` for its plugin, and who needs a type of
the brain doesn't need an HTTP client.
"""

from collections.abc import Callable, Mapping
from importlib import import_module
from typing import Any

__all__ = ["loaded_when_used"]


def loaded_when_used(package: str, homes: Mapping[str, str]) -> Callable[[str], Any]:
    """Return a package's `__getattr__`.

    Args:
        package: The package's `__name__`.
        homes: The module of each name, relative to the package.

    """

    def load(name: str) -> Any:
        if name not in homes:
            raise AttributeError(f"module {package!r} has no attribute {name!r}")
        return getattr(import_module(f"{package}.{homes[name]}"), name)

    return load
