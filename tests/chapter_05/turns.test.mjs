/** turns.js and utterances.js against the vectors that turns.py is held to as well. */

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test from "node:test";

import { encodeBase64, readMessage } from "../../chapter_03/live-messages.js";
import { Conversation, following } from "../../chapter_05/turns.js";
import { SentAudio } from "../../chapter_05/utterances.js";

const { scenarios, moments } = JSON.parse(
  readFileSync(new URL("../vectors/turns.json", import.meta.url), "utf8"),
);

function audioMessage({ audio_ms, words, and }) {
  const data = encodeBase64(new Uint8Array(audio_ms * 2));
  const inlineData = { mimeType: "audio/pcm;rate=1000", data };
  const outputTranscription = { text: words };
  return {
    serverContent: { modelTurn: { parts: [{ inlineData }] }, outputTranscription, ...and },
  };
}

function happen(conversation, step) {
  switch (step.do) {
    case undefined: {
      const message = step.message ?? audioMessage(step);
      return readMessage(message).flatMap((event) =>
        conversation.receive(event, step.at_ms),
      );
    }
    case "talk":
      return conversation.talk();
    case "type":
      return conversation.type(step.text, step.at_ms);
    case "sent":
      return conversation.sent(step.ms, step.at_ms);
    case "flushed":
      return conversation.flushed(step.heard_ms);
    default:
      return conversation[step.do](step.at_ms);
  }
}

function summary(utterance) {
  if (utterance.who === "user") return { who: "user", text: utterance.text };
  const { heard, unheard } = utterance.split();
  const delay = utterance.delay();
  return {
    who: "model",
    heard,
    unheard,
    interrupted: utterance.wasInterrupted,
    over: utterance.isOver,
    delay: delay && {
      noticing_ms: delay.noticingMs,
      answering_ms: delay.answeringMs,
      playing_ms: delay.playingMs,
      total_ms: delay.totalMs,
    },
  };
}

for (const { name, steps, utterances } of scenarios) {
  test(name, () => {
    const conversation = new Conversation();
    steps.forEach((step, at) => {
      const actions = happen(conversation, step) ?? [];
      assert.deepEqual(
        { phase: conversation.phase, actions },
        { phase: step.phase, actions: step.actions },
        `step ${at + 1}: ${JSON.stringify(step)}`,
      );
    });
    for (const wanted of utterances) if (wanted.who === "user") delete wanted.delay;
    assert.deepEqual(conversation.utterances.map(summary), utterances);
  });
}

test("what may not happen in a phase changes nothing", () => {
  assert.equal(following("idle", "answer"), "idle");
  assert.equal(following("closed", "voice"), "closed");
});

for (const moment of moments) {
  test(`places in the sent audio: ${moment.name}`, () => {
    const sent = new SentAudio();
    for (const [ms, atMs, times = 1] of moment.sent) {
      for (let chunk = 0; chunk < times; chunk += 1) sent.add(ms, atMs + chunk * ms);
    }
    const found = Object.keys(moment.spoken_at_ms).map((offset) => [
      offset,
      sent.spokenAtMs(Number(offset)),
    ]);
    assert.deepEqual(Object.fromEntries(found), moment.spoken_at_ms);
  });
}
