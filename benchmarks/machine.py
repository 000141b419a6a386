"""Say on what machine, and how busy it was, a benchmark ran."""

import os
import platform
import sys
from pathlib import Path

__all__ = ["describe_machine"]


def describe_machine() -> str:
    """Return one line: processor, cores, system, Python, load."""
    parts = [
        _processor(),
        f"{os.cpu_count()} cores",
        f"{platform.system()} {platform.release()}",
        f"Python {sys.version.split()[0]}",
    ]
    if hasattr(os, "getloadavg"):
        parts.append(f"load {os.getloadavg()[0]:.1f} at the start")
    return ", ".join(parts)


def _processor() -> str:
    try:
        for line in Path("/proc/cpuinfo").read_text().splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    except OSError:
        pass
    return platform.processor() or platform.machine()
