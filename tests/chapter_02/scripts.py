"""The script of this chapter as a module; its name has hyphens."""

import importlib.util

from guide.chapters import REPOSITORY


def load_script():
    """Return audio-to-audio.py as a module."""
    path = REPOSITORY / "chapter_02" / "audio-to-audio.py"
    spec = importlib.util.spec_from_file_location("audio_to_audio", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
