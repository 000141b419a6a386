/**
 * Holds one turn on the page of chapter 8 in Firefox, and prints what was said.
 *
 * Usage: node talk.mjs ADDRESS FIREFOX PUPPETEER. Prints "listening" when the question
 * is to be spoken, and one line of JSON at the end.
 */

import { pathToFileURL } from "node:url";

const [address, firefox, library] = process.argv.slice(2);
const { default: puppeteer } = await import(pathToFileURL(library).href);

const browser = await puppeteer.launch({
  browser: "firefox",
  executablePath: firefox,
  headless: true,
  extraPrefsFirefox: {
    "media.navigator.permission.disabled": true,
    "media.autoplay.default": 0,
    "media.autoplay.blocking_policy": 0,
  },
});
try {
  const page = await browser.newPage();
  const complaints = [];
  page.on("pageerror", (error) => complaints.push(String(error)));
  await page.goto(address);
  await page.waitForSelector("#start:enabled");
  await page.click("#start");
  await page.waitForSelector("#stage[data-phase=listening]");
  console.log("listening");
  await page.waitForSelector(".by-model .delay", { timeout: 60_000 });
  await page.waitForSelector("#stage[data-phase=listening]");
  const words = await page.$$eval(".words", (all) => all.map((one) => one.textContent));
  const summary = await page.$eval("#summary", (place) => place.textContent);
  const rows = await page.$$eval("#pieces tr", (all) => all.map((one) => one.textContent));
  console.log(JSON.stringify({ words, summary, rows, complaints }));
} finally {
  await browser.close();
}
