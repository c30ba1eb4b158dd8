// The server goes and comes back; the pages stay.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { connected, openLive, shows, startBrowser, until } from "./browser.mjs";
import { Gallery } from "./gallery.mjs";
import { COUNTER } from "./suite.mjs";

let browser;
before(async () => {
  browser = await startBrowser();
});
after(async () => {
  await browser?.close();
});

/** Ends the gallery, waits until the page knows, and starts another on the same port. */
async function restart(gallery, page, signal) {
  await gallery.stop(signal);
  await page.waitForSelector("[dj-view].dj-disconnected", { state: "attached" });
  assert.equal((await page.locator(".connection").innerText()).trim(), "Reconnecting");
  return Gallery.start(gallery.port);
}

for (const signal of ["SIGKILL", "SIGTERM"]) {
  test(`after ${signal} and a restart the page is live again, without a reload and with what was typed`, async (t) => {
    let gallery = await Gallery.start();
    t.after(() => gallery.stop());
    const page = await openLive(browser, gallery.url("/counter"));
    await page.fill("#by", "321");
    await page.click("#increment");
    await shows(page, "#count", "1");
    await page.evaluate(() => (window.loadedOnce = true));

    gallery = await restart(gallery, page, signal);
    await connected(page);
    await shows(page, "#count", "0"); // What a fresh load would show: the number lived in the process.
    assert.equal(await page.inputValue("#by"), "321");
    await page.click("#add button");
    await shows(page, "#count", "321");
    await gallery.push(COUNTER, { state: { count: 5 } });
    await shows(page, "#count", "5");
    assert.equal(await page.evaluate(() => window.loadedOnce), true);
  });
}

test("a half-written chat message and its author's name survive a restart", async (t) => {
  let gallery = await Gallery.start();
  t.after(() => gallery.stop());
  const page = await openLive(browser, gallery.url("/chat"));
  await page.fill("#author", "Ada");
  await page.fill("#text", "Are you still");
  gallery = await restart(gallery, page, "SIGKILL");
  await connected(page);
  assert.equal(await page.inputValue("#text"), "Are you still");
  await page.focus("#text");
  await page.keyboard.press("End");
  await page.keyboard.type(" there?");
  await page.keyboard.press("Enter");
  await shows(page, "#messages li .message-text", "Are you still there?");
  await shows(page, "#messages li .message-author", "Ada");
  await until(async () => (await page.inputValue("#text")) === "", "the field to be cleared");
});
