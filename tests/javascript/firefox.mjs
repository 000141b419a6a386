/**
 * Runs Firefox for the tests: it may use the microphone, and plays sound unasked.
 */

import { pathToFileURL } from "node:url";

/**
 * Opens a page, hands it over, and closes the browser afterwards, come what may.
 *
 * `use` gets the page and a list, in which the exceptions are that the page throws.
 */
export async function withPage(firefox, library, use) {
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
    page.setDefaultTimeout(60_000);
    const complaints = [];
    page.on("pageerror", (error) => complaints.push(String(error)));
    await use(page, complaints);
  } finally {
    await browser.close();
  }
}

/** Starts a conversation, has the question spoken, and waits for the whole answer. */
export async function holdOneTurn(page, address) {
  await page.goto(address);
  await page.waitForSelector("#start:enabled");
  await page.click("#start");
  await page.waitForSelector("#stage[data-phase=listening]");
  console.log("listening");
  await page.waitForSelector(".by-model .delay");
  await page.waitForSelector("#stage[data-phase=listening]");
  return page.$$eval(".words", (all) => all.map((one) => one.textContent));
}
