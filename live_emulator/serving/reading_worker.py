"""The process that reads text in pictures, behind frames on its standard streams.

Started by `worker`.
"""

from typing import Any

import numpy as np

from live_emulator.voice.process.worker_side import Inbox, Outbox, serve

_DETECTION_SIDE = 736
"""Text is looked for in the picture at this size, and read at the size it came."""
_LEAST_SCORE = 0.6
"""What the reader is less sure of is more often a pattern than text."""


def _read(engine: Any, message: dict[str, Any], pixels: bytes) -> list[dict[str, Any]]:
    """Return the pieces of text, each with the four corners of its box."""
    shape = message["height"], message["width"], 3
    picture = np.frombuffer(pixels, np.uint8).reshape(shape)
    found = engine(picture[:, :, ::-1])  # It wants blue first.
    if not found.txts:
        return []
    return [
        {"text": text, "corners": np.asarray(box, float).tolist()}
        for text, box, score in zip(found.txts, found.boxes, found.scores, strict=True)
        if score >= _LEAST_SCORE and text.strip()
    ]


def _work(inbox: Inbox, outbox: Outbox) -> None:
    # Here, so that what goes wrong is reported and not only an exit code.
    from rapidocr import RapidOCR

    engine = RapidOCR(
        params={
            "Global.log_level": "error",
            "Global.use_cls": False,  # text that is upside down
            "Det.limit_type": "max",
            "Det.limit_side_len": _DETECTION_SIDE,
            "EngineConfig.onnxruntime.intra_op_num_threads": 1,
            "EngineConfig.onnxruntime.inter_op_num_threads": 1,
        }
    )
    outbox.send({"ready": True})
    while (frame := inbox.get()) is not None:
        message, pixels = frame
        if message["do"] == "ping":
            outbox.send({"id": message["id"]})
        elif message["do"] == "read":
            found = _read(engine, message, pixels)
            outbox.send({"id": message["id"], "found": found})


if __name__ == "__main__":
    serve(_work)
