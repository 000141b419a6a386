"""Have Chromium record a spoken question with its MediaRecorder, in pieces.

    python assets/make_browser_recording.py

Writes audio/browser-recording.webm, all pieces in a row, and
audio/browser-recording.json, where each begins. It takes the packages of
requirements-test.txt and a browser (python3 guide.py test gets one).
"""

import base64
import json
import sys
from pathlib import Path
from typing import Any

REPOSITORY = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(REPOSITORY))

from guide.audio_files import read_speech  # noqa: E402
from guide.commands.browser import find_browser  # noqa: E402

FOLDER = REPOSITORY / "assets" / "audio"
QUESTION = "capital-of-france"
PIECE_MS = 100

RECORD = """async ([text, pieceMs, mimeType]) => {
  const context = new AudioContext({ sampleRate: 48_000 });
  await context.resume();
  const bytes = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
  const spoken = new Int16Array(bytes.buffer);
  const buffer = context.createBuffer(1, spoken.length, 16_000);
  spoken.forEach((sample, at) => (buffer.getChannelData(0)[at] = sample / 32_768));
  const source = new AudioBufferSourceNode(context, { buffer });
  const jack = context.createMediaStreamDestination();
  jack.channelCount = 1;
  source.connect(jack);
  const recorder = new MediaRecorder(jack.stream, { mimeType });
  const pieces = [];
  recorder.ondataavailable = ({ data }) => data.size && pieces.push(data);
  const ended = new Promise((resolve) => (recorder.onstop = resolve));
  source.onended = () => recorder.stop();
  recorder.start(pieceMs);
  source.start();
  await ended;
  const texts = [];
  for (const piece of pieces) {
    const all = new Uint8Array(await piece.arrayBuffer());
    texts.push(btoa(String.fromCharCode(...all)));
  }
  return texts;
}"""


def record(
    browser: Any, pcm: bytes, piece_ms: int = PIECE_MS, mime_type: str = "audio/webm"
) -> list[bytes]:
    """Return the pieces in which a browser records some speech (PCM at 16 kHz)."""
    context = browser.new_context()
    try:
        page = context.new_page()
        text = base64.b64encode(pcm).decode()
        pieces = page.evaluate(RECORD, [text, piece_ms, mime_type])
    finally:
        context.close()
    return [base64.b64decode(piece) for piece in pieces]


def main() -> int:
    """Record, and write the files."""
    from playwright.sync_api import sync_playwright

    speech = read_speech(FOLDER / f"{QUESTION}.wav")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=find_browser(),
            args=["--no-sandbox", "--autoplay-policy=no-user-gesture-required"],
        )
        pieces = record(browser, speech)
        made_by = f"Chromium {browser.version}"
        browser.close()
    (FOLDER / "browser-recording.webm").write_bytes(b"".join(pieces))
    about = {
        "question": QUESTION,
        "recorded_by": made_by,
        "mime_type": "audio/webm;codecs=opus",
        "piece_ms": PIECE_MS,
        "piece_bytes": [len(piece) for piece in pieces],
    }
    text = json.dumps(about, indent=1) + "\n"
    (FOLDER / "browser-recording.json").write_text(text, "utf-8")
    print(f"{len(pieces)} pieces, {sum(map(len, pieces)):,} bytes ({made_by})")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
