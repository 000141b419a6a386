"""Let the model draw: a function that calls another model, which makes pictures.

A live model answers in speech alone. A picture comes from a call of its own, to
``generate_content`` of a model that can draw. It takes a while and costs money, so it
runs in the background, and only if the reader has asked for it. Chapter 7 uses it.
"""

import asyncio
import mimetypes
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from google.genai.errors import APIError

from chapter_07.tools import ToolError

__all__ = ["MOST_PICTURES", "picture_function"]

MOST_PICTURES = 10
"""Of one conversation: a model that likes to draw would be expensive."""


def picture_function(
    client: Any, model: str, folder: Path
) -> Callable[[str], Awaitable[dict[str, str]]]:
    """Return a function that draws and writes the picture to a file.

    Args:
        client: A `genai.Client`.
        model: The id of a model that answers with pictures.
        folder: Where they are written; it has to exist.

    """
    count = 0

    async def draw_picture(description: str) -> dict[str, str]:
        """Draw a picture.

        Args:
            description: What is to be seen, in a sentence or two.

        """
        nonlocal count
        if count >= MOST_PICTURES:
            raise ToolError(f"{MOST_PICTURES} pictures are enough for a conversation.")
        count += 1
        try:
            answer = await client.aio.models.generate_content(
                model=model,
                contents=description,
                config={"response_modalities": ["TEXT", "IMAGE"]},
            )
        except APIError as error:
            reason = error.message or error.code
            raise ToolError(f"The picture could not be drawn: {reason}") from None
        for part in _parts(answer):
            blob = part.inline_data
            if blob and blob.data and str(blob.mime_type).startswith("image/"):
                ending = mimetypes.guess_extension(blob.mime_type) or ".img"
                path = folder / f"picture-{count}{ending}"
                await asyncio.to_thread(path.write_bytes, blob.data)
                return {"file": path.name}
        raise ToolError("No picture came back; describe it in another way.")

    return draw_picture


def _parts(answer: Any) -> list[Any]:
    """Return what an answer consists of; nothing, if it was refused."""
    candidates = answer.candidates or []
    content = candidates[0].content if candidates else None
    return list(content.parts or []) if content else []
