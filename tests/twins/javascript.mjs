/**
 * The JavaScript half of test_twins.py: a case a line comes in as JSON, and what the
 * module makes of it goes out, a line each.
 */

import { createInterface } from "node:readline";

import { explainClose, inWords } from "../../chapter_03/close-codes.js";
import { shortened } from "../../chapter_03/frame-text.js";
import { Fields, parseObject } from "../../chapter_03/json-fields.js";
import * as liveMessages from "../../chapter_03/live-messages.js";
import { LiveClosed, liveUrl } from "../../chapter_03/live-socket.js";
import * as pcm from "../../chapter_04/pcm.js";
import { PlaybackQueue } from "../../chapter_04/playback-queue.js";
import * as textTurns from "../../chapter_04/text-turns.js";
import { Conversation } from "../../chapter_05/turns.js";
import { Answer, SentAudio } from "../../chapter_05/utterances.js";
import { frameTokens, minutesUntilFull } from "../../chapter_06/frame-budget.js";
import { difference, FrameSender } from "../../chapter_06/frame-sender.js";
import { unheardInWords } from "../../chapter_07/unheard.js";

const { decodeBase64, encodeBase64, readMessage } = liveMessages;

const camel = (name) => name.replace(/_(.)/g, (_, letter) => letter.toUpperCase());
const fromBase64 = (text) => Uint8Array.from(Buffer.from(text, "base64"));

/** Results as JSON can hold them. */
function plain(value) {
  if (value instanceof Uint8Array) return { bytes: Buffer.from(value).toString("base64") };
  if (value instanceof Float32Array) return [...value].map(plain);
  if (typeof value === "number" && !Number.isFinite(value)) return { number: `${value}` };
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value === "object" && value !== null) {
    const fields = Object.entries(value);
    return Object.fromEntries(fields.map(([name, item]) => [name, plain(item)]));
  }
  return value;
}

/** Arguments as JSON holds them. */
function given(value) {
  return typeof value?.bytes === "string" ? fromBase64(value.bytes) : value;
}

function conversed(steps) {
  const conversation = new Conversation();
  const taken = steps.map(({ do: what, with: values }) => {
    const actions =
      what === "frame"
        ? readMessage(values[0]).flatMap((event) => conversation.receive(event, values[1]))
        : conversation[what](...values);
    return [conversation.phase, actions ?? []];
  });
  const utterances = conversation.utterances.map((one) => {
    const { who, text } = one;
    if (who === "user") return { who, text, ends: [one.spokenUntilMs, one.noticedAtMs] };
    const { heard, unheard } = one.split();
    const times = [one.firstAtMs, one.audibleAtMs, one.receivedMs, one.heardMs];
    const delay = one.delay();
    return {
      who,
      text,
      heard,
      unheard,
      times,
      flags: [one.wasInterrupted, one.isOver],
      delay: delay && [
        delay.noticingMs,
        delay.answeringMs,
        delay.playingMs,
        delay.totalMs,
      ],
    };
  });
  return { taken, utterances };
}

const TWINS = {
  read: (frame) => readMessage(frame),
  parse: (frame) => parseObject(frame),
  fields([values, takes]) {
    const fields = new Fields(values);
    const taken = takes.map(([what, name]) => {
      const found = fields[camel(what)](name);
      if (Array.isArray(found) && found[0] instanceof Fields) {
        return found.map((one) => [...one.left()]);
      }
      return found instanceof Fields ? [...found.left()] : found;
    });
    return [taken, [...fields.left()]];
  },
  build([name, values, options]) {
    const named = Object.entries(options).map(([key, value]) => [camel(key), value]);
    const last = named.length ? [Object.fromEntries(named)] : [];
    return liveMessages[camel(name)](...values.map(given), ...last);
  },
  shortened: (value) => shortened(value),
  base64_decoded: (text) => decodeBase64(text),
  base64_encoded: (data) => encodeBase64(given(data)),
  close: ([code, reason]) => [explainClose(code, reason), inWords(explainClose(code, reason))],
  closed([code, reason]) {
    const error = new LiveClosed(code, reason);
    return [error.code, error.reason, error.explanation, error.message];
  },
  url: ([base, version, token]) => liveUrl(base, { version, token: token ?? undefined }),
  to_pcm: (samples) => pcm.floatToPcm16(samples),
  to_float: (data) => pcm.pcm16ToFloat(given(data)),
  decoder(chunks) {
    const decoder = new pcm.Pcm16Decoder();
    return chunks.map((chunk) => {
      if (chunk === null) return decoder.reset() ?? null;
      return decoder.decode(given(chunk));
    });
  },
  resampler([fromHz, toHz, lengths]) {
    const resampler = new pcm.Resampler(fromHz, toHz);
    let at = 0;
    return lengths.map((length) => {
      if (length === null) return resampler.flush();
      const samples = Float32Array.from({ length }, (_, n) => ((at + n) * 37) % 128 / 128);
      at += length;
      return resampler.process(samples);
    });
  },
  queue([startUpS, rateHz, steps]) {
    const queue = new PlaybackQueue({ startUpS, rateHz });
    return steps.map(([what, ...values]) => {
      const found = queue[camel(what)](...values) ?? null;
      return [found, queue.underruns, queue.silenceS];
    });
  },
  turns: ([text, longest]) => textTurns.turnsOf(text, longest),
  sentences: (text) => textTurns.sentencesOf(text),
  pieces: ([text, longest]) => textTurns.piecesOf(text, longest),
  unheard([words, wasInterrupted, heardMs]) {
    const answer = new Answer(null, 0);
    for (const word of words) {
      answer.addAudio(1000);
      answer.addWords(word);
    }
    return unheardInWords(Object.assign(answer, { wasInterrupted, heardMs }));
  },
  sent_audio(steps) {
    const sent = new SentAudio();
    return steps.map(([what, ...values]) => {
      if (what === "spoken_at_ms") return sent.spokenAtMs(values[0]);
      const [times, ms, atMs] = values;
      for (let n = 1; n <= times; n += 1) sent.add(ms, atMs + n * ms);
      return null;
    });
  },
  conversation: conversed,
  offered([policy, steps]) {
    const sender = new FrameSender(policy);
    let atMs = 0;
    let last = [];
    const results = steps.map(([thumbnail, laterMs, isSpeaking]) => {
      atMs += laterMs;
      const isSent = sender.shouldSend(thumbnail, atMs, isSpeaking);
      const differs = difference(last, thumbnail);
      last = thumbnail;
      return [isSent, differs];
    });
    return [results, sender.sent, sender.kept];
  },
  price([count, perS, resolution, talking, contextTokens]) {
    const level = resolution ?? undefined;
    const minutes = minutesUntilFull(perS, level, { talking, contextTokens });
    return [frameTokens(count, level), minutes];
  },
};

for await (const line of createInterface({ input: process.stdin })) {
  const [twin, value] = JSON.parse(line);
  let answer;
  try {
    answer = { gives: plain(TWINS[twin](value)) };
  } catch (error) {
    answer = error instanceof RangeError ? { refuses: true } : { fails: String(error.stack) };
  }
  process.stdout.write(`${JSON.stringify(answer)}\n`);
}
