/** The page of chapter 4: reads a text aloud while it is being made. */

import { FrameList } from "../chapter_03/frame-list.js";
import { AudioQueue, OUTPUT_RATE_HZ } from "./audio-queue.js";
import { NaiveQueue } from "./naive-queue.js";
import { Pcm16Decoder } from "./pcm.js";
import { readTurn } from "./reading.js";
import { Speech } from "./speech.js";
import { turnsOf } from "./text-turns.js";
import { DEFAULT_VOICE, VOICES } from "./voices.js";
import { Waveform } from "./waveform.js";

/**
 * @typedef {"idle" | "connecting" | "speaking" | "finished" | "stopped" | "failed"} Phase
 */

/** Enough for a listener; what lies further ahead is read later, or never. */
const AHEAD_S = 20;

/** Between two turns. */
const PAUSE = new Float32Array(0.3 * OUTPUT_RATE_HZ);

const VOICE_KEY = "chapter-04-voice";

const main = element("content", HTMLElement);
const text = element("text", HTMLTextAreaElement);
const voice = element("voice", HTMLSelectElement);
const queueMenu = element("queue", HTMLSelectElement);
const startUpMenu = element("start-up", HTMLSelectElement);
const speak = element("speak", HTMLButtonElement);
const stop = element("stop", HTMLButtonElement);
const download = element("download", HTMLButtonElement);
const frames = new FrameList(element("frames", HTMLElement));
const waveform = new Waveform(element("waveform", HTMLCanvasElement));

/** @type {AudioContext | null} */
let context = null;
/** What is being read, or was read last. */
let speech = new Speech();
/** @type {AudioQueue | NaiveQueue | null} */
let queue = null;
/** @type {AbortController | null} */
let reading = null;
let isDrawing = false;

for (const [name, word] of Object.entries(VOICES)) {
  voice.add(new Option(`${name}, ${word}`, name));
}
voice.value = rememberedVoice() ?? DEFAULT_VOICE;
voice.onchange = rememberVoice;
queueMenu.onchange = offerStartUp;
offerStartUp();
element("form", HTMLFormElement).onsubmit = (event) => {
  event.preventDefault();
  void read();
};
text.onkeydown = (/** @type {KeyboardEvent} */ event) => {
  if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
  event.preventDefault();
  void read();
};
document.onkeydown = (event) => {
  if (event.key === "Escape") stopReading();
};
stop.onclick = stopReading;
download.onclick = save;
new ResizeObserver(showProgress).observe(element("waveform", HTMLCanvasElement));
render("idle");

/** Read the text, turn by turn, and play it meanwhile. */
async function read() {
  if (reading) return;
  const turns = turnsOf(text.value);
  if (turns.length === 0) {
    render("failed", "There is nothing to read. Type a sentence first.");
    text.focus();
    return;
  }
  const current = new AbortController();
  reading = current;
  speech = new Speech(turns);
  frames.clear();
  waveform.clear();
  render("connecting");
  try {
    queue = await openQueue();
    for (const turn of turns) {
      if (speech.turnsRead > 0) play(PAUSE);
      await readOne(turn, current.signal);
      speech.turnsRead += 1;
      await untilHungry(current.signal);
    }
    if (!current.signal.aborted) await heardToTheEnd(current.signal);
    if (!current.signal.aborted) render("finished");
  } catch (error) {
    if (current.signal.aborted) return;
    const problem = error instanceof Error ? error.message : String(error);
    if (speech.durationS > 0) {
      render("speaking", problem);
      await heardToTheEnd(current.signal); // what has come is worth hearing
    }
    if (!current.signal.aborted) render("failed", problem);
  } finally {
    if (reading === current) reading = null;
    showProgress();
  }
}

/**
 * @param {string} turn
 * @param {AbortSignal} signal
 */
async function readOne(turn, signal) {
  const decoder = new Pcm16Decoder();
  for await (const event of readTurn(turn, { voice: voice.value, log: frames, signal })) {
    if (event.type === "audio") {
      play(decoder.decode(event.pcm));
      if (main.dataset.phase === "connecting") render("speaking");
    } else if (event.type === "outputTranscript") {
      speech.said += event.text;
      element("said", HTMLElement).textContent = speech.said;
    }
  }
  speech.said += " ";
}

/** @param {Float32Array<ArrayBuffer>} samples */
function play(samples) {
  queue?.add(samples);
  waveform.add(samples);
  speech.add(samples);
}

/** Make the queue that was chosen; a context may start only after a key or a click. */
async function openQueue() {
  context ??= new AudioContext({ sampleRate: OUTPUT_RATE_HZ });
  await context.resume();
  if (queueMenu.value === "naive") return new NaiveQueue(context);
  return new AudioQueue(context, { startUpS: Number(startUpMenu.value) });
}

/**
 * Wait until there is little left to play: the rest may never be wanted.
 *
 * @param {AbortSignal} signal
 */
async function untilHungry(signal) {
  while (!signal.aborted && (queue?.aheadS ?? 0) > AHEAD_S) await nextSecond();
}

function nextSecond() {
  return new Promise((resolve) => setTimeout(resolve, 1000));
}

/** @param {AbortSignal} signal */
function heardToTheEnd(signal) {
  return new Promise((resolve) => {
    signal.addEventListener("abort", resolve, { once: true });
    queue?.addEventListener("end", resolve, { once: true });
    queue?.finish();
  });
}

function stopReading() {
  if (!reading) return;
  speech.stoppedAtS = speech.durationS - (queue?.aheadS ?? 0);
  reading.abort();
  queue?.flush();
  reading = null;
  render("stopped");
}

/**
 * Set everything that depends on where we are.
 *
 * @param {Phase} phase
 * @param {string} [problem]
 */
function render(phase, problem = "") {
  const isBusy = phase === "connecting" || phase === "speaking";
  const focused = document.activeElement;
  main.dataset.phase = phase;
  speak.disabled = isBusy;
  stop.disabled = !isBusy;
  if (focused === speak && isBusy) stop.focus();
  if (focused === stop && !isBusy) speak.focus();
  element("status", HTMLElement).textContent = {
    idle: "Ready.",
    connecting: "Opening a session …",
    speaking: `${voice.value} speaks.`,
    finished: `Finished: ${speech.durationS.toFixed(1)} s of speech.`,
    stopped: "Stopped.",
    failed: "",
  }[phase];
  const alert = element("problem", HTMLElement);
  alert.textContent = problem;
  alert.hidden = problem === "";
  element("said", HTMLElement).textContent = speech.said;
  element("difference", HTMLElement).hidden = phase !== "finished" || speech.isFaithful;
  showProgress();
}

/** Draw how far it is; again and again while there is something to hear. */
function showProgress() {
  const heardS = speech.stoppedAtS ?? speech.durationS - (queue?.aheadS ?? 0);
  const share = speech.durationS ? heardS / speech.durationS : 0;
  waveform.draw(share);
  element("progress", HTMLProgressElement).value = share;
  download.disabled = speech.durationS === 0;
  element("heard", HTMLElement).textContent =
    `${heardS.toFixed(1)} of ${speech.durationS.toFixed(1)} s`;
  element("turns", HTMLElement).textContent = speech.turns.length
    ? `${speech.turnsRead} of ${speech.turns.length} read`
    : "none";
  element("gaps", HTMLElement).textContent = gapsInWords();
  element("waveform", HTMLElement).setAttribute(
    "aria-label",
    speech.durationS ? `Waveform of ${speech.durationS.toFixed(1)} s` : "No speech yet",
  );
  if (queue && queue.aheadS > 0 && !isDrawing) {
    isDrawing = true;
    requestAnimationFrame(() => {
      isDrawing = false;
      showProgress();
    });
  }
}

function gapsInWords() {
  const count = queue instanceof NaiveQueue ? queue.gaps : (queue?.underruns ?? 0);
  if (!queue || count === 0) return "no silence";
  const ms = (queue.silenceS * 1000).toFixed(0);
  return `${ms} ms of silence in ${count} ${count === 1 ? "gap" : "gaps"}`;
}

/** Offer what has come as a file. */
function save() {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(speech.wavFile());
  link.download = "speech.wav";
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}

/** The naive queue has no start-up delay. */
function offerStartUp() {
  startUpMenu.disabled = queueMenu.value === "naive";
}

/** Return the voice that was chosen last, if the browser keeps such things. */
function rememberedVoice() {
  try {
    const kept = localStorage.getItem(VOICE_KEY) ?? "";
    return Object.hasOwn(VOICES, kept) ? kept : null;
  } catch {
    return null;
  }
}

function rememberVoice() {
  try {
    localStorage.setItem(VOICE_KEY, voice.value);
  } catch {
    // It will be asked for again.
  }
}

/**
 * @template {HTMLElement} T
 * @param {string} id
 * @param {new () => T} type
 * @returns {T}
 */
function element(id, type) {
  const found = document.getElementById(id);
  if (!(found instanceof type)) throw new Error(`There is no ${type.name} #${id}.`);
  return found;
}
