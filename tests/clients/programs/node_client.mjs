/**
 * One scenario with the JavaScript SDK in node; prints a report as JSON lines.
 *
 * node node_client.mjs SCENARIO SPEECH_FOLDER OPTIONS_AS_JSON
 *
 * The environment alone says where the service is.
 */
import { readFile } from "node:fs/promises";
import path from "node:path";

import { GoogleGenAI } from "@google/genai";

import { run } from "./js_scenarios.mjs";

const [scenario, folder, options] = process.argv.slice(2);

await run(
  scenario,
  GoogleGenAI,
  JSON.parse(options),
  (name) => readFile(path.join(folder, `${name}.pcm`)),
  (values) => console.log(JSON.stringify(values)),
);
