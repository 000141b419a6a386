"""Convert decoded audio to 16-bit mono PCM of another rate, in the thread that asks.

PyAV's `AudioResampler` does the same with a pool of threads for each resampler, which a
server with hundreds of conversations can't afford. Chapter 8 uses it.
"""

from typing import Any

import av
import av.filter

__all__ = ["PcmResampler"]


class PcmResampler:
    """Frames in, PCM out; the first frame says what is converted."""

    def __init__(self, rate_hz: int) -> None:
        self._rate_hz = rate_hz
        self._graph: Any = None
        self._kind: tuple[Any, ...] = ()

    def process(self, frame: Any) -> bytes:
        """Return the samples that a frame completes.

        A stream may change its format on the way; then the few samples that the
        converter holds are lost.
        """
        kind = (frame.sample_rate, frame.format.name, frame.layout.name)
        if kind != self._kind:
            self._graph, self._kind = self._new_graph(*kind), kind
        frame.pts = None
        self._graph.push(frame)
        parts = []
        while True:
            try:
                parts.append(self._graph.pull().to_ndarray().tobytes())
            except (av.error.BlockingIOError, av.error.EOFError):
                return b"".join(parts)

    def _new_graph(self, rate_hz: int, format: str, layout: str) -> Any:
        graph: Any = av.filter.Graph()
        graph.threads = 1
        source = graph.add(
            "abuffer",
            sample_rate=str(rate_hz),
            sample_fmt=format,
            channel_layout=layout,
            time_base=f"1/{rate_hz}",
        )
        wanted = graph.add(
            "aformat",
            sample_rates=str(self._rate_hz),
            sample_fmts="s16",
            channel_layouts="mono",
        )
        end = graph.add("abuffersink")
        source.link_to(wanted)
        wanted.link_to(end)
        graph.configure()
        return graph
