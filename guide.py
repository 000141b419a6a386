"""Start the guide, test it, or ask what this machine lacks.

python3 guide.py            the guide: emulator, pages, JupyterLab
python3 guide.py test       every test
python3 guide.py doctor     what this machine has and lacks

This file stays so plain that any Python 3 can read it, to be able to say that
it is too old. The work is done in guide/commands, with the standard library.
"""

import sys

if sys.version_info < (3, 11):  # noqa: UP036 - this is where we find out
    sys.exit(
        "The guide needs Python 3.11 or newer, and this is Python "
        + ".".join(map(str, sys.version_info[:2]))
        + ". Install a newer one (https://www.python.org/downloads/) and start the "
        + "guide with it, for example: python3.12 guide.py"
    )

if __name__ == "__main__":
    try:
        from guide.commands import main

        exit_code = main(sys.argv[1:])
    except KeyboardInterrupt:  # while the modules were still being read
        exit_code = 130
    sys.exit(exit_code)
