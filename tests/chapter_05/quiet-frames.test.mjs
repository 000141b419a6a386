/** What of the microphone reaches the list of frames. */

import assert from "node:assert/strict";
import test from "node:test";

import { audioMessage, audioStreamEndMessage } from "../../chapter_03/live-messages.js";
import { QuietFrames } from "../../chapter_05/quiet-frames.js";

test("of each series of chunks the first is passed on, and all other frames", () => {
  const kept = [];
  const frames = new QuietFrames({
    sent: (text) => kept.push(Object.keys(JSON.parse(text).realtimeInput)[0]),
    received: (text) => kept.push(text),
    closed: (code) => kept.push(code),
  });
  const chunk = JSON.stringify(audioMessage(new Uint8Array(640)));
  for (let at = 0; at < 50; at += 1) frames.sent(chunk);
  frames.received("answer");
  for (let at = 0; at < 50; at += 1) frames.sent(chunk);
  frames.sent(JSON.stringify(audioStreamEndMessage()));
  frames.sent(chunk);
  frames.closed(1000, "", "sent");
  const wanted = ["audio", "answer", "audio", "audioStreamEnd", "audio", 1000];
  assert.deepEqual(kept, wanted);
});
