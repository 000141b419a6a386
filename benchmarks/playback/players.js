/**
 * The players that are compared. Each is opened anew for every measurement.
 *
 * @typedef {object} Player
 * @property {(pcm: Uint8Array) => void} add A chunk: 16 bits, mono, 24 kHz.
 * @property {() => void} finish Nothing more belongs to this stream.
 * @property {() => unknown} flush Be silent, and forget what has not been heard.
 * @property {() => unknown} [close]
 *
 * @typedef {object} Entry
 * @property {string} name
 * @property {number} [rateHz] Rate of the context it wants; without, the device's.
 * @property {(context: AudioContext, output: AudioNode) => Player | Promise<Player>} open
 */

import { AudioQueue } from "../../chapter_04/audio-queue.js";
import { NaiveQueue } from "../../chapter_04/naive-queue.js";
import { pcm16ToFloat } from "../../chapter_04/pcm.js";
import { AudioStreamer } from "../../chapter_05/audio-streamer.js";
import { ChainedPlayer, PolledPlayer } from "./published-methods.js";

/**
 * @param {{add(samples: Float32Array): void, finish(): void, flush(): unknown}} queue
 * @returns {Player}
 */
function ofQueue(queue) {
  return {
    add: (pcm) => queue.add(pcm16ToFloat(pcm)),
    finish: () => queue.finish(),
    flush: () => queue.flush(),
  };
}

/**
 * @param {AudioNode} output
 * @returns {Promise<Player>}
 */
async function ofStreamer(output) {
  const streamer = new AudioStreamer({ output });
  await streamer.open();
  return {
    add: (pcm) => streamer.play(pcm),
    finish: () => streamer.finish(),
    flush: () => streamer.flush(),
    close: () => streamer.close(),
  };
}

/** @type {Entry[]} */
export const PLAYERS = [
  {
    name: "naive queue",
    rateHz: 24_000,
    open: (context, output) => ofQueue(new NaiveQueue(context, { output })),
  },
  {
    name: "published: chained",
    rateHz: 24_000,
    open: (context, output) => new ChainedPlayer(context, output),
  },
  {
    name: "published: polled",
    rateHz: 24_000,
    open: (context, output) => new PolledPlayer(context, output),
  },
  {
    name: "scheduled queue",
    rateHz: 24_000,
    open: (context, output) => ofQueue(new AudioQueue(context, { output })),
  },
  {
    name: "scheduled, 44.1/48 kHz",
    open: (context, output) => ofQueue(new AudioQueue(context, { output })),
  },
  {
    name: "worklet (chapter 5)",
    rateHz: 24_000,
    open: (_context, output) => ofStreamer(output),
  },
];
