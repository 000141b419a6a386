/**
 * Conversations with the JavaScript SDK that fail, and how the program sees it.
 *
 * node faults_client.mjs QUESTIONS    as JSON: those asked one after another, then
 *                                     those asked side by side
 *
 * Each question has a session of its own. Prints one JSON object: for each question
 * what came and how it ended.
 */
import { GoogleGenAI } from "@google/genai";

function nameOf(message) {
  if (message.goAway) return "goAway";
  const content = message.serverContent;
  if (!content) return message.setupComplete ? "setupComplete" : "other";
  for (const name of ["interrupted", "generationComplete", "turnComplete"]) {
    if (content[name]) return name;
  }
  const { data } = content.modelTurn.parts[0].inlineData;
  // Buffer leaves out what is no base64, and never complains.
  if (!/^[\w+/]*={0,2}$/.test(data) || data.length % 4) return "broken chunk";
  return Buffer.from(data, "base64").length % 2 ? "odd chunk" : "chunk";
}

/** Asks, and reads until the connection ends. */
async function talk(question) {
  const seen = { messages: [], setUp: false };
  await new Promise((resolve) => {
    const callbacks = {
      onmessage: (message) => seen.messages.push(nameOf(message)),
      onerror: (event) => (seen.error = event.message),
      onclose: ({ code, reason }) => {
        Object.assign(seen, { code, reason });
        resolve();
      },
    };
    new GoogleGenAI({}).live
      .connect({
        model: "gemini-3.8-live",
        config: { responseModalities: ["AUDIO"] },
        callbacks,
      })
      .then(
        (session) => {
          seen.setUp = true;
          const turns = [{ role: "user", parts: [{ text: question }] }];
          session.sendClientContent({ turns, turnComplete: true });
          const socket = session.conn.ws;
          socket.on("pong", () => (seen.pong = true));
          // Not at once: a fault may not be set yet.
          setTimeout(() => socket.readyState === socket.OPEN && socket.ping(), 500);
        },
        (error) => (seen.refusal = error.message),
      );
  });
  return seen;
}

// A frame that is no JSON throws in the SDK's own handler of messages.
const uncaught = [];
process.on("uncaughtException", (error) => uncaught.push(error.name));
process.on("unhandledRejection", (error) => uncaught.push(error.name));

const [oneByOne, beside] = JSON.parse(process.argv[2]);
const seen = [];
for (const question of oneByOne) seen.push(await talk(question));
seen.push(...(await Promise.all(beside.map(talk))));
const questions = [...oneByOne, ...beside];
const entries = questions.map((question, place) => [question, seen[place]]);
console.log(JSON.stringify({ ...Object.fromEntries(entries), uncaught }));
