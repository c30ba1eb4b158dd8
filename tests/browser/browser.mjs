// Chromium, pages that remember what the console said, and waiting for conditions.

import { chromium } from "playwright-core";
import { complaintsOf, launchOptions } from "../../framework/client/test/harness/chromium.mjs";

/** How long a condition may take, in milliseconds. */
const LIMIT = 10_000;

export const PHONE = { width: 390, height: 844 };
export const LAPTOP = { width: 1366, height: 768 };

export async function startBrowser() {
  return chromium.launch(launchOptions());
}

/**
 * A page of its own context, at a URL. `page.complaints` has what the console complained of,
 * `page.received` the socket's frames.
 */
export async function open(browser, url, options = {}) {
  const context = await browser.newContext({ viewport: LAPTOP, ...options });
  const page = await context.newPage();
  page.setDefaultTimeout(LIMIT);
  page.complaints = complaintsOf(page, ["error", "warning"]);
  page.requested = [];
  page.received = [];
  page.on("websocket", (socket) => socket.on("framereceived", ({ payload }) => page.received.push(payload)));
  page.on("request", (request) => page.requested.push(request.url()));
  await page.goto(url);
  return page;
}

/** The same, and joined: from here on, clicks reach the server. */
export async function openLive(browser, url, options) {
  const page = await open(browser, url, options);
  await connected(page);
  return page;
}

export async function connected(page) {
  await page.waitForSelector("[dj-view].dj-connected", { state: "attached" });
}

/** Waits until the element's text is this, or matches it. */
export async function shows(page, selector, expected) {
  const read = () => page.locator(selector).first().textContent();
  const fits = (text) => (expected instanceof RegExp ? expected.test(text) : text === expected);
  await until(async () => fits((await read()).trim()), async () => {
    return `${selector} to show ${expected}; it shows ${JSON.stringify(await read())}`;
  });
}

/** The patches received so far, as texts: they are the frames that are arrays. */
export function patches(page) {
  return page.received.filter((frame) => frame.startsWith("["));
}

/** Waits until there are so many. */
export async function has(page, selector, count) {
  const read = () => page.locator(selector).count();
  await until(async () => (await read()) === count, async () => `${count} of ${selector}; there are ${await read()}`);
}

/** Asks again and again until the condition holds; `what` says what was waited for, in vain. */
export async function until(condition, what) {
  const deadline = Date.now() + LIMIT;
  while (!(await condition())) {
    if (Date.now() > deadline) {
      throw new Error(`waited ${LIMIT / 1000} s for ${typeof what === "function" ? await what() : what}`);
    }
    await new Promise((resume) => setTimeout(resume, 20));
  }
}
