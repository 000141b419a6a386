"""Read pip's output: where it is, and in what words it failed. No I/O."""

import re
from dataclasses import dataclass, field

__all__ = ["PipOutput", "reason_for_failure"]

KEPT_LINES = 400


@dataclass
class PipOutput:
    """Follows one run of pip line by line."""

    step: str = "Looking at the requirements"
    detail: str = ""
    lines: list[str] = field(default_factory=list)
    _found: set[str] = field(default_factory=set)

    def feed(self, line: str) -> None:
        """Take one line of pip's output, without its line end."""
        self.lines.append(line)
        del self.lines[:-KEPT_LINES]
        text = line.strip()
        if match := re.match(
            r"(?:Collecting|Requirement already satisfied:) (\S+)", text
        ):
            name = re.split(r"[<>=!~\[;(]", match[1])[0]
            self._found.add(name)
            self.step = "Getting packages"
            self.detail = f"{len(self._found)} so far, now {name}"
        elif match := re.match(r"Downloading (\S+?)-\d\S* \(([^)]+)\)", text):
            self.step = "Getting packages"
            name = match[1].rsplit("/", 1)[-1]
            self.detail = f"{len(self._found)} so far, now {name} ({match[2]})"
        elif match := re.match(r"Building \w+ for (\S+) \(", text):
            self.step = "Building"
            self.detail = match[1]
        elif match := re.match(r"Installing collected packages: (.+)", text):
            self.step = f"Installing {len(match[1].split(','))} packages"
            self.detail = ""

    def errors(self) -> list[str]:
        """Return pip's own words for what went wrong, the last of them."""
        marked = [line.strip() for line in self.lines if "ERROR:" in line]
        # A compiler's complaint is long; its last lines are the telling ones.
        return (marked or [line for line in self.lines if line.strip()])[-4:]


_REASONS: tuple[tuple[str, str], ...] = (
    (
        r"No space left on device|Errno 28\b|WinError 112\b",
        "The disk is full. Make room (the guide needs about 1.5 GB) and run the same "
        "command again; what is already downloaded is kept.",
    ),
    (
        r"CERTIFICATE_VERIFY_FAILED|SSLCertVerificationError",
        "The package index could not be trusted, as happens behind a company proxy. "
        "Point pip at your proxy's certificate (PIP_CERT=path) and run the same "
        "command again.",
    ),
    (
        r"name resolution|Name or service not known|nodename nor servname|getaddrinfo "
        r"failed|NewConnectionError|Failed to establish a new connection|"
        r"ConnectTimeoutError|ReadTimeoutError|ProxyError|Network is unreachable|"
        r"Connection refused|Connection reset|RemoteDisconnected|Max retries exceeded",
        "The packages could not be downloaded: there is no way to the package index. "
        "Check the network connection and run the same command again.",
    ),
    (
        r"Permission denied|Errno 13\b|WinError 5\b",
        "A file could not be written. Check that this folder is yours and that "
        "nothing is running from .venv, then run the same command again.",
    ),
    (
        r"Failed building wheel|subprocess-exited-with-error|"
        r"metadata-generation-failed",
        "A package has no ready-made build for this Python. The guide is tested with "
        "Python 3.11 to 3.13: start it with one of those, after deleting .venv.",
    ),
    (
        # Not one version, of any age, of a package that exists.
        r"\(from versions: none\)",
        "The package index answered, but not with packages. The network may want you "
        "to log in first (hotel, train, guest network): open any web page in a "
        "browser, then run the same command again. If there is nothing to log in to, "
        "the index lacks a package for this Python: the guide is tested with Python "
        "3.11 to 3.13.",
    ),
    (
        r"No matching distribution|Could not find a version",
        "The package index lacks a package for this Python or this system. The guide "
        "is tested with Python 3.11 to 3.13: start it with one of those, after "
        "deleting .venv.",
    ),
)


def reason_for_failure(lines: list[str]) -> str:
    """Return one sentence on why pip failed, and what to do."""
    text = "\n".join(lines)
    for pattern, sentence in _REASONS:
        if re.search(pattern, text):
            return sentence
    return "pip could not install the packages; its last words are above."
