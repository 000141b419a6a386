"""Take out of a recording what nobody else may see.

By what it is (what the client showed to be let in), by where it stands (resumption
handles, labels, fields named like keys) and by what it looks like (Google's keys and
tokens, bearer tokens, projects, e-mail addresses). The same value always gets the same
placeholder, so that a handle that comes back later is still the same. All else stays
as it is, byte for byte. What base64 holds (audio, images) is not looked into.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterator
from string import ascii_letters, digits
from urllib.parse import quote

import orjson

__all__ = ["PLACEHOLDER", "Scrubber", "pattern_of"]

PLACEHOLDER = re.compile(r"SCRUBBED-[a-z]+-\d+")

_MIN_SECRET = 8
"""Shorter ones can't be told from ordinary text; no real key is so short."""
_MIN_PROJECT = 6
"""Documented: a project id has 6 to 30 characters."""

_HARMLESS = frozenset({"emulator", "your_api_key", "your_api_key_here"})
"""What stands for a key where there is none, hyphens and case aside."""

_COLON = re.compile(r"\s*:")
_BRACKET = re.compile(r"[{}\[\]]")
_MIN_PAYLOAD = 64
_BASE64 = f"{ascii_letters}{digits}+/-_=".encode()

_SECRET_NAMES = frozenset(
    {
        "accesstoken",
        "apikey",
        "authorization",
        "authtoken",
        "bearertoken",
        "clientsecret",
        "cookie",
        "credential",
        "credentials",
        "ephemeraltoken",
        "idtoken",
        "password",
        "privatekey",
        "refreshtoken",
        "secret",
        "xgoogapikey",
        "xgooguserproject",
    }
)
"""Names of fields that hold secrets, in lower case, without `_` and `-`."""

_VALUE = r"[^\s\"'`&,;{}<>()\\]+"
_NAMES = (
    r"(?:x-goog-)?api[_-]?key|access[_-]?token|refresh[_-]?token|id[_-]?token"
    r"|auth[_-]?token|client[_-]?secret|password|x-goog-user-project|authorization"
)
_PATTERNS = tuple(
    (kind, tuple(signs.split()), re.compile(pattern))
    for kind, signs, pattern in (
        ("token", "auth_tokens", r"auth_tokens(?:/|%2[Ff])(?P<secret>[\w.~%+=-]+)"),
        (
            "key",
            "aiza aq. gocspx",
            r"(?P<secret>AIza[\w-]{30,}|AQ\.[\w-]{20,}|GOCSPX-[\w-]{20,})",
        ),
        ("token", "ya29 1//", r"(?P<secret>ya29\.[\w.~+/=-]{8,}|1//[\w-]{20,})"),
        ("token", "eyj", r"(?P<secret>eyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]*)"),
        (
            "token",
            "bearer",
            r"\b(?i:bearer)\s+"
            r"(?=[\w.~+/=-]*\d|[\w.~+/=-]{16})(?P<secret>[\w.~+/=-]{8,})",
        ),
        (
            "key",
            "key token secret password project authorization",
            rf"(?i:\b(?:{_NAMES}))\\?[\"']?\s*[:=]\s*\\?[\"']?"
            rf"(?i:(?:bearer|token|basic)\s+)?(?P<secret>{_VALUE})",
        ),
        ("key", "key= token=", rf"[?&](?i:key|token)=(?P<secret>{_VALUE})"),
        (
            "project",
            "projects",
            r"\bprojects(?:/|%2[Ff])(?P<secret>[^\s/\"'`?#&,;:()<>\\%]+)",
        ),
        ("project", "project=", rf"[?&](?i:project)=(?P<secret>{_VALUE})"),
        (
            "project",
            "project",
            r"(?i:\bproject[_ -]?(?:number|id))\\?[\"']?\s*[:=]\s*\\?[\"']?"
            r"(?P<secret>[\w.:-]+)",
        ),
        (
            "project",
            "project",
            r"(?i:\bproject[_ -]?(?:number|id)?)\W{1,3}(?P<secret>\d{6,})",
        ),
        ("email", "@ %40", r"(?P<secret>[\w.+-]+(?:@|%40)[\w-]+(?:\.[\w-]+)+)"),
    )
)
"""Kind, signs without which the pattern is not tried (in lower case), pattern."""


def pattern_of(text: str) -> re.Pattern[str] | None:
    """Return what a scrubbed text may have been, or None if nothing was scrubbed."""
    kept = PLACEHOLDER.split(text)
    if len(kept) == 1:
        return None
    return re.compile(".+".join(map(re.escape, kept)), re.DOTALL)


class Scrubber:
    """Takes secrets out of frames and texts, and remembers which it saw."""

    def __init__(self) -> None:
        self._placeholders: dict[str, str] = {}
        self._counts: Counter[str] = Counter()
        self._shown: list[str] = []
        self._found: list[str] = []
        self._words: list[str] = []

    def add(self, secret: str, kind: str = "key") -> None:
        """Have a value taken out wherever it stands.

        Ignored if it is shorter than 8 characters, or stands for no key.
        """
        secret = secret.removeprefix("auth_tokens/")
        forms = {secret, quote(secret, safe="")}
        if len(secret) < _MIN_SECRET or not _is_secret(secret):
            return
        placeholder = self._placeholder(kind, secret)
        for form in forms - set(self._shown):
            self._placeholders[form] = placeholder
            self._shown.append(form)
        self._shown.sort(key=len, reverse=True)

    def add_project(self, name: str) -> None:
        """Have a project's name taken out wherever it stands as a word.

        Ignored if it is shorter than any project's.
        """
        if len(name) >= _MIN_PROJECT:
            self._add_word("project", name)

    def _add_word(self, kind: str, word: str) -> None:
        if _is_secret(word) and word not in self._words:
            self._placeholder(kind, word)
            self._words.append(word)
            self._words.sort(key=len, reverse=True)

    def frame(self, data: bytes) -> bytes:
        """Return a frame without secrets; the same bytes if there are none."""
        try:
            text = data.decode()
        except UnicodeDecodeError:
            # Every byte a character: secrets are ASCII.
            text = data.decode("latin-1")
            scrubbed = self.text(text)
            return data if scrubbed == text else scrubbed.encode("latin-1")
        scrubbed = self._strings(text)
        if not _is_json(data):
            scrubbed = self.text(scrubbed)
        return data if scrubbed == text else scrubbed.encode()

    def text(self, text: str) -> str:
        """Return any text without secrets."""
        text = self._known(text, [*self._shown, *self._found])
        for word in self._words:
            if word in text:
                placeholder = self._placeholders[word]
                text = re.sub(
                    rf"(?<![\w-]){re.escape(word)}(?![\w-])", placeholder, text
                )
        lower = text.lower()
        for kind, signs, pattern in _PATTERNS:
            if any(sign in lower for sign in signs):
                text = pattern.sub(self._replacing(kind), text)
        return text

    # --- inside of JSON

    def _strings(self, text: str) -> str:
        """Scrub every string of a JSON text, names of fields too."""
        parts, done = [], 0
        outer: list[str] = []
        name = ""
        for before, start, end in _find_strings(text):
            for bracket in _BRACKET.findall(text, before, start):
                if bracket in "{[":
                    outer.append(name)
                else:
                    name = outer.pop() if outer else ""
            value = _decode(text[start:end])
            if value is None:
                continue
            if _COLON.match(text, end):
                name = re.sub("[_-]", "", value).lower()
                scrubbed = self.text(value)
            else:
                scrubbed = self._value(value, name, outer)
            if scrubbed != value:
                parts += [text[done:start], orjson.dumps(scrubbed).decode()]
                done = end
        return "".join([*parts, text[done:]])

    def _value(self, value: str, name: str, outer: list[str]) -> str:
        """Scrub a string by where it stands and by what it looks like."""
        if name == "data" and _is_payload(value):
            return self._known(value, self._shown)
        if outer[-2:] == ["setup", "labels"]:
            if len(value) >= _MIN_SECRET:
                self._add_word("label", value)
            return self._whole("label", value)
        if name == "newhandle" or (
            name == "handle" and outer[-1:] == ["sessionresumption"]
        ):
            return self._everywhere("handle", value)
        if name in _SECRET_NAMES:
            return self._everywhere("key", value)
        if name == "model":
            for match in re.finditer(r"\bprojects/([^/\s]+)", value):
                self.add_project(match[1])
        return self.text(value)

    def _everywhere(self, kind: str, value: str) -> str:
        """Scrub a value, and from now on wherever else it stands."""
        scrubbed = self._whole(kind, value)
        if len(value) >= _MIN_SECRET and _is_secret(value) and value not in self._found:
            self._found.append(value)
            self._found.sort(key=len, reverse=True)
        return scrubbed

    def _whole(self, kind: str, value: str) -> str:
        return self._placeholder(kind, value) if value else value

    # --- placeholders

    def _known(self, text: str, secrets: list[str]) -> str:
        for secret in secrets:
            if secret in text:
                text = text.replace(secret, self._placeholders[secret])
        return text

    def _replacing(self, kind: str) -> Callable[[re.Match[str]], str]:
        def replace(match: re.Match[str]) -> str:
            whole, start = match[0], match.start()
            before, after = match.span("secret")
            placeholder = self._placeholder(kind, match["secret"])
            return whole[: before - start] + placeholder + whole[after - start :]

        return replace

    def _placeholder(self, kind: str, secret: str) -> str:
        if PLACEHOLDER.search(secret):
            return secret
        if secret not in self._placeholders:
            self._counts[kind] += 1
            self._placeholders[secret] = f"SCRUBBED-{kind}-{self._counts[kind]}"
        return self._placeholders[secret]


def _is_secret(value: str) -> bool:
    plain = value.lower().replace("-", "_")
    if plain in _HARMLESS or plain.startswith("scrubbed"):
        return False
    return PLACEHOLDER.search(value) is None


def _find_strings(text: str) -> Iterator[tuple[int, int, int]]:
    """Yield where each quoted string of a JSON text starts and ends.

    First comes where the one before it ended. What is never closed is none.
    """
    before = 0
    while (start := text.find('"', before)) >= 0:
        end = text.find('"', start + 1)
        while end >= 0 and _is_escaped(text, end):
            end = text.find('"', end + 1)
        if end < 0:
            return
        yield before, start, end + 1
        before = end + 1


def _is_escaped(text: str, place: int) -> bool:
    """Return whether an odd number of backslashes stands before a place."""
    first = place
    while text[first - 1] == "\\":
        first -= 1
    return (place - first) % 2 == 1


def _is_payload(value: str) -> bool:
    """Return whether a text is base64, and long."""
    if len(value) < _MIN_PAYLOAD or not value.isascii():
        return False
    return not value.encode().translate(None, _BASE64)


def _decode(literal: str) -> str | None:
    """Return the text of a JSON string, or None if it is none."""
    try:
        text: str = orjson.loads(literal)
    except orjson.JSONDecodeError:
        return None
    return text


def _is_json(data: bytes) -> bool:
    try:
        orjson.loads(data)
    except orjson.JSONDecodeError:
        return False
    return True
