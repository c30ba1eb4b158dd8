/**
 * What the page does when the server or the network fails: with the WebSocket replaced, and with a
 * server that accepts and never answers, or answers with errors.
 */
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { after, before, test } from "node:test";
import { WebSocketServer } from "ws";
import { Browser, region } from "./browser.mjs";

let browser;
before(async () => (browser = await Browser.start()));
after(() => browser.close());

const push = (page, frame) => page.evaluate((frame) => server.push(frame), frame);
const types = (page) => page.evaluate(() => server.sent.map(({ type }) => type));
const joins = (page, count) => page.waitForFunction((count) => server.sent.filter(({ type }) => type === "join").length === count, count);
const mark = (page) => page.evaluate(() => (window.same = true));
const isSame = (page) => page.evaluate(() => window.same === true);

test("a mount that fails for now is tried again, and the page stays", async () => {
  const page = await browser.open(`<input name="a">`);
  await mark(page);
  await page.type("input", "typed");
  await push(page, { type: "ended", view: 0, reason: "panic" });
  for (let tries = 2; tries < 5; tries++) {
    await joins(page, tries);
    await push(page, { type: "refused", view: 0, reason: "mount", status: 500, message: "the database is away" });
  }
  await joins(page, 5);
  await page.evaluate(() => server.joinWhole(`<input name="a">`));
  assert.equal(await page.inputValue("input"), "typed");
  assert.ok(await isSame(page));
});

test("an instance that is ended while its page joins again is left before the next join", async () => {
  const page = await browser.open(`x`);
  await push(page, { type: "sync", view: 0, patches: 7, mark: "m" });
  await joins(page, 2);
  await push(page, { type: "ended", view: 0, reason: "lagged" });
  await push(page, { type: "joined", view: 0, template: "0123456789abcdef", resume: null, html: "late" });
  await joins(page, 3);
  assert.deepEqual(await types(page), ["join", "leave", "join", "leave", "join"]);
  assert.equal(await page.textContent("[dj-view]"), "x");
});

test("a token that is renewed late, after a reconnect, makes no second join", async () => {
  const page = await browser.open(`x`, { joined: false });
  await page.evaluate(() => {
    const real = fetch;
    window.fetch = (...all) => new Promise((done) => (window.answer = () => done(real(...all))));
    server.open();
    server.push({ type: "refused", view: 0, reason: "token", message: "expired" });
    server.drop();
  });
  await page.waitForFunction(() => server.sockets.length === 2);
  await page.evaluate(() => (server.open(), server.join([]), answer()));
  await page.evaluate(() => new Promise((done) => setTimeout(done, 600)));
  assert.deepEqual(await types(page), ["join"]);
});

test("a click while the socket is closing waits; one that was under way when it closed is told", async () => {
  const page = await browser.open(`<button id="a" dj-click="a" dj-disable-with="…">a</button><button id="b" dj-click="b">b</button>`);
  await page.evaluate(() => {
    window.heard = [];
    addEventListener("dj:error", ({ detail }) => heard.push(detail.code));
  });
  await page.click("#a");
  await page.evaluate(() => (server.socket.readyState = 2));
  await page.click("#b");
  await page.evaluate(() => server.drop());
  assert.deepEqual(await page.evaluate(() => heard), ["unanswered"]);
  assert.ok(!(await page.isDisabled("#a")));
  await page.waitForFunction(() => server.sockets.length === 2);
  await page.evaluate(() => (server.open(), server.join([])));
  assert.deepEqual(await page.evaluate(() => server.sent.filter(({ type }) => type === "event").map(({ name }) => name)), ["b"]);
});

test("what is larger than the server takes is not sent, and the page is told", async () => {
  const page = await browser.open(`<form dj-submit="send" dj-disable-with="…"><textarea name="t" dj-model="m"></textarea><button>ok</button></form>`, { attributes: `dj-limit="1000"` });
  await page.evaluate(() => {
    window.heard = [];
    addEventListener("dj:error", ({ detail }) => heard.push(detail.code));
  });
  // Twice as many bytes as characters.
  await page.fill("textarea", "é".repeat(480));
  await page.click("button");
  assert.deepEqual(await page.evaluate(() => heard), ["too_large", "too_large"]);
  assert.deepEqual(await types(page), ["join"]);
  assert.equal((await page.inputValue("textarea")).length, 480);
  assert.ok(!(await page.isDisabled("button")));
  await page.fill("textarea", "é".repeat(400));
  await page.click("button");
  assert.deepEqual(await types(page), ["join", "model", "event"]);
});

test("a join with more digests than the server takes goes without", async () => {
  const page = await browser.open(`x`, { joined: false, attributes: `dj-limit="90"` });
  await page.evaluate(() => server.open());
  assert.deepEqual(await page.evaluate(() => server.last("join").digests), "");
});

test("a view that was revoked reloads its page, not at once again and again", async () => {
  const page = await browser.open(`x`);
  await mark(page);
  const young = await page.evaluate(() => (server.push({ type: "ended", view: 0, reason: "revoked" }), performance.now()));
  await page.waitForFunction(() => !window.same && server.sockets.length === 1);
  const from = Date.now();
  await page.evaluate(() => (server.open(), server.join([]), server.push({ type: "ended", view: 0, reason: "revoked" }), (window.second = true)));
  await page.waitForFunction(() => !window.second && server.sockets.length === 1);
  // Until then the second page was 2 s old, some of which it was before `from`.
  assert.ok(young > 2000 || Date.now() - from > 500);
});

test("only http(s) and relative URLs are navigated to", async () => {
  const page = await browser.open(`x`);
  await mark(page);
  const evil = ["javascript:x()", "JavaScript:x()", " javascript:x()", "java\tscript:x()", "java\nscript:x()", "\u0001javascript:x()", "data:text/html,x", "vbscript:x", "blob:http://x/y", "file:///etc", "http://[", "view-source:http://x"];
  await page.evaluate(() => (window.x = () => (window.ran = true)));
  for (const to of evil) await push(page, { type: "navigate", view: 0, to });
  await page.evaluate(() => new Promise((done) => setTimeout(done, 100)));
  assert.ok(await isSame(page));
  assert.equal(await page.evaluate(() => window.ran), undefined);
  assert.equal(page.problems.filter((text) => text.includes("refused to navigate")).length, evil.length);
  await push(page, { type: "navigate", view: 0, to: "page0" });
  await page.waitForURL("**/page0");
});

test("no join token and no value of a field is written to the console", async () => {
  const page = await browser.open(`<p dj="0"><input type="hidden" name="csrf" value="secret"></p>`, { attributes: `data-x="1"` });
  await push(page, [7, "x"]);
  await joins(page, 2);
  await push(page, { type: "refused", view: 0, reason: "token", message: "expired" });
  await joins(page, 3);
  assert.ok(page.problems.length > 0);
  for (const text of page.problems) assert.doesNotMatch(text, /dj-token|token="|secret/);
  assert.match(page.problems[0], /<div dj-view="test.View"/);
});

/** A page with the real WebSocket, and a server that fails as `faults` says. */
async function faulty(faults) {
  const sockets = new WebSocketServer({ noServer: true });
  const http = createServer(async ({ url }, response) => {
    if (url === "/djust.js") return response.end(await readFile(new URL("../../dist/djust.js", import.meta.url)));
    const status = faults.pages?.shift() ?? 200;
    response.writeHead(status, { "content-type": "text/html" });
    response.end(status === 200 ? `<!doctype html><script src="/djust.js" defer></script>${region(`<input>`).replace(`dj-token="token"`, `dj-token="${faults.token}"`)}` : "down");
  });
  const held = [];
  http.on("connection", (socket) => held.push(socket));
  http.on("upgrade", (request, socket, head) => {
    const fault = faults.upgrades?.shift();
    if (fault === "silent") return;
    if (fault) return socket.end(`HTTP/1.1 ${fault} No\r\ncontent-length: 0\r\n\r\n`);
    sockets.handleUpgrade(request, socket, head, (peer) => {
      peer.on("message", (data) => {
        const frame = JSON.parse(data);
        faults.heard.push(frame);
        if (frame.type === "join") peer.send(JSON.stringify(faults.answer(frame)));
      });
    });
  });
  await new Promise((done) => http.listen(0, "127.0.0.1", done));
  const page = await browser.context.newPage();
  await page.goto(`http://127.0.0.1:${http.address().port}/`);
  const close = async () => {
    await page.close();
    for (const socket of held) socket.destroy();
    http.close();
  };
  return { page, close };
}

const joined = ({ view }) => ({ type: "joined", view, template: "0123456789abcdef", resume: null, patch: [] });

test("a connection that is accepted and never answered is given up, one that is refused is tried again", async () => {
  const faults = { token: "t", upgrades: ["silent", 503], heard: [], answer: joined };
  const { page, close } = await faulty(faults);
  await page.waitForSelector("[dj-view].dj-connected", { timeout: 60_000 });
  assert.deepEqual(faults.upgrades, []);
  await close();
});

test("while the page answers 500 a token's renewal is tried again, and the page stays", async () => {
  const faults = { token: "old", heard: [], answer: (frame) => (frame.token === "new" ? joined(frame) : { type: "refused", view: 0, reason: "token", message: "expired" }) };
  faults.pages = [200, 500, 502];
  const { page, close } = await faulty(faults);
  await page.fill("input", "typed");
  await mark(page);
  faults.token = "new";
  await page.waitForSelector("[dj-view].dj-connected", { timeout: 60_000 });
  assert.deepEqual(faults.pages, []);
  assert.ok(await isSame(page));
  assert.equal(await page.inputValue("input"), "typed");
  await close();
});

test("a region is marked while its server says that it may be out of date: patches, rejoins and a new server's silence", async () => {
  const html = (text) => `<p dj="0" class="a">${text}</p><input>`;
  const page = await browser.open(html("one"));
  await page.evaluate(() => {
    window.heard = [];
    addEventListener("djust:stale", ({ detail, target }) => heard.push([target.getAttribute("dj-view"), detail.stale]));
    document.querySelector("[dj-view]").classList.add("mine");
  });
  const heard = () => page.evaluate(() => heard.splice(0));
  const classes = () => page.evaluate(() => [...document.querySelector("[dj-view]").classList].sort().join(" "));
  const stale = (stale) => push(page, { type: "stale", view: 0, stale });
  const text = () => page.textContent("p");

  await stale(true);
  assert.equal(await classes(), "dj-connected dj-stale mine");
  await push(page, [0, "two"]);
  assert.deepEqual([await text(), await classes(), await heard()], ["two", "dj-connected dj-stale mine", [["test.View", true]]]);
  await stale(false);
  assert.deepEqual([await classes(), await heard()], ["dj-connected mine", [["test.View", false]]]);

  // The instance ends, and the next one's server is as stale.
  await stale(true);
  await page.evaluate((html) => server.rejoin(html), html("three"));
  assert.deepEqual([await text(), await classes()], ["three", "dj-connected mine"]);
  await stale(true);
  assert.deepEqual([await classes(), await heard()], ["dj-connected dj-stale mine", [["test.View", true], ["test.View", false], ["test.View", true]]]);

  // The connection is lost, and the page joins a server that is not.
  await page.evaluate(() => server.drop());
  assert.deepEqual([await classes(), await heard()], ["dj-disconnected mine", [["test.View", false]]]);
  await page.waitForFunction(() => server.sockets.length === 2);
  await page.evaluate((html) => (server.open(), server.joinWhole(html)), html("four"));
  assert.deepEqual([await text(), await classes(), await heard()], ["four", "dj-connected mine", []]);
});
