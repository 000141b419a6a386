/** Plays marked signals through a player and looks at every sample that comes out. */

import { floatToPcm16 } from "../../chapter_04/pcm.js";
import { PLAYERS } from "./players.js";

const RATE_HZ = 24_000;
const QUIET = 0.01;
/** Where the ramps begin and end that are looked for silences. */
const RAMP = { from: 0.1, to: 0.9 };

/** Records everything that reaches its node. */
class Recording {
  /** @param {AudioContext} context */
  static async open(context) {
    await context.audioWorklet.addModule(new URL("tap.worklet.js", import.meta.url));
    return new Recording(context);
  }

  /** @param {AudioContext} context */
  constructor(context) {
    this.context = context;
    this.blocks = [];
    // Without a fixed number of channels, a node with no input would have none.
    this.node = new AudioWorkletNode(context, "tap", {
      channelCount: 1,
      channelCountMode: "explicit",
      numberOfOutputs: 1,
    });
    this.node.port.onmessage = ({ data }) => this.blocks.push(data);
    this.node.connect(context.destination);
  }

  /** Return all samples since a time, silence where no block came. */
  since(startS) {
    const first = Math.round(startS * this.context.sampleRate);
    const last = this.blocks.at(-1);
    const samples = new Float32Array(Math.max(0, last.frame + 128 - first));
    for (const block of this.blocks) {
      const at = block.frame - first;
      if (!block.samples || at + 128 <= 0) continue;
      samples.set(block.samples.subarray(Math.max(0, -at)), Math.max(0, at));
    }
    return samples;
  }

  /** Wait until the recording is so long. */
  async until(timeS) {
    const frame = timeS * this.context.sampleRate;
    while (!(this.blocks.at(-1)?.frame >= frame)) await sleep(20);
  }
}

const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

/** A ramp: each sample is a little larger than the one before it. */
const ramp = (count, from, to) =>
  Float32Array.from({ length: count }, (_, at) => from + ((to - from) * at) / count);

function cut(samples, length) {
  const chunks = [];
  for (let at = 0; at < samples.length; at += length) {
    chunks.push(floatToPcm16(samples.subarray(at, at + length)));
  }
  return chunks;
}

/**
 * Say what became of a ramp: how long it took, its silences and where in the ramp they
 * are (0 to 1, read off the sample that follows), what was played twice.
 */
function read(samples, rateHz) {
  const edge = rateHz / 100; // a filter rings where the ramp begins and ends
  const first = samples.findIndex((sample) => sample > QUIET);
  const last = samples.findLastIndex((sample) => sample > QUIET);
  const gaps = [];
  const gapsAt = [];
  let quiet = 0;
  let steps = 0;
  for (let at = first; at <= last; at += 1) {
    if (samples[at] <= QUIET) {
      quiet += 1;
      continue;
    }
    if (quiet > 0) {
      gaps.push((quiet / rateHz) * 1000);
      gapsAt.push((samples[at] - RAMP.from) / (RAMP.to - RAMP.from));
    }
    quiet = 0;
    if (at < first + edge || at > last - edge) continue;
    // Louder than the ramp ever is, or a step back: two chunks sounded at once.
    if (samples[at] > 0.95 || samples[at] < samples[at - 1] - 0.02) steps += 1;
  }
  const durationMs = ((last - first + 1) / rateHz) * 1000;
  return { durationMs, gaps, gapsAt, overlaps: steps };
}

/** Open a player, let it play, return what the scenario made of it. */
async function withPlayer(entry, scenario) {
  const context = new AudioContext(entry.rateHz ? { sampleRate: entry.rateHz } : {});
  await context.resume();
  const recording = await Recording.open(context);
  const player = await entry.open(context, recording.node);
  await recording.until(context.currentTime + 0.2);
  try {
    return await scenario(player, recording, context);
  } finally {
    await player.close?.();
    await context.close();
  }
}

const SCENARIOS = {
  /** 25 chunks of 40 ms that are all there at once: 1.000 s, and no silence in it. */
  async chunks(player, recording, context) {
    const startS = context.currentTime;
    for (const chunk of cut(ramp(RATE_HZ, RAMP.from, RAMP.to), 960)) player.add(chunk);
    player.finish();
    await recording.until(startS + 2);
    return read(recording.since(startS), context.sampleRate);
  },

  /** The same, delivered one by one, each up to 30 ms late. */
  async late(player, recording, context, seed) {
    const startS = context.currentTime;
    const beganMs = performance.now();
    const random = randomOf(seed);
    let dueMs = 0;
    for (const [number, chunk] of cut(ramp(RATE_HZ, RAMP.from, RAMP.to), 960).entries()) {
      dueMs = Math.max(dueMs, number * 40 + 30 * random()); // they can't overtake
      await sleep(Math.max(0, beganMs + dueMs - performance.now()));
      player.add(chunk);
    }
    player.finish();
    await recording.until(startS + 2.4);
    return read(recording.since(startS), context.sampleRate);
  },

  /** Two chunks of 2.5 s: 5.000 s, the second not before the first has ended. */
  async long(player, recording, context) {
    const startS = context.currentTime;
    for (const chunk of cut(ramp(5 * RATE_HZ, RAMP.from, RAMP.to), 60_000)) player.add(chunk);
    player.finish();
    await recording.until(startS + 6);
    return read(recording.since(startS), context.sampleRate);
  },

  /** A flush in the middle of sound, and at once a chunk of 200 ms behind it. */
  async flush(player, recording, context) {
    const startS = context.currentTime;
    player.add(floatToPcm16(new Float32Array(2 * RATE_HZ).fill(0.5)));
    await recording.until(startS + 0.5);
    const flushS = context.currentTime;
    player.flush();
    player.add(floatToPcm16(ramp(RATE_HZ / 5, -0.3, -0.9)));
    player.finish();
    await recording.until(flushS + 1);
    const samples = recording.since(flushS);
    const rateHz = context.sampleRate;
    const old = samples.findLastIndex((sample) => sample > QUIET) + 1;
    const heard = samples.filter((sample) => sample < -0.29).length;
    return {
      silentAfterMs: (old / rateHz) * 1000,
      heardMs: (heard / rateHz) * 1000,
      loudest: Math.abs(samples.reduce((least, x) => Math.min(least, x), 0)),
    };
  },
};

/** A small generator of numbers between 0 and 1, the same for the same seed. */
function randomOf(seed) {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

/** What benchmarks/playback.py calls. */
Object.assign(globalThis, {
  players: () => PLAYERS.map(({ name }) => name),
  measure: (name, scenario, seed) => {
    const entry = PLAYERS.find((one) => one.name === name);
    return withPlayer(entry, (...given) => SCENARIOS[scenario](...given, seed));
  },
});
document.title = "ready";
