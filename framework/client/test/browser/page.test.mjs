/**
 * Joining, losing and finding the connection again, what is sent, and the strict policy.
 */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { Browser, region } from "./browser.mjs";

let browser;
before(async () => (browser = await Browser.start()));
after(() => browser.close());

const push = (page, frame) => page.evaluate((frame) => server.push(frame), frame);
const events = (page) => page.evaluate(() => server.sent.filter(({ type }) => type === "event" || type === "model").map(({ name, field, args, value }) => [name ?? field, args ?? value]));
const classes = (page) => page.evaluate(() => document.querySelector("[dj-view]").className);

test("events before the first join wait for it, then go in order", async () => {
  const page = await browser.open(`<button dj-click="a">a</button><input dj-input="b">`, { joined: false });
  await page.click("button");
  await page.type("input", "xy");
  await page.click("button");
  await page.evaluate(() => (server.open(), server.join([])));
  assert.deepEqual(await events(page), [["a", {}], ["b", { value: "xy" }], ["a", {}]]);
});

test("no more than 32 events wait", async () => {
  const page = await browser.open(`<button dj-click="a">a</button>`, { joined: false });
  await page.evaluate(() => {
    for (let i = 0; i < 40; i++) document.querySelector("button").click();
    server.open();
    server.join([]);
  });
  assert.equal((await events(page)).length, 32);
});

test("a lost connection is opened again, the view joined without digests, and clicks are sent then", async () => {
  const page = await browser.open(`<button dj-click="a">a</button><input dj-model="m">`);
  assert.equal(await classes(page), "dj-connected");
  await page.evaluate(() => server.drop());
  assert.equal(await classes(page), "dj-disconnected");
  await page.click("button");
  await page.fill("input", "typed");
  await page.waitForFunction(() => server.sockets.length === 2);
  await page.evaluate(() => server.open());
  assert.equal(await page.evaluate(() => server.last("join").digests), "");
  await page.evaluate(() => server.joinWhole(`<button dj-click="a">a</button><input dj-model="m">`));
  assert.equal(await classes(page), "dj-connected");
  assert.deepEqual(await events(page), [["m", "typed"], ["a", {}]]);
});

test("the network's return ends the wait", async () => {
  const page = await browser.open(`x`);
  await page.evaluate(() => server.drop());
  await page.evaluate(() => dispatchEvent(new Event("online")));
  assert.equal(await page.evaluate(() => server.sockets.length), 2);
});

test("a refused token is renewed without a reload", async () => {
  const page = await browser.open(`x`, { joined: false });
  await page.evaluate(() => (window.same = true));
  await page.evaluate(() => {
    server.open();
    document.querySelector("[dj-view]").setAttribute("dj-token", "old");
    server.push({ type: "refused", view: 0, reason: "token", message: "expired" });
  });
  await page.waitForFunction(() => server.last("join").token === "token" && server.sent.length === 2);
  assert.ok(await page.evaluate(() => window.same));
  assert.equal(await page.evaluate(() => server.last("join").digests), "AAAAAAAA", "nothing was changed since the page was written");
});

test("a refused mount reloads the page, a redirect leaves it", async () => {
  const page = await browser.open(`x`, { joined: false });
  await page.evaluate(() => (window.old = true));
  await page.evaluate(() => (server.open(), server.push({ type: "refused", view: 0, reason: "mount", status: 403, message: "no" })));
  await page.waitForFunction(() => !window.old && server.sockets.length === 1);
  await page.evaluate(() => (server.open(), server.push({ type: "navigate", view: 0, to: "/page0#moved" })));
  await page.waitForURL("**/page0#moved");
});

test("a patch for a missing place heals by a rejoin, and names the element", async () => {
  const page = await browser.open(`<p dj="0">x</p>`);
  await push(page, [7, "y"]);
  await page.waitForFunction(() => server.sent.length === 3);
  assert.deepEqual(await page.evaluate(() => server.sent.slice(1).map(({ type, digests }) => [type, digests])), [["leave", null], ["join", ""]].map(([type, digests]) => [type, digests ?? undefined]));
  assert.match(page.problems[0], /no slot 7 in <div dj-view="test.View"/);
  await push(page, [0, "late"]);
  assert.equal(await page.textContent("p"), "x", "a patch for the instance that was left is ignored");
});

test("a sync is acknowledged if all patches came, else heals", async () => {
  const page = await browser.open(`<p dj="0">x</p>`);
  await push(page, [0, "y"]);
  await push(page, { type: "sync", view: 0, patches: 1, mark: "m1" });
  assert.deepEqual(await page.evaluate(() => server.sent.pop()), { type: "ack", view: 0, mark: "m1" });
  await push(page, { type: "sync", view: 0, patches: 3, mark: "m2" });
  assert.deepEqual(await page.evaluate(() => server.sent.pop()), { type: "leave", view: 0 });
});

test("two regions share a socket", async () => {
  const page = await browser.open(`<p dj="0">a</p><button id="x" dj-click="x">x</button>`, {
    around: (first) => first + region(`<p dj="0">b</p><button id="y" dj-click="y">y</button>`),
  });
  await page.evaluate(() => server.join([], 1));
  await page.click("#y");
  await push(page, { view: 1, patch: [0, "B"] });
  await push(page, [0, "A"]);
  assert.deepEqual(await page.$$eval("p", (all) => all.map((p) => p.textContent)), ["A", "B"]);
  assert.equal(await page.evaluate(() => server.sockets.length), 1);
  assert.deepEqual(await page.evaluate(() => server.last("event")), { type: "event", view: 1, ref: 1, name: "y", args: {} });
});

test("every kind of event has its arguments", async () => {
  const page = await browser.open(
    `<form dj-submit="submit" dj-value-id="7"><input name="a" value="1"><input name="t" value="x"><input name="t" value="y"><input type="file" name="f"><input type="checkbox" name="c" checked dj-change="checked"><button name="by" value="b" id="ok">ok</button></form>` +
      `<form dj-change="all"><select multiple name="m"><option>p</option><option>q</option></select></form><input id="k" value="v" dj-keydown.enter.escape="key" dj-keyup="up" dj-focus="in" dj-blur="out" dj-value-some-name="z">`,
  );
  await page.click("#ok");
  await page.uncheck("[name=c]");
  await page.selectOption("[name=m]", ["p", "q"]);
  await page.focus("#k");
  await page.keyboard.press("End");
  await page.keyboard.press("x");
  await page.keyboard.press("Enter");
  await page.evaluate(() => document.activeElement.blur());
  assert.deepEqual(await events(page), [
    ["submit", { a: "1", t: ["x", "y"], c: "on", by: "b", id: "7" }],
    ["checked", { value: false, name: "c" }],
    ["all", { m: ["p", "q"] }],
    ["in", { value: "v", some_name: "z" }],
    ["up", { key: "End", value: "v", some_name: "z" }],
    ["up", { key: "x", value: "vx", some_name: "z" }],
    ["key", { key: "Enter", value: "vx", some_name: "z" }],
    ["up", { key: "Enter", value: "vx", some_name: "z" }],
    ["out", { value: "vx", some_name: "z" }],
  ]);
});

test("debounced input goes before the submit that follows, and throttled clicks go first and last", async () => {
  const page = await browser.open(`<form dj-submit="send"><input name="q" dj-model="q" dj-debounce="60000"><button>ok</button></form><button id="t" dj-click="t" dj-throttle="50" dj-value-n="1">t</button>`);
  await page.type("input", "abc");
  assert.deepEqual(await events(page), []);
  await page.click("form button");
  assert.deepEqual(await events(page), [["q", "abc"], ["send", { q: "abc" }]]);
  await page.evaluate(() => {
    for (let i = 0; i < 5; i++) document.getElementById("t").click();
  });
  await page.waitForFunction(() => server.sent.filter(({ name }) => name === "t").length === 2);
});

test("dj-debounce=blur waits until the field is left", async () => {
  const page = await browser.open(`<input dj-input="i" dj-debounce="blur">`);
  await page.type("input", "abc");
  assert.deepEqual(await events(page), []);
  await page.evaluate(() => document.activeElement.blur());
  assert.deepEqual(await events(page), [["i", { value: "abc" }]]);
});

test("a button is disabled with its text until the reply, and a patch meanwhile finds its place", async () => {
  const page = await browser.open(`<form dj-submit="save" dj-disable-with="Saving…"><button>Save <!--d0-->1<!--/--></button></form>`);
  await page.click("button");
  assert.equal(await page.textContent("button"), "Saving…");
  assert.ok(await page.isDisabled("button"));
  await push(page, [0, "2"]);
  assert.equal(await page.textContent("button"), "Saving…");
  await page.evaluate(() => server.reply());
  assert.equal(await page.textContent("button"), "Save 2");
  assert.ok(!(await page.isDisabled("button")));
});

test("dj-confirm asks first", async () => {
  const page = await browser.open(`<button dj-click="drop" dj-confirm="Really?">x</button>`);
  page.once("dialog", (dialog) => dialog.dismiss());
  await page.click("button");
  page.once("dialog", (dialog) => dialog.accept());
  await page.click("button");
  assert.deepEqual(await events(page), [["drop", {}]]);
});

test("the region tells what happens to it", async () => {
  const page = await browser.open(`<p dj="0">x</p><button dj-click="a">a</button>`, { joined: false });
  await page.evaluate(() => {
    window.heard = [];
    for (const name of ["connected", "disconnected", "patched", "error"]) document.addEventListener(`dj:${name}`, ({ detail }) => heard.push([name, detail]));
    server.open();
    server.join([]);
  });
  await push(page, [0, "y"]);
  await page.click("button");
  await page.evaluate(() => server.reply(undefined, { code: "handler", message: "no" }));
  await page.evaluate(() => server.drop());
  assert.deepEqual(await page.evaluate(() => heard), [["patched", null], ["connected", null], ["patched", null], ["error", { code: "handler", message: "no" }], ["disconnected", null]]);
});

test("under a strict policy the styles of places apply, and no others", async () => {
  const page = await browser.open(
    `<p id="p" style="width: 50px" dj="0@style">x</p><i id="static" style="width: 1px">x</i><div id="raw" dj="3"><i style="width: 1px" dj="0@style"></i></div><div dj="1["></div>` +
      `<ul dj="4*"><li id="item" style="width: 4px" dj="0@style">x</li></ul>`,
  );
  const styles = (...ids) => page.evaluate((ids) => ids.map((id) => document.getElementById(id).style.cssText), ids);
  assert.deepEqual(await styles("p", "static", "item"), ["width: 50px;", "", "width: 4px;"]);
  const before = await page.evaluate(() => new Promise((resolve) => setTimeout(() => resolve(server.violations.length))));
  await push(page, [0, "width: 60px"]);
  await push(page, [0, "width: 70px", 4, [["<li id='more' style='width: 5px' dj='0@style'>x</li>", 0], []]]);
  await push(page, [1, `<b id="b" style="color: red">x</b><span dj="2@style" id="s">y</span>`, 3, `<i id="r" style="width: 1px" dj="0@style"></i>`]);
  await push(page, [2, [`style="width: 5px" title="t"`]]);
  assert.deepEqual(await styles("p", "b", "s", "r", "item", "more"), ["width: 70px;", "", "width: 5px;", "", "width: 4px;", "width: 5px;"]);
  assert.equal(await page.evaluate(() => document.querySelector("#raw i").style.cssText), "");
  assert.ok(await page.evaluate(() => server.violations.every((text) => text.startsWith("style-src-attr"))));
  assert.ok(before > 0, "the policy is in force");
});

test("a style that came as HTML is never applied by the client: not beside a dynamic attribute, nor by a merge", async () => {
  const html = (n) => `<p id="p" style="width: ${n}px" dj="0@">x</p><b id="b" style="width: ${n}px" dj="1@style">x</b><div dj="2"><i id="i" style="width: ${n}px" dj="0@style">${n}</i></div>`;
  const page = await browser.open(html(1) + "old");
  const styles = () => page.evaluate(() => ["p", "b", "i"].map((id) => document.getElementById(id).style.cssText));
  assert.deepEqual(await styles(), ["", "width: 1px;", ""]);
  await page.evaluate(() => (document.getElementById("i").style.display = "flex"));
  await push(page, [0, ["title=t"], 2, `<i id="i" style="width: 2px" dj="0@style">2</i>`]);
  assert.deepEqual(await styles(), ["", "width: 1px;", "display: flex;"], "nor by a patch of a raw place");
  await page.evaluate((html) => server.rejoin(html), html(3) + "new");
  assert.deepEqual(await styles(), ["", "width: 3px;", "display: flex;"], "nor by a rejoin");
  assert.equal(await page.textContent("#i"), "3");
  await push(page, [1, [`style="height: 4px"`]]);
  assert.deepEqual(await styles(), ["", "height: 4px;", "display: flex;"]);
});

test("without a policy a static style that a merge changes is applied, and what scripts added stays", async () => {
  const page = await browser.open(`<div dj="0"><i id="i" style="width: 1px">x</i></div>`, { policy: "style-src 'unsafe-inline'" });
  const style = () => page.evaluate(() => document.getElementById("i").style.cssText);
  assert.equal(await style(), "width: 1px;");
  await page.evaluate(() => (document.getElementById("i").style.display = "flex"));
  await push(page, [0, `<i id="i" style="width: 2px">x</i>`]);
  assert.equal(await style(), "display: flex; width: 2px;");
  await push(page, [0, `<i id="i">x</i>`]);
  assert.equal(await style(), "display: flex;");
});

test("rows that stay are never taken out of the page", async () => {
  const row = (i) => `<tr id="r${i}"><td dj="0">${i}</td></tr>`;
  const page = await browser.open(`<table><tbody dj="0*">${Array.from({ length: 1000 }, (_, i) => row(i)).join("")}</tbody></table>`);
  const touched = (patch) =>
    page.evaluate((patch) => {
      const body = document.querySelector("tbody");
      const before = new Map([...body.children].map((row) => [row.id, row]));
      const observer = new MutationObserver(() => {});
      observer.observe(body, { childList: true });
      server.push(patch);
      const ids = (list) => list.flatMap((nodes) => [...nodes]).map(({ id }) => id);
      const records = observer.takeRecords();
      const same = [...body.children].every((row) => !before.has(row.id) || before.get(row.id) === row);
      return { same, added: ids(records.map((r) => r.addedNodes)), removed: ids(records.map((r) => r.removedNodes)), first: body.firstElementChild.id, count: body.children.length };
    }, patch);
  assert.deepEqual(await touched([0, [[row("new"), [0, 1000]], []]]), { same: true, added: ["rnew"], removed: [], first: "rnew", count: 1001 });
  assert.deepEqual(await touched([0, [[[0, 500], [501, 500]], []]]), { same: true, added: [], removed: ["r499"], first: "rnew", count: 1000 });
  assert.deepEqual(await touched([0, [[999, [0, 999]], []]]), { same: true, added: ["r999"], removed: ["r999"], first: "r999", count: 1000 });
});

test("a page that is left closes its socket, and one that comes back joins again", async () => {
  const page = await browser.open(`x`);
  await page.evaluate(() => dispatchEvent(new PageTransitionEvent("pagehide", { persisted: true })));
  assert.equal(await page.evaluate(() => server.socket.closedWith), 1000);
  assert.equal(await classes(page), "dj-disconnected");
  await page.evaluate(() => dispatchEvent(new PageTransitionEvent("pageshow", { persisted: true })));
  await page.evaluate(() => server.open());
  assert.equal(await page.evaluate(() => server.last("join").digests), "");
});
