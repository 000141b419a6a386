"""The command line of `guide.py`."""

import argparse
import signal
import sys
from collections.abc import Sequence
from pathlib import Path
from types import FrameType

from guide.chapters import chapters_with_server
from guide.commands.console import Console
from guide.commands.doctor import doctor
from guide.commands.problems import Problem
from guide.commands.start import StartOptions, server_option, start
from guide.commands.testing import run_tests

__all__ = ["main", "parse"]

REPOSITORY = Path(__file__).resolve().parents[2]


def main(arguments: Sequence[str]) -> int:
    """Run one command and return its exit code."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            # A terminal that lacks a letter shows a question mark instead.
            stream.reconfigure(errors="replace")
    _obey_signals()
    console = Console()
    options, for_pytest = parse(arguments)
    try:
        if options.command == "test":
            return run_tests(
                REPOSITORY,
                options.parts,
                for_pytest,
                console,
                install=options.install,
                service=options.backend == "service",
                everything=options.everything,
                quick=options.quick,
                clients=options.clients,
            )
        if options.command == "doctor":
            return doctor(REPOSITORY, console)
        start(REPOSITORY, _start_options(options), console)
    except Problem as problem:
        console.say()
        print(problem, file=sys.stderr)
        return problem.exit_code
    except KeyboardInterrupt:
        console.say("Stopped. The same command goes on from here.")
        return 130
    except OSError as error:
        console.say()
        print(f"{error}. Check the disk and its permissions.", file=sys.stderr)
        return 1
    return 0


def parse(arguments: Sequence[str]) -> tuple[argparse.Namespace, list[str]]:
    """Return the options of a command, and what follows ``--``.

    Raises:
        SystemExit: argparse has printed what is wrong.

    """
    own = list(arguments)
    at = own.index("--") if "--" in own else len(own)
    return _parser().parse_args(own[:at]), own[at + 1 :]


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="guide.py",
        description="Start the guide: the emulator (unless a key is set), the pages "
        "and JupyterLab. Ctrl-C stops everything.",
        epilog="Other commands: test, doctor. See: python3 guide.py test --help",
    )
    parser.set_defaults(command="start", install=True)
    defaults = StartOptions()
    for flag, default, what in (
        ("--page-port", defaults.page_port, "the pages"),
        ("--emulator-port", defaults.emulator_port, "the emulator"),
        ("--notebook-port", defaults.notebook_port, "JupyterLab"),
    ):
        parser.add_argument(
            flag,
            type=_port,
            default=default,
            metavar="PORT",
            help=f"port for {what} (default: {default})",
        )
    for chapter, server in chapters_with_server(REPOSITORY):
        parser.add_argument(
            server_option(chapter),
            type=_port,
            default=server.port,
            metavar="PORT",
            dest=chapter.folder,
            help=f"port for the server of chapter {chapter.number} "
            f"(default: {server.port})",
        )
    kind = parser.add_mutually_exclusive_group()
    kind.add_argument(
        "--emulator",
        dest="backend",
        action="store_const",
        const="emulator",
        help="use the emulator even if a key is set",
    )
    kind.add_argument(
        "--service",
        dest="backend",
        action="store_const",
        const="service",
        help="use Google's service, and say so if there is no key",
    )
    parser.add_argument(
        "--no-browser",
        dest="open_browser",
        action="store_false",
        help="don't open the home page in a browser",
    )
    _add_no_install(parser)
    commands = parser.add_subparsers(title="commands", metavar="")
    test = commands.add_parser(
        "test",
        help="run every test, or those of one part",
        description="Run every test: units, emulator, notebooks, scripts, pages. "
        "Whatever follows -- goes to pytest.",
        usage="guide.py test [PART ...] [--all | --no-clients | --quick] "
        "[-- PYTEST OPTIONS]",
    )
    test.set_defaults(command="test")
    test.add_argument(
        "parts",
        nargs="*",
        metavar="PART",
        help="a chapter (chapter_01), a folder of tests/ or a file",
    )
    test.add_argument(
        "--service",
        dest="backend",
        action="store_const",
        const="service",
        help="run what can be run with Google's service and a key",
    )
    extent = test.add_mutually_exclusive_group()
    extent.add_argument(
        "--all",
        dest="everything",
        action="store_true",
        help="test the emulator with old and large clients, too",
    )
    extent.add_argument(
        "--no-clients",
        dest="clients",
        action="store_false",
        help="leave out clients that need environments of their own",
    )
    extent.add_argument(
        "--quick",
        action="store_true",
        help="what takes two minutes: units, rules, one notebook, one page",
    )
    _add_no_install(test)
    checkup = commands.add_parser(
        "doctor", help="say what this machine has and lacks, and what to do about it"
    )
    checkup.set_defaults(command="doctor")
    return parser


def _add_no_install(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--no-install",
        dest="install",
        action="store_false",
        help="use the Python that runs this as it is, without .venv",
    )


def _port(text: str) -> int:
    port = int(text)
    if not 0 < port < 65536:
        raise argparse.ArgumentTypeError(f"{text} is not a port (1 to 65535)")
    return port


def _start_options(options: argparse.Namespace) -> StartOptions:
    return StartOptions(
        page_port=options.page_port,
        emulator_port=options.emulator_port,
        notebook_port=options.notebook_port,
        server_ports={
            chapter.folder: getattr(options, chapter.folder)
            for chapter, _ in chapters_with_server(REPOSITORY)
        },
        backend=options.backend,
        open_browser=options.open_browser,
        install=options.install,
    )


def _obey_signals() -> None:
    """Make every polite request to end look like Ctrl-C.

    The interrupt gets a handler too: a shell that starts this in the background
    has it ignored, and the children would inherit that.
    """

    def stop(_number: int, _frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    for name in ("SIGINT", "SIGTERM", "SIGHUP", "SIGBREAK"):
        number = getattr(signal, name, None)
        if number is None:
            continue
        if name == "SIGHUP" and signal.getsignal(number) == signal.SIG_IGN:
            continue  # started with nohup, to outlive its terminal
        signal.signal(number, stop)
