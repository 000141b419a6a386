from pathlib import PurePosixPath

import pytest
from hypothesis import given
from hypothesis import strategies as st

from guide.pages.files import CONTENT_TYPES, content_type_of, locate

SERVED = {
    "/chapter_03/index.html": "text/html; charset=utf-8",
    "/chapter_05/audio-streamer.js": "text/javascript; charset=utf-8",
    "/chapter_05/parts/live.css": "text/css; charset=utf-8",
    "/chapter_01/sdk-intro.ipynb": "application/x-ipynb+json",
    "/chapter_01/ask.py": "text/x-python; charset=utf-8",
    "/chapter_01/R%45ADME.md": "text/markdown; charset=utf-8",
    "/assets/question.wav": "audio/wav",
    "/assets/wire.svg": "image/svg+xml",
    "/guide/home/home.js": "text/javascript; charset=utf-8",
    "/guide/style/base.css": "text/css; charset=utf-8",
    "/guide/backend.py": "text/x-python; charset=utf-8",
    "/README.md": "text/markdown; charset=utf-8",
    "/LICENSE": "text/plain; charset=utf-8",
    "/tests/live_emulator/session/test_turns.py": "text/x-python; charset=utf-8",
}


@pytest.mark.parametrize("path", SERVED)
def test_what_chapters_need_is_served_with_its_type(path):
    """The types are ours, whatever the system believes."""
    found = locate(path)
    assert found is not None
    assert content_type_of(found) == SERVED[path]


NOT_SERVED = [
    "/.env",
    "/.env.example",
    "/.git/HEAD",
    "/.git/config",
    "/.venv/pyvenv.cfg",
    "/.venv/guide/jupyterlab.log",
    "/../.env",
    "/chapter_01/../.env",
    "/chapter_01/..%2f.env",
    "/chapter_01/%2e%2e/%2e%2e/etc/passwd",
    "/chapter_01/%252e%252e/.env",
    "/chapter_01/..%5c..%5c.env",
    "/chapter_01\\..\\.env",
    "/chapter_01/.ipynb_checkpoints/sdk-intro.ipynb",
    "/chapter_01/%2eenv.json",
    "/chapter_01/./ask.py",
    "/chapter_01//ask.py",
    "//etc/passwd.txt",
    "/etc/passwd.txt",
    "/C:/Windows/win.txt",
    "/chapter_01/ask.py::$DATA.txt",
    "/chapter_01/ask.py%20",
    "/chapter_01/ask.py.",
    "/chapter_01/ask.py%00.txt",
    "/chapter_01/a\nb.txt",
    "/chapter_01/%ff.txt",
    "/chapter_1/ask.py",
    "/chapter_011/ask.py",
    "/CHAPTER_01/ask.py",
    "/chapter_01/ask.pyc",
    "/chapter_01/secret.pem",
    "/chapter_01/recording",
    "/guide/pages/app.py",
    "/guide/commands/start.py",
    "/guide/BACKEND.PY",
    "/tests/conftest.py",
    "/live_emulator/serving/server.py",
    "/assets",
    "",
    "README.md",
]


@pytest.mark.parametrize("path", NOT_SERVED)
def test_everything_else_is_not_there(path):
    """Hidden files, ways out of a folder, and whatever is not listed."""
    assert locate(path) is None


PIECES = st.sampled_from(
    [
        *("..", ".", "/", "\\", "%2e", "%2E%2e", "%2f", "%5c", "%00", "%25", " ", "~"),
        *("chapter_01", "assets", "guide", "home", ".env", ".git", "a.js", "x.py", ":"),
    ]
)


@given(st.lists(PIECES, max_size=12))
def test_no_path_leads_out_of_the_open_folders(pieces):
    """Whatever is put together, a located file has plain names only."""
    found = locate("/" + "".join(pieces))
    if found is not None:
        assert not found.is_absolute()
        for part in found.parts:
            assert not part.startswith(".")
            assert not set(part) & set("\\/:\0")
        assert found.suffix in CONTENT_TYPES
        assert found.parts[0] in ("chapter_01", "assets", "guide")
        assert found == PurePosixPath(*found.parts)
