"""The two worklets without devices: rendered offline in Chromium, sample by sample."""

import pytest

from guide.chapters import REPOSITORY

PLAY = """async ({ chunks, seconds, flushAtS }) => {
  const context = new OfflineAudioContext(1, seconds * 24_000, 24_000);
  await context.audioWorklet.addModule("/chapter_05/audio-streaming-worklet.js");
  const node = new AudioWorkletNode(context, "audio-streaming", {
    numberOfInputs: 0,
    outputChannelCount: [1],
    processorOptions: { startDelayMs: 100, fadeMs: 5 },
  });
  node.connect(context.destination);
  const messages = [];
  let onAnswer;
  const answer = (type) => new Promise((resolve) => {
    onAnswer = (message) => message.type === type && resolve();
  });
  node.port.onmessage = ({ data }) => {
    messages.push(data);
    onAnswer?.(data);
  };
  context.suspend(0).then(async () => {
    let position = 0;
    for (const length of chunks) {
      const count = (_, at) => (position + at + 1) / 2 ** 20;
      const samples = Float32Array.from({ length }, count);
      position += length;
      node.port.postMessage({ type: "chunk", samples });
    }
    node.port.postMessage({ type: "finish" });
    const arrived = answer("status");
    node.port.postMessage({ type: "status" });
    await arrived;
    context.resume();
  });
  if (flushAtS) {
    context.suspend(flushAtS).then(async () => {
      const flushed = answer("flushed");
      node.port.postMessage({ type: "flush" });
      await flushed;
      context.resume();
    });
  }
  const rendered = (await context.startRendering()).getChannelData(0);
  const told = answer("status");
  node.port.postMessage({ type: "status" });
  await told;
  const first = rendered.findIndex((sample) => sample !== 0);
  const last = rendered.findLastIndex((sample) => sample !== 0);
  const inOrder = rendered
    .subarray(first, last + 1)
    .every((sample, at) => Math.round(sample * 2 ** 20) === at + 1);
  return { first, length: last - first + 1, inOrder, messages };
}"""

RECORD = """async ({ rateHz, toneHz, stereo }) => {
  const context = new OfflineAudioContext(1, rateHz, rateHz);
  await context.audioWorklet.addModule("/chapter_05/audio-recording-worklet.js");
  const node = new AudioWorkletNode(context, "audio-recording", {
    processorOptions: { rateHz: 16_000, chunkMs: 20 },
  });
  const chunks = [];
  node.port.onmessage = ({ data }) => chunks.push(data);
  const buffer = new AudioBuffer({
    length: rateHz, sampleRate: rateHz, numberOfChannels: stereo ? 2 : 1,
  });
  const tone = buffer.getChannelData(0);
  for (let at = 0; at < rateHz; at += 1) {
    tone[at] = 0.5 * Math.sin((2 * Math.PI * toneHz * at) / rateHz);
  }
  const source = new AudioBufferSourceNode(context, { buffer });
  source.connect(node).connect(context.destination);
  source.start();
  await context.startRendering();
  // The last chunk may still be on its way between the threads.
  while (chunks.length < 49) await new Promise((resolve) => setTimeout(resolve, 5));
  const lengths = [...new Set(chunks.map(({ pcm }) => pcm.length))];
  return { count: chunks.length, lengths, levels: chunks.map(({ level }) => level) };
}"""


@pytest.fixture
def page(context, port):
    """Open a page of the guide, from which worklets may be loaded."""
    page = context.new_page()
    page.goto(f"http://localhost:{port}/chapter_05/")
    return page


@pytest.fixture(scope="module")
def port(serve_pages):
    """Serve the pages; nobody talks here."""
    return serve_pages(repository=REPOSITORY)


def test_25_chunks_of_40_ms_play_in_one_second_without_a_gap(page):
    """Every sample comes out once and in order: 24,000 of them, from the first on."""
    played = page.evaluate(PLAY, {"chunks": [960] * 25, "seconds": 2, "flushAtS": 0})
    assert (played["length"], played["inOrder"]) == (24_000, True)
    types = [one["type"] for one in played["messages"] if one["type"] != "status"]
    assert types == ["started", "drained"]


def test_two_chunks_of_2500_ms_follow_each_other(page):
    """Long chunks neither overlap nor stall: five seconds in all."""
    played = page.evaluate(
        PLAY, {"chunks": [60_000, 60_000], "seconds": 6, "flushAtS": 0}
    )
    assert (played["length"], played["inOrder"]) == (120_000, True)


def test_a_flush_ends_the_sound_within_its_fade(page):
    """Five ms after the flush nothing sounds, and the player says what was heard."""
    played = page.evaluate(PLAY, {"chunks": [48_000], "seconds": 2, "flushAtS": 0.5})
    flushed = next(one for one in played["messages"] if one["type"] == "flushed")
    assert (
        played["first"] + played["length"] <= flushed["heard"] + 120 + played["first"]
    )
    assert 0.45 * 24_000 <= flushed["heard"] <= 0.51 * 24_000
    assert flushed["heard"] + flushed["lost"] == 48_000


@pytest.mark.parametrize("rate_hz", [16_000, 44_100, 48_000])
def test_a_voice_is_resampled_and_cut_into_chunks(page, rate_hz):
    """A second at any rate is 49 or 50 chunks of 20 ms, as loud as it was."""
    heard = page.evaluate(RECORD, {"rateHz": rate_hz, "toneHz": 1000, "stereo": False})
    assert heard["count"] in (49, 50)
    assert heard["lengths"] == [640]
    assert all(abs(level - 0.5**1.5) < 0.004 for level in heard["levels"][1:-1])


def test_what_is_too_high_for_16_khz_does_not_come_back_as_another_tone(page):
    """10 kHz at 48 kHz would be 6 kHz without a low-pass; here it is 80 dB down."""
    heard = page.evaluate(RECORD, {"rateHz": 48_000, "toneHz": 10_000, "stereo": False})
    assert max(heard["levels"][2:-1]) < 0.5**1.5 / 10_000


def test_both_channels_of_a_microphone_are_mixed(page):
    """One silent channel halves the level, and does not double the time."""
    heard = page.evaluate(RECORD, {"rateHz": 48_000, "toneHz": 1000, "stereo": True})
    assert heard["count"] in (49, 50)
    assert all(abs(level - 0.5**2.5) < 0.004 for level in heard["levels"][1:-1])
