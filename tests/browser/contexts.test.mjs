// What visitors may write, in every context that a template has, painted and pushed: nothing of it runs.
//
// The server is a program of the Rust tests: `cargo build -p djust-tests --bin node`.

import assert from "node:assert/strict";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { after, before, test } from "node:test";
import { has, open, openLive, patches, shows, startBrowser, until } from "./browser.mjs";
import { launch } from "./gallery.mjs";

const TOKEN = "a-token-of-the-browser-tests";
const PAYLOADS = JSON.parse(readFileSync(new URL("../fixtures/payloads.json", import.meta.url)));

let server, origin, browser;

before(async () => {
  server = launch(["--push-token", TOKEN], {}, "node");
  server.on("exit", (code) => (server.output += `it ended with ${code}`));
  await until(() => /^127\.0\.0\.1:\d+$/m.test(server.output), () => `node to listen: ${server.output}`);
  origin = `http://${server.output.match(/127\.0\.0\.1:\d+/)[0]}`;
  browser = await startBrowser();
});

after(async () => {
  await browser?.close();
  const ended = once(server, "exit");
  server.kill("SIGKILL");
  await ended;
});

const query = (text) => Buffer.from(text).reduce((all, byte) => `${all}%${byte.toString(16).padStart(2, "0")}`, "");

async function push(x) {
  const response = await fetch(`${origin}/djust/push/tests.Contexts?confirm=5000`, {
    method: "POST",
    headers: { authorization: `Bearer ${TOKEN}` },
    body: JSON.stringify({ state: { x } }),
  });
  assert.equal(response.status, 200, await response.text());
}

/** In the page: what would run or load what it should not, as this very browser reads it, and what has run. */
function harm() {
  const found = [];
  const media = ["img", "image", "feimage", "input", "video", "audio", "source", "table", "td"];
  const names = ["href", "xlink:href", "src", "action", "formaction", "poster", "cite", "background", "values", "to", "from"];
  const check = (element, name, value) => {
    const { protocol } = URL.canParse(value, location.href) ? new URL(value, location.href) : { protocol: "http:" };
    const allowed = ["http:", "https:", "mailto:", "tel:", "about:"].includes(protocol);
    if (!allowed && !(protocol === "data:" && media.includes(element.localName.toLowerCase()))) {
      found.push(`<${element.localName} ${name}=${JSON.stringify(value)}>`);
    }
  };
  const region = document.querySelector("[dj-view]");
  for (const element of region.querySelectorAll("*")) {
    for (const { name, value } of element.attributes) {
      if (/^on|^srcdoc$/i.test(name)) found.push(`<${element.localName} ${name}>`);
      const isList = ["values", "from", "to"].includes(name);
      if (names.includes(name)) (isList ? value.split(";") : [value]).forEach((url) => check(element, name, url));
    }
    for (const type of ["mouseover", "focus", "toggle", "load"]) element.dispatchEvent(new Event(type));
  }
  if (region.querySelector("script, style, object, embed, base")) found.push("an element that runs");
  if (window.ran) found.push("it ran");
  return found;
}

/** How many elements of which kind. */
function elements() {
  return [...document.querySelectorAll("[dj-view] *")].map((element) => element.localName).join(" ");
}

async function withoutTheWorld(page) {
  await page.context().route((url) => url.origin !== origin, (route) => route.abort());
}

test("nothing runs that is in the page when it is painted", async () => {
  const page = await open(browser, `${origin}/contexts?${query("b")}`);
  await withoutTheWorld(page);
  const plain = await page.evaluate(elements);
  for (const payload of PAYLOADS) {
    await page.goto(`${origin}/contexts?${query(payload)}`, { waitUntil: "domcontentloaded" });
    assert.deepEqual(await page.evaluate(harm), [], JSON.stringify(payload));
    assert.equal(await page.evaluate(elements), plain, JSON.stringify(payload));
  }
  await page.context().close();
});

test("nothing runs that is pushed into the page", async () => {
  const page = await openLive(browser, `${origin}/contexts?${query("b")}`);
  await withoutTheWorld(page);
  const plain = await page.evaluate(elements);
  for (const payload of PAYLOADS) {
    const before = patches(page).length;
    await push(payload);
    await until(() => patches(page).length > before, () => `a patch of ${JSON.stringify(payload)}`);
    const shown = () => page.evaluate(() => document.querySelector("section p").textContent);
    const expected = payload.replace(/[\r\0]/g, "");
    await until(async () => (await shown()).replace(/[\r\0\n\ufffd]/g, "") === expected.replace(/\n/g, ""), async () => {
      return `${JSON.stringify(payload)}; the page shows ${JSON.stringify(await shown())}, ${page.complaints.slice(-3)}`;
    });
    assert.deepEqual(await page.evaluate(harm), [], JSON.stringify(payload));
    assert.equal(await page.evaluate(elements), plain, JSON.stringify(payload));
  }
  await page.context().close();
});

test("what dj-update=\"ignore\" keeps is the page's: it is painted once, its events arrive, nothing is lost", async () => {
  const page = await openLive(browser, `${origin}/kept`);
  const kept = () => page.locator("#kept").innerHTML();
  await page.evaluate(() => document.querySelector("#kept b").remove());
  const before = await kept();
  await page.click("#outside");
  await shows(page, "#count", "1");
  assert.equal(await page.getAttribute("#kept", "class"), "n1");
  assert.equal(await page.getAttribute("#kept", "title"), "1");
  await page.click("#inside");
  await shows(page, "#count", "11");
  assert.equal(await page.getAttribute("#kept", "title"), null);
  assert.equal(await kept(), before);
  await has(page, "#list li", 11);
  await shows(page, "#list li:nth-child(1)", "0 of 1 11");
  await shows(page, "#list li:nth-child(11)", "10 of 11 11");
  assert.deepEqual(page.complaints.filter((text) => !text.includes("404")), []); // there is no favicon
  await page.context().close();
});
