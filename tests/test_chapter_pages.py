"""The pages of all chapters, as files: what none of them may hold."""

import re
from html.parser import HTMLParser

import pytest

from guide.chapters import REPOSITORY

PAGES = sorted(REPOSITORY.glob("chapter_*/**/*.html"))
SOURCES = sorted(
    path
    for kind in ("js", "html", "css")
    for path in REPOSITORY.glob(f"chapter_*/**/*.{kind}")
)


def name_of(path):
    return path.relative_to(REPOSITORY).as_posix()


class Markup(HTMLParser):
    """Collects what a page loads and what it says inline."""

    def __init__(self):
        super().__init__()
        self.loads = []
        self.inline = []
        self.modules = 0

    def handle_starttag(self, tag, attributes):
        values = dict(attributes)
        self.inline += [name for name in values if name.startswith("on")]
        if "style" in values or tag == "style":
            self.inline.append("style")
        if tag == "script":
            self.modules += values.get("type") == "module"
            if "src" not in values:
                self.inline.append("script")
        for name in ("src", "href", "action", "data", "poster"):
            if name in values:
                self.loads.append(values[name])


def read(path):
    markup = Markup()
    markup.feed(path.read_text("utf-8"))
    return markup


@pytest.mark.parametrize("path", PAGES, ids=name_of)
def test_a_page_is_markup_and_one_module(path):
    """No inline script, style or handler: the content policy would refuse them."""
    markup = read(path)
    assert markup.inline == []
    assert markup.modules == 1


@pytest.mark.parametrize("path", PAGES, ids=name_of)
def test_a_page_loads_nothing_from_elsewhere(path):
    """No CDN and no address of this machine: it works on any port, and offline."""
    for target in read(path).loads:
        assert not re.match(r"[a-z]+:|//", target), target
        name = target.partition("#")[0]
        start = REPOSITORY if name.startswith("/") else path.parent
        assert (start / name.lstrip("/")).exists(), target


@pytest.mark.parametrize("path", SOURCES, ids=name_of)
def test_no_page_knows_a_key(path):
    """What a page holds, everybody can read; keys stay with the page server."""
    text = path.read_text("utf-8")
    for secret in (
        r"AIza",
        r"[?&]key=",
        r"x-goog-api-key",
        r"GEMINI_API_KEY",
        "apiKey",
    ):
        assert not re.search(secret, text), secret


@pytest.mark.parametrize("path", SOURCES, ids=name_of)
def test_no_page_names_a_host(path):
    """Addresses come with the token; a fixed one would be wrong on most machines."""
    text = re.sub(r"^\s*(?:\*|//|/\*).*$", "", path.read_text("utf-8"), flags=re.M)
    found = re.findall(r"(?:https?|wss?)://[\w.-]+", text)
    # A namespace, the service, and what sentences for the reader mention.
    allowed = {"http://www.w3.org", "http://localhost"}
    allowed.add("wss://generativelanguage.googleapis.com")
    assert set(found) <= allowed


BROKEN = {
    '<script>alert(1)</script><script type="module" src="a.js"></script>': ["script"],
    '<p style="x"></p><style></style>': ["style", "style"],
    '<a onclick="x" href="b"></a>': ["onclick"],
}


@pytest.mark.parametrize("markup", BROKEN)
def test_what_is_inline_is_found(markup):
    """The check can fail."""
    found = Markup()
    found.feed(markup)
    assert found.inline == BROKEN[markup]
