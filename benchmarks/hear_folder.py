"""Hear the recordings of a folder, with the ears of whatever package is on the path.

python benchmarks/hear_folder.py FOLDER

`voice.py` runs it twice, with the ears of today and with earlier ones. FOLDER holds
PCM16 at 16 kHz, ``*.pcm``. One JSON object comes out: the text of each by its name,
processor seconds of the workers, seconds of audio, and MB a worker.
"""

import asyncio
import json
import sys
from pathlib import Path

import psutil


async def main(paths: list[Path]) -> None:
    """Hear one after the other, as fast as it goes."""
    try:
        from live_emulator.voice import EnglishRecogniser as Recogniser

        expected: tuple[object, ...] = ()
    except ImportError:
        from live_emulator.voice import SphinxRecogniser as Recogniser
        from live_emulator.voice.types import Vocabulary

        expected = (Vocabulary(),)
    texts: dict[str, str] = {}
    audio_s = 0.0
    async with Recogniser(max_workers=1) as recogniser:
        await recogniser.ready()
        (worker,) = map(psutil.Process, recogniser.process_ids)
        before = worker.cpu_times()
        for path in paths:
            pcm = path.read_bytes()
            listener = recogniser.listen(*expected)
            for start in range(0, len(pcm), 3200):
                listener.feed(pcm[start : start + 3200])
            texts[path.stem] = (await listener.finish()).text
            listener.drop()
            audio_s += len(pcm) / 32_000
        after = worker.cpu_times()
        memory_mb = worker.memory_info().rss / 1e6
    processor_s = after.user + after.system - before.user - before.system
    found = {"texts": texts, "processor_s": processor_s, "audio_s": audio_s}
    print(json.dumps({**found, "memory_mb": memory_mb}))


if __name__ == "__main__":
    asyncio.run(main(sorted(Path(sys.argv[1]).glob("*.pcm"))))
