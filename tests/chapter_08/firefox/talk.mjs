/**
 * Holds one turn on the page of chapter 8 in Firefox, and prints what was said.
 *
 * Usage: node talk.mjs ADDRESS FIREFOX PUPPETEER. Prints "listening" when the question
 * is to be spoken, and one line of JSON at the end.
 */

import { holdOneTurn, withPage } from "../../javascript/firefox.mjs";

const [address, firefox, library] = process.argv.slice(2);

await withPage(firefox, library, async (page, complaints) => {
  const words = await holdOneTurn(page, address);
  const summary = await page.$eval("#summary", (place) => place.textContent);
  console.log(JSON.stringify({ words, summary, complaints }));
});
