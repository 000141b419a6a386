"""Processes with children of their own, ended whole on every system."""

import contextlib
import os
import signal
import subprocess
import sys
from typing import Any

__all__ = ["end_group", "group_options", "interrupt", "kill_group"]


def group_options() -> dict[str, Any]:
    """Return the options of `subprocess.Popen` for a group of its own.

    Ctrl-C in the terminal then reaches this program alone, which ends the others
    in the right order.
    """
    if sys.platform == "win32":
        return {"creationflags": subprocess.CREATE_NEW_PROCESS_GROUP}
    return {"start_new_session": True}


def interrupt(process: subprocess.Popen[Any]) -> None:
    """Ask a process to end, as Ctrl-C in its own terminal would."""
    with contextlib.suppress(OSError):
        if sys.platform == "win32":
            process.send_signal(signal.CTRL_BREAK_EVENT)
        else:
            process.send_signal(signal.SIGINT)


def end_group(process: subprocess.Popen[Any], *, patience_s: float) -> None:
    """Interrupt a process, wait, and kill what is left of its group."""
    if process.poll() is None:
        interrupt(process)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(patience_s)
    kill_group(process)


def kill_group(process: subprocess.Popen[Any]) -> None:
    """Kill a process and the processes it started; nothing happens if none live."""
    if sys.platform == "win32":
        if process.poll() is None:
            subprocess.run(
                ["taskkill", "/T", "/F", "/PID", str(process.pid)],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
            )
    else:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
    process.wait()
