"""Processes with children of their own, ended whole on every system."""

import contextlib
import os
import signal
import subprocess
import sys
from typing import Any

__all__ = [
    "end_group",
    "group_options",
    "interrupt",
    "interrupt_id",
    "kill_group",
    "kill_group_id",
    "lives",
]


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
    if process.poll() is None:
        interrupt_id(process.pid)


def interrupt_id(process_id: int) -> None:
    """Ask a process to end that may be another's child."""
    with contextlib.suppress(OSError):
        if sys.platform == "win32":
            os.kill(process_id, signal.CTRL_BREAK_EVENT)
        else:
            os.kill(process_id, signal.SIGINT)


def end_group(process: subprocess.Popen[Any], *, patience_s: float) -> None:
    """Interrupt a process, wait, and kill what is left of its group."""
    if process.poll() is None:
        interrupt(process)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(patience_s)
    kill_group(process)


def kill_group(process: subprocess.Popen[Any]) -> None:
    """Kill a process and the processes it started; nothing happens if none live."""
    if sys.platform != "win32" or process.poll() is None:
        kill_group_id(process.pid)
    process.wait()


def kill_group_id(process_id: int) -> None:
    """Kill a process, another's child perhaps, and the processes it started."""
    if sys.platform == "win32":
        subprocess.run(
            ["taskkill", "/T", "/F", "/PID", str(process_id)],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
    else:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(process_id, signal.SIGKILL)


def lives(process_id: int) -> bool:
    """Tell whether there is a process of that number, not a child of ours."""
    if sys.platform == "win32":
        listed = subprocess.run(
            ["tasklist", "/NH", "/FI", f"PID eq {process_id}"],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
        )
        return str(process_id) in listed.stdout.split()
    try:
        os.kill(process_id, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
