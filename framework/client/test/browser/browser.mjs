/**
 * Starts a headless Chromium and serves pages to it: what all browser tests share.
 *
 * The page is served by a real server on 127.0.0.1, under the strict policy that djust promises
 * to work with; `harness/websocket.js` replaces the WebSocket inside the page, and the test drives it.
 */
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { createServer } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chromium } from "playwright-core";
import { complaintsOf, launchOptions } from "../harness/chromium.mjs";

const BUNDLE = new URL("../../dist/djust.js", import.meta.url);
const DOUBLE = new URL("../harness/websocket.js", import.meta.url);
const CANONICAL = new URL("./canonical.js", import.meta.url);
const POLICY = "default-src 'self'";

/** A browser and a server; `close` ends both. */
export class Browser {
  static async start() {
    const browser = new Browser();
    browser.pages = new Map();
    browser.policies = new Map();
    browser.requests = [];
    browser.server = createServer((request, response) => browser.answer(request, response));
    await new Promise((resolve) => browser.server.listen(0, "127.0.0.1", resolve));
    browser.origin = `http://127.0.0.1:${browser.server.address().port}`;
    browser.profile = await mkdtemp(join(tmpdir(), "djust-chromium-"));
    browser.context = await chromium.launchPersistentContext(browser.profile, launchOptions());
    return browser;
  }

  async close() {
    await this.context.close();
    this.server.close();
    await rm(this.profile, { recursive: true, force: true });
  }

  /**
   * Opens a page whose only region shows `html`; joined unless told otherwise, and with a policy
   * besides the usual one.
   */
  async open(html, { joined = true, attributes = "", around = (region) => region, policy, limit, init } = {}) {
    const path = `/page${this.pages.size}`;
    this.pages.set(path, () => document(around(region(html, attributes))));
    if (policy) this.policies.set(path, `${POLICY}; ${policy}`);
    const page = await this.context.newPage();
    page.problems = complaintsOf(page);
    if (init) await page.addInitScript(init);
    await page.goto(this.origin + path);
    await page.waitForFunction(() => server.sockets.length > 0, null, { timeout: limit ?? 30_000 });
    if (joined) await page.evaluate(() => (server.open(), server.join([])));
    return page;
  }

  async answer({ url }, response) {
    this.requests.push(url);
    const script = { "/djust.js": BUNDLE, "/websocket.js": DOUBLE, "/canonical.js": CANONICAL }[url];
    const page = this.pages.get(url);
    const type = script ? "text/javascript" : "text/html; charset=utf-8";
    response.writeHead(script || page ? 200 : 204, { "content-type": type, "content-security-policy": this.policies.get(url) ?? POLICY });
    response.end(script ? await readFile(script) : page?.());
  }
}

export function region(html, attributes = "") {
  return `<div dj-view="test.View" dj-token="token" dj-template="0123456789abcdef" dj-digests="AAAAAAAA" dj-socket="/djust/live" ${attributes}>${html}</div>`;
}

export function document(body) {
  return `<!doctype html><title>djust</title><script src="/websocket.js"></script><script src="/canonical.js"></script><script src="/djust.js" defer></script><body>${body}`;
}
