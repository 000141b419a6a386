"""One exchange through the SDK: send a question, collect the whole answer.

Nothing here connects, plays or saves. Chapter 1 builds this module in
sdk-intro.ipynb; later chapters import it where they want an answer as a whole.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

from google.genai import types
from google.genai.live import AsyncSession

__all__ = [
    "CHUNK_MS",
    "INPUT_RATE_HZ",
    "OUTPUT_RATE_HZ",
    "Answer",
    "chunks_of",
    "receive_answer",
    "send_speech",
]

OUTPUT_RATE_HZ = 24_000
INPUT_RATE_HZ = 16_000
CHUNK_MS = 40


@dataclass
class Answer:
    """What the model sends in one turn."""

    chunks: list[bytes] = field(default_factory=list)
    said: str = ""
    heard: str = ""
    usage: types.UsageMetadata | None = None
    was_interrupted: bool = False

    @property
    def pcm(self) -> bytes:
        """All chunks, joined to one stretch of audio."""
        return b"".join(self.chunks)

    def add(self, message: types.LiveServerMessage) -> None:
        """Take in everything that one message holds."""
        if message.data:
            self.chunks.append(message.data)
        if message.usage_metadata:
            self.usage = message.usage_metadata
        content = message.server_content
        if content and content.output_transcription:
            self.said += content.output_transcription.text or ""
        if content and content.input_transcription:
            self.heard += content.input_transcription.text or ""
        if content and content.interrupted:
            self.was_interrupted = True


async def receive_answer(session: AsyncSession) -> Answer:
    """Collect messages until the turn is complete."""
    answer = Answer()
    async for message in session.receive():
        answer.add(message)
    return answer


def chunks_of(pcm: bytes) -> Iterator[types.Blob]:
    """Cut speech into chunks of 40 ms, ready to be sent."""
    chunk_bytes = INPUT_RATE_HZ * 2 * CHUNK_MS // 1000
    for start in range(0, len(pcm), chunk_bytes):
        chunk = pcm[start : start + chunk_bytes]
        yield types.Blob(data=chunk, mime_type="audio/pcm;rate=16000")


async def send_speech(session: AsyncSession, pcm: bytes) -> None:
    """Send all chunks, then say that the speech has ended."""
    for chunk in chunks_of(pcm):
        await session.send_realtime_input(audio=chunk)
    await session.send_realtime_input(audio_stream_end=True)
