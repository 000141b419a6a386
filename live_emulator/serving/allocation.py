"""How this process treats memory that it has freed."""

import ctypes
import sys

__all__ = ["return_large_blocks"]

_M_MMAP_THRESHOLD = -3
"""From glibc's malloc.h."""

_THRESHOLD_BYTES = 128 * 1024
"""Glibc's own first choice."""


def return_large_blocks() -> None:
    """Have large freed blocks go back to the system at once.

    Each session's speech detector takes some megabytes. Glibc keeps those of
    sessions that are over, because it raises its threshold when it sees them come
    and go: after 50 sessions at a time a process stays 200 MB larger. A fixed
    threshold ends that. For a process of our own alone; other systems need nothing.
    """
    if not sys.platform.startswith("linux"):
        return
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt is not None:  # musl has none
        mallopt(_M_MMAP_THRESHOLD, _THRESHOLD_BYTES)
