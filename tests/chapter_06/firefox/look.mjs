/**
 * Shows pictures on the page of chapter 6 in Firefox, and prints what became of them.
 *
 * Usage: node look.mjs ADDRESS FIREFOX PUPPETEER SIGHTS CAMERA SCREEN. The last three are
 * files: the script that pretends a camera and a screen, and a picture for each. Prints
 * "listening" when the question is to be spoken, and one line of JSON at the end.
 */

import { readFile } from "node:fs/promises";

import { withPage } from "../../javascript/firefox.mjs";

const [address, firefox, library, sights, camera, screen] = process.argv.slice(2);

await withPage(firefox, library, async (page, complaints) => {
  await page.evaluateOnNewDocument(await readFile(sights, "utf8"));
  await page.goto(address);
  for (const [name, file] of Object.entries({ camera, screen })) {
    const picture = await readFile(file, "base64");
    await page.evaluate((...sight) => window.aim(...sight), name, picture);
  }
  await page.click("#start");
  await page.waitForSelector("#stage[data-phase=listening]");
  await page.click("#camera-toggle");
  await page.waitForSelector("#strip li");
  console.log("listening");
  await page.waitForSelector(".by-model .delay");
  await page.waitForSelector("#stage[data-phase=listening]");
  await page.click("#camera-toggle");
  const shown = (await page.$$("#strip li")).length;
  await page.click("#screen-toggle");
  await page.waitForSelector(`#strip li:nth-child(${shown + 1})`);
  await page.type("#text", "What does the screen say?");
  await page.keyboard.press("Enter");
  await page.waitForSelector(".by-model ~ .by-model");
  await page.waitForSelector("#stage[data-phase=listening]");
  const words = await page.$$eval(".by-model .words", (all) =>
    all.map(({ textContent }) => textContent),
  );
  const frames = await page.$$eval("#strip li", (all) =>
    all.map(({ textContent }) => textContent),
  );
  const state = await page.$eval("#sight-state", (place) => place.textContent);
  await page.click("#end");
  await page.waitForSelector("#stage[data-phase=closed]");
  console.log(JSON.stringify({ words, frames, state, complaints }));
});
