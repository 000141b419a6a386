"""The voices: what is changed between network and synthesis to make each of them.

The network speaks with one voice. It gives pitch and spectra frame by frame, before
they become sound, so a voice is a handful of numbers. They were chosen to fit the
word that Google's documentation has for each name, and so that no two voices are
near each other (`tests/live_emulator/voice/test_voices.py` measures it).
"""

from dataclasses import dataclass

__all__ = ["USER_VOICE", "VOICES", "Voice", "find_voice"]

USER_VOICE = "user"
"""A voice that plays the human in tests and recordings: the network's own."""

NETWORK_PITCH_HZ = 192.0
"""What the network speaks at, by itself: its geometric mean over many sentences."""


@dataclass(frozen=True)
class Voice:
    """How a voice differs from the network's own."""

    word: str
    """What Google's documentation calls it."""
    pitch_hz: float = NETWORK_PITCH_HZ
    formants: float = 1.0
    """Factor of all resonances: above 1 a shorter vocal tract, below 1 a longer."""
    range: float = 1.0
    """Factor of all intervals of its melody."""
    breath: float = 0.0
    """By how much its noise is raised over its tone, in nepers (8.7 dB)."""
    pace: float = 1.0
    """Factor of its speed."""
    gain_db: float = 0.0
    """Makes all voices equally loud."""
    roughness: float = 0.0
    """How unsteady its pitch is from frame to frame, as a share of it."""


VOICES = {
    "Zephyr": Voice("bright", 235, 1.15, 1.05, 0.1, 1.01, 2.5),
    "Puck": Voice("upbeat", 126, 0.92, 1.70, 0.0, 1.15, -2.0),
    "Charon": Voice("informative", 100, 0.80, 0.90, 0.0, 0.94, -2.6),
    "Kore": Voice("firm", 173, 0.98, 0.65, 0.0, 1.08, 2.7),
    "Fenrir": Voice("excitable", 112, 0.82, 1.50, 0.0, 1.20, -1.6),
    "Leda": Voice("youthful", 285, 1.17, 1.36, 0.2, 1.04, -1.5),
    "Orus": Voice("firm", 88, 0.83, 0.62, 0.0, 1.06, 0.2),
    "Aoede": Voice("breezy", 211, 1.12, 1.40, 0.7, 1.14, 3.0),
    "Callirrhoe": Voice("easy-going", 197, 1.11, 1.09, 0.2, 0.87, 2.8),
    "Autonoe": Voice("bright", 260, 1.00, 1.22, 0.0, 1.00, -3.9),
    "Enceladus": Voice("breathy", 100, 0.94, 0.82, 1.2, 0.93, -0.3),
    "Iapetus": Voice("clear", 109, 0.95, 1.10, 0.0, 0.90, -1.4),
    "Umbriel": Voice("easy-going", 90, 0.93, 0.98, 0.0, 0.87, -2.2),
    "Algieba": Voice("smooth", 78, 0.89, 0.61, 0.5, 0.92, -4.4),
    "Despina": Voice("smooth", 190, 1.10, 0.60, 0.5, 1.02, 2.7),
    "Erinome": Voice("clear", 235, 1.02, 0.80, 0.0, 0.88, 0.1),
    "Algenib": Voice("gravelly", 72, 0.80, 0.99, 0.4, 1.02, -4.2, roughness=0.04),
    "Rasalgethi": Voice("informative", 128, 0.95, 0.90, 0.0, 1.00, -3.2),
    "Laomedeia": Voice("upbeat", 258, 1.05, 1.70, 0.0, 1.13, -1.1),
    "Achernar": Voice("soft", 214, 1.05, 1.00, 1.2, 0.99, 2.4),
    "Alnilam": Voice("firm", 86, 0.95, 0.68, 0.0, 1.03, -4.5),
    "Schedar": Voice("even", 113, 0.88, 0.38, 0.0, 1.01, -3.0),
    "Gacrux": Voice("mature", 152, 0.96, 0.97, 0.1, 0.97, 1.1),
    "Pulcherrima": Voice("forward", 220, 0.98, 1.41, 0.0, 1.18, 0.9),
    "Achird": Voice("friendly", 117, 0.84, 1.29, 0.0, 0.99, -1.5),
    "Zubenelgenubi": Voice("casual", 103, 0.95, 1.10, 0.2, 1.08, -0.4),
    "Vindemiatrix": Voice("gentle", 172, 1.06, 0.92, 0.8, 0.86, 1.5),
    "Sadachbia": Voice("lively", 148, 0.84, 1.48, 0.0, 1.04, 2.6),
    "Sadaltager": Voice("knowledgeable", 84, 0.81, 1.03, 0.0, 0.90, -0.8),
    "Sulafat": Voice("warm", 168, 0.92, 1.30, 0.2, 0.95, 2.8),
}
"""By the service's names, in the order of its documentation."""

_BY_LOWER_CASE = {name.lower(): voice for name, voice in VOICES.items()} | {
    USER_VOICE: Voice("the network's own", gain_db=2.8)
}


def find_voice(name: str) -> Voice | None:
    """Return a voice by its name in any case, `USER_VOICE` among them."""
    return _BY_LOWER_CASE.get(name.lower())
