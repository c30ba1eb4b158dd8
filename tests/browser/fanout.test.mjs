// The load test server: each of its pages in a browser, its pushes, its count.

import assert from "node:assert/strict";
import { once } from "node:events";
import { after, before, test } from "node:test";
import { has, openLive, shows, startBrowser, until } from "./browser.mjs";
import { launch } from "./gallery.mjs";

let server, origin, browser;

before(async () => {
  server = launch(["--port", "0", "--workers", "2"], {}, "fanout");
  server.on("exit", (code) => (server.output += `it ended with ${code}`));
  await until(() => /http:\S+/.test(server.output), () => `fanout to listen: ${server.output}`);
  origin = server.output.match(/http:\S+/)[0];
  browser = await startBrowser();
});

after(async () => {
  await browser?.close();
  const ended = once(server, "exit");
  server.kill("SIGKILL");
  await ended;
});

const get = async (path) => (await fetch(origin + path)).json();

test("a push reaches the page of its view, and the count says how many are open", async () => {
  const pages = {};
  for (const name of ["dashboard", "table", "chat"]) pages[name] = await openLive(browser, `${origin}/${name}`);
  for (const name of Object.keys(pages)) {
    assert.deepEqual(await get(`/push?view=${name}&n=123`), { status: "delivered", views: 1, nodes: 1 });
  }
  await shows(pages.dashboard, "#marker", "S000123");
  await shows(pages.dashboard, "#visitors", "123");
  await shows(pages.table, "#marker", "S000123");
  await shows(pages.table, "tbody tr:nth-child(124) .number", /123/);
  await has(pages.table, "tbody tr", 200);
  await shows(pages.chat, "#messages li:last-child", "S000123");
  await has(pages.chat, "#messages li", 50);
  const { live, rss_kb } = await get("/stats");
  assert.equal(live, 3);
  assert.ok(rss_kb > 1000, `${rss_kb} kB`);
  await Promise.all(Object.values(pages).map((page) => page.context().close()));
  await until(async () => (await get("/stats")).live === 0, "the views to end with their pages");
});

test("the ticker ticks by itself", async () => {
  const page = await openLive(browser, `${origin}/ticker`);
  await shows(page, "#ticks", "2");
  await page.context().close();
});
