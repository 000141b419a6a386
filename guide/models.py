"""The model ids of the guide, and what is known of each.

Ids of preview models last for months, not years, so they are here and nowhere
else: notebooks, scripts and pages take them from `backend.live_model` or from
this file. What the emulator accepts is its own matter (its model profiles).

Sources, read in November 2026: the changelog (to 2026-10-13), the deprecations
page and the model pages of ai.google.dev, and the Live reference of
docs.cloud.google.com (September 2026). None was tried against the service here.

For 2026-11-17 Google announced the end of two Live previews and three speech previews,
to be replaced by gemini-3.8-live and gemini-3.8-flash-tts (reported on 2026-10-18). The
report read here names no ids: which they are is inferred from what these two replace,
and nobody was seen to report a refusal since.
"""

from dataclasses import dataclass
from datetime import date
from typing import Literal

__all__ = [
    "EXTENDED_THINKING",
    "LIVE",
    "MODELS",
    "RETIRED",
    "TRANSCRIBE",
    "Model",
    "Status",
    "describe",
]

Status = Literal["current", "preview", "deprecated", "ended", "retired"]
"""`ended`: the announced day is past; that it is refused was not seen."""


@dataclass(frozen=True)
class Model:
    """One model of the Live API."""

    id: str
    status: Status
    since: date | None
    """Day of its release, where a source names one."""
    ends: date | None
    """Day of its retirement, past or announced; none if nothing is announced."""
    note: str


MODELS: tuple[Model, ...] = (
    Model(
        "gemini-3.8-live",
        "current",
        date(2026, 9, 15),
        None,
        "answers in speech; the model of every chapter unless it says otherwise",
    ),
    Model(
        "gemini-3.8-live-extended-thinking",
        "current",
        date(2026, 9, 15),
        None,
        "thinks in the background while it talks; tools must be non-blocking",
    ),
    Model(
        "gemini-3.5-transcribe-live",
        "current",
        date(2026, 8, 26),
        None,
        "writes down what it hears; answers in text only, has no tools",
    ),
    Model(
        "gemini-3.5-live-translate-preview",
        "preview",
        None,
        None,
        "interprets speech into another language",
    ),
    Model(
        "gemini-3.1-flash-live-preview",
        "ended",
        None,
        date(2026, 11, 17),
        "replaced by gemini-3.8-live, still named in much sample code",
    ),
    Model(
        "gemini-2.5-flash-native-audio-preview-12-2025",
        "ended",
        None,
        date(2026, 11, 17),
        "replaced by gemini-3.8-live; since 2026-09-18 for former users only",
    ),
    Model(
        "gemini-live-2.5-flash-native-audio",
        "deprecated",
        None,
        None,
        "Vertex AI only, in us-central1, us-east5 and europe-west4",
    ),
    Model(
        "gemini-2.0-flash-live-001",
        "retired",
        None,
        date(2025, 12, 9),
        "the model of most tutorials of 2025; a session with it is refused",
    ),
    Model(
        "gemini-2.0-flash-exp",
        "retired",
        None,
        date(2026, 6, 1),
        "the model of the first Live API tutorials; a session with it is refused",
    ),
)

LIVE = "gemini-3.8-live"
"""What the guide talks to, on the Gemini API as on Vertex AI."""

EXTENDED_THINKING = "gemini-3.8-live-extended-thinking"
"""For the chapters that show thinking and background tools."""

TRANSCRIBE = "gemini-3.5-transcribe-live"
"""For transcription alone; it is the one current model that answers in text."""

RETIRED = "gemini-2.0-flash-live-001"
"""A model that is gone, to show how the service says so."""


def describe(model_id: str) -> Model | None:
    """Return what is known of a model, with or without ``models/`` before it."""
    name = model_id.rsplit("/", 1)[-1]
    return next((model for model in MODELS if model.id == name), None)
