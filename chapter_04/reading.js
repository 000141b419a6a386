/**
 * Has a text read aloud over a plain WebSocket, each turn in a session of its own.
 *
 * What was read before does not matter to a reader, and a session would send it
 * along, and charge for it, with every turn.
 */

import { realtimeTextMessage, setupMessage } from "../chapter_03/live-messages.js";
import { LiveSocket } from "../chapter_03/live-socket.js";
import { requestToken } from "../chapter_03/page-token.js";
import { INSTRUCTION } from "./text-turns.js";

/**
 * @import {LiveEvent} from "../chapter_03/live-events.js"
 * @import {FrameLog} from "../chapter_03/live-socket.js"
 */

/** How long the model may say nothing at all before it has finished. */
const PATIENCE_MS = 20_000;

/**
 * Yield what the model sends while it reads one turn; end when all of it is there,
 * not when it would have been heard. An abort ends it, too, without an error.
 *
 * @param {string} turn
 * @param {object} options
 * @param {string} options.voice
 * @param {FrameLog} options.log
 * @param {AbortSignal} options.signal
 * @param {number} [options.patienceMs]
 * @returns {AsyncGenerator<LiveEvent, void>}
 * @throws {Error} With a sentence for the reader.
 */
export async function* readTurn(
  turn,
  { voice, log, signal, patienceMs = PATIENCE_MS },
) {
  const { url, model } = await requestToken({ signal });
  const setup = setupMessage(model, {
    voice,
    systemInstruction: INSTRUCTION,
    transcribeOutput: true,
  });
  const socket = await LiveSocket.open({ url, setup, log, signal });
  let isLate = false;
  const giveUp = () => {
    isLate = true;
    socket.close();
  };
  let timer = setTimeout(giveUp, patienceMs);
  try {
    socket.send(realtimeTextMessage(turn));
    for await (const event of socket) {
      clearTimeout(timer);
      if (event.type === "generationComplete" || event.type === "turnComplete") return;
      yield event;
      timer = setTimeout(giveUp, patienceMs);
    }
    if (isLate) {
      throw new Error(
        `The model has said nothing for ${patienceMs / 1000} s. Press Speak to try again.`,
      );
    }
  } finally {
    clearTimeout(timer);
    socket.close();
  }
}
