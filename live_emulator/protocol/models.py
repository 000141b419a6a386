"""Every model the emulator knows, and how each differs.

Facts are those of Google's model and deprecation pages and change log as of
October 2026; what was measured by others, or guessed, says so.

The end of two Live previews was announced for 2026-11-17 (replacement:
gemini-3.8-live). Which they are is inferred, and no refusal was reported since, so the
emulator still answers them, says so in its log, and shows it in the list of models.
"""

from dataclasses import dataclass
from enum import Enum

__all__ = [
    "DEFAULT_LIVE_MODEL",
    "LIVE_MODELS",
    "UNARY_MODELS",
    "Behaviour",
    "LiveModel",
    "Task",
    "Thinking",
    "UnaryModel",
    "short_name",
]

DEFAULT_LIVE_MODEL = "gemini-3.8-live"


class Task(Enum):
    """What a model does with what it hears."""

    CONVERSE = "converse"
    TRANSCRIBE = "transcribe"
    TRANSLATE = "translate"


class Thinking(Enum):
    """How `thinkingConfig` is treated."""

    NONE = "ignored"
    REFUSED = "refused"
    LEVEL = "thinkingLevel"
    BUDGET = "thinkingBudget"


class Behaviour(Enum):
    """How function calls run."""

    BLOCKING = "BLOCKING"
    NON_BLOCKING = "NON_BLOCKING"


@dataclass(frozen=True)
class LiveModel:
    """A model that `bidiGenerateContent` accepts, or once accepted."""

    name: str
    display_name: str
    description: str
    task: Task = Task.CONVERSE
    retired: str = ""
    """Date of its shutdown; the service answers as for an unknown name."""
    ended: str = ""
    """The day announced for its end, if that is past and a refusal was not seen."""
    modalities: frozenset[str] = frozenset({"AUDIO"})
    input_token_limit: int = 131_072
    output_token_limit: int = 65_536
    gemini: bool = True
    vertex: bool = False
    behaviours: frozenset[Behaviour] = frozenset(Behaviour)
    default_behaviour: Behaviour = Behaviour.BLOCKING
    thinking: Thinking = Thinking.NONE
    thinking_levels: frozenset[str] = frozenset()
    needs_thinking_level: bool = False
    """A setup that names no level is refused."""
    scheduling: bool = True
    """Takes `scheduling` in the results of functions."""
    several_results: bool = True
    """After an interim result (`willContinue`) the final one still counts."""
    needs_role: bool = False
    """Content that asks for an answer has to say whose it is."""
    languages: frozenset[str] | None = None
    """Codes that `languageCode` may be, in lower case; None for any."""
    tools: bool = True
    search: bool = True
    code_execution: bool = False
    proactive_audio: bool | None = None
    """True: always on, ``false`` refused. None: a switch without effect here."""
    affective_dialog: bool = False
    media_chunks: bool = False
    """The deprecated field is still taken."""
    all_video: bool = True
    """A turn includes all video by default, not only that of the activity."""
    whole_transcripts: bool = True
    """One finished input transcription per utterance, not word by word."""
    bundles: bool = True
    """Transcription rides in the message of its audio."""
    voice_activity: bool = True
    """Sends `voiceActivity` messages."""
    interaction_status: bool = False
    model_role: bool = True
    """`modelTurn` carries ``"role": "model"`` on the Gemini API too."""
    announces_code: bool = False
    """Shows a call as `executableCode` before the `toolCall`."""
    notes: bool = False
    """Takes content without a role as a note; 3.x refuses it (livekit/agents)."""


_LANGUAGES_2_5 = frozenset(
    "bn-in cmn-cn de-de en-au en-gb en-in en-us es-us fr-ca fr-fr gu-in hi-in id-id "
    "it-it ja-jp kn-in ko-kr ml-in mr-in nl-nl pl-pl pt-br ru-ru ta-in te-in th-th "
    "tr-tr vi-vn".split()
)
"""The list of the API reference (SpeechConfig), without ar-XA and es-ES: these were
seen to be refused. Only en-US and de-DE were seen to be accepted."""

_V2_5 = {
    "gemini": True,
    "languages": _LANGUAGES_2_5,
    "thinking": Thinking.BUDGET,
    "affective_dialog": True,
    "media_chunks": True,
    "all_video": False,
    "whole_transcripts": False,
    "bundles": False,
    "voice_activity": False,
    "model_role": False,
    "notes": True,
}
_HALF_CASCADE = {
    "modalities": frozenset({"AUDIO", "TEXT"}),
    "input_token_limit": 32_768,
    "output_token_limit": 8_192,
    "media_chunks": True,
    "all_video": False,
    "whole_transcripts": False,
    "bundles": False,
    "voice_activity": False,
    "model_role": False,
    "announces_code": True,
    "code_execution": True,
    "notes": True,
}


def _v2_5(name: str, display_name: str, **changes: object) -> LiveModel:
    return LiveModel(
        name,
        display_name,
        "Native audio, deprecated: migrate to 3.x.",
        **(_V2_5 | changes),  # type: ignore[arg-type]
    )


def _retired(name: str, date: str, **changes: object) -> LiveModel:
    return LiveModel(
        name,
        name,
        f"Shut down on {date}.",
        retired=date,
        **(_HALF_CASCADE | changes),  # type: ignore[arg-type]
    )


_LIVE = (
    LiveModel(
        "gemini-3.8-live",
        "Gemini 3.8 Live",
        "Spoken conversation with interleaved reasoning; the default.",
        vertex=True,
        default_behaviour=Behaviour.NON_BLOCKING,
        thinking=Thinking.REFUSED,
        proactive_audio=True,
        needs_role=True,
    ),
    LiveModel(
        "gemini-3.8-live-extended-thinking",
        "Gemini 3.8 Live Extended Thinking",
        "Spoken conversation with background reasoning and spoken fillers.",
        behaviours=frozenset({Behaviour.NON_BLOCKING}),
        default_behaviour=Behaviour.NON_BLOCKING,
        thinking=Thinking.LEVEL,
        thinking_levels=frozenset({"LOW", "MEDIUM", "HIGH"}),
        needs_thinking_level=True,
        scheduling=False,
        several_results=False,
        proactive_audio=True,
        interaction_status=True,
    ),
    LiveModel(
        "gemini-3.1-flash-live-preview",
        "Gemini 3.1 Flash Live Preview",
        "Spoken conversation; its end was announced for 2026-11-17, replaced by 3.8.",
        ended="2026-11-17",
        behaviours=frozenset({Behaviour.BLOCKING}),
        thinking=Thinking.LEVEL,
        thinking_levels=frozenset({"MINIMAL", "LOW", "MEDIUM", "HIGH"}),
    ),
    LiveModel(
        "gemini-3.5-live-translate-preview",
        "Gemini 3.5 Live Translate Preview",
        "Speaks what it hears in another language.",
        task=Task.TRANSLATE,
        tools=False,
        search=False,
    ),
    LiveModel(
        "gemini-3.5-transcribe-live",
        "Gemini 3.5 Transcribe Live",
        "Writes down what it hears.",
        task=Task.TRANSCRIBE,
        modalities=frozenset({"TEXT"}),
        tools=False,
        search=False,
    ),
    LiveModel(
        "gemini-robotics-er-2-streaming-preview",
        "Gemini Robotics ER 2 Streaming Preview",
        "Embodied reasoning; answers in text.",
        modalities=frozenset({"TEXT"}),
    ),
    _v2_5(
        "gemini-2.5-flash-native-audio-preview-12-2025",
        "Gemini 2.5 Flash Native Audio Preview 12-2025",
        ended="2026-11-17",
    ),
    _v2_5(
        "gemini-2.5-flash-native-audio-preview-09-2025",
        "Gemini 2.5 Flash Native Audio Preview 09-2025",
    ),
    _v2_5(
        "gemini-2.5-flash-native-audio-latest",
        "Gemini 2.5 Flash Native Audio Latest",
    ),
    _v2_5(
        "gemini-live-2.5-flash-native-audio",
        "Gemini Live 2.5 Flash Native Audio",
        gemini=False,
        vertex=True,
    ),
    _retired("gemini-live-2.5-flash-preview", "2025-12-09"),
    _retired("gemini-2.0-flash-live-001", "2025-12-09"),
    _retired("gemini-2.0-flash-exp", "2026-06-01"),
    _retired("gemini-2.5-flash-preview-native-audio-dialog", "2025-12-09"),
    _retired("gemini-2.5-flash-exp-native-audio-thinking-dialog", "2025-12-09"),
)

LIVE_MODELS = {model.name: model for model in _LIVE}


@dataclass(frozen=True)
class UnaryModel:
    """A model for `generateContent`."""

    name: str
    display_name: str
    description: str
    speech: bool = False
    """Answers with audio (text to speech)."""
    input_token_limit: int = 1_048_576
    output_token_limit: int = 65_536


UNARY_MODELS = {
    model.name: model
    for model in (
        UnaryModel("gemini-3.8-flash", "Gemini 3.8 Flash", "Text and images in."),
        UnaryModel("gemini-3.6-flash", "Gemini 3.6 Flash", "Text and images in."),
        UnaryModel(
            "gemini-3.5-flash-lite", "Gemini 3.5 Flash-Lite", "Small and quick."
        ),
        UnaryModel("gemini-4-argon", "Gemini 4 Argon", "Text and images in."),
        UnaryModel(
            "gemini-3.8-flash-tts",
            "Gemini 3.8 Flash TTS",
            "Text to speech.",
            speech=True,
            input_token_limit=8_192,
            output_token_limit=16_384,
        ),
        UnaryModel(
            "gemini-3.8-flash-lite-tts",
            "Gemini 3.8 Flash-Lite TTS",
            "Text to speech.",
            speech=True,
            input_token_limit=8_192,
            output_token_limit=16_384,
        ),
    )
}


def short_name(resource: str) -> str:
    """Return "x" of "models/x" or of a publisher's path that ends in "x"."""
    return resource.rsplit("/", 1)[-1]
