/**
 * Which events reach the server, with which arguments, and which are the browser's own.
 */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { Browser } from "./browser.mjs";

let browser;
before(async () => (browser = await Browser.start()));
after(() => browser.close());

const push = (page, frame) => page.evaluate((frame) => server.push(frame), frame);
const events = (page) => page.evaluate(() => server.sent.filter(({ type }) => type === "event").map(({ name, args }) => [name, args]));
/** Has the page write down which of its events were prevented. */
const watch = (page, types = ["click"]) =>
  page.evaluate((types) => {
    window.prevented = [];
    for (const type of types) addEventListener(type, (event) => (prevented.push([type, event.defaultPrevented]), event.preventDefault()));
  }, types);
const prevented = (page) => page.evaluate(() => prevented.splice(0));

test("a click that opens a link in another tab or window, or saves it, is the browser's own", async () => {
  const page = await browser.open(`<a id="a" href="/x" dj-click="go" dj-confirm="Really?"><b id="in">x</b></a><div dj-click="row"><a id="nested" href="/y">y</a></div>`);
  await watch(page);
  for (const modifier of ["Control", "Shift", "Meta", "Alt"]) {
    for (const id of ["#a", "#in", "#nested"]) await page.click(id, { modifiers: [modifier] });
  }
  assert.deepEqual(await events(page), []);
  assert.deepEqual(await prevented(page), Array(12).fill(["click", false]));
  await page.click("#a", { button: "middle" });
  assert.deepEqual(await events(page), []);
  page.once("dialog", (dialog) => dialog.accept());
  await page.click("#in");
  assert.deepEqual(await prevented(page), [["click", true]]);
  assert.deepEqual(await events(page), [["go", {}]]);
});

test("a modified click on what is no link is an event; a link that leaves the page where it is does both", async () => {
  const page = await browser.open(`<button dj-click="b">b</button><a id="blank" href="/x" target="_blank" dj-click="l">l</a><a id="save" href="/x" download dj-click="s">s</a><a id="self" href="/x" target="_SELF" dj-click="t">t</a>`);
  await watch(page);
  await page.click("button", { modifiers: ["Control"] });
  for (const id of ["#blank", "#save", "#self"]) await page.click(id);
  assert.deepEqual(await events(page), [["b", {}], ["l", {}], ["s", {}], ["t", {}]]);
  assert.deepEqual(await prevented(page), [["click", true], ["click", false], ["click", false], ["click", true]]);
});

test("a click on what is in a disabled button is none", async () => {
  const page = await browser.open(`<div dj-click="row"><button disabled dj-click="b"><b id="in" style="display: contents">x</b></button></div><div style="display:contents" dj-click="contents"><i>y</i></div>`);
  await page.evaluate(() => document.getElementById("in").dispatchEvent(new MouseEvent("click", { bubbles: true })));
  await page.click("i");
  assert.deepEqual(await events(page), [["contents", {}]]);
});

test("dialogs, details and popovers tell that they were closed, toggled and cancelled", async () => {
  const page = await browser.open(
    `<dialog dj-close="closed" dj-cancel="cancelled" dj-toggle="shown" dj-value-id="7"><details id="inner"><summary>s</summary></details><button>x</button></dialog>` +
      `<details id="outer" dj-toggle="outer"><summary>o</summary><details id="nested"><summary>n</summary></details></details><div popover="manual" id="pop" dj-toggle="pop">p</div>`,
  );
  const names = async () => (await events(page)).map(([name, args]) => `${name} ${JSON.stringify(args)}`);
  const heard = (count) => page.waitForFunction((count) => server.sent.filter(({ type }) => type === "event").length === count, count);
  await page.evaluate(() => document.querySelector("dialog").close());
  await page.evaluate(() => document.querySelector("dialog").showModal());
  await heard(1);
  await page.keyboard.press("Escape");
  await heard(4);
  assert.deepEqual((await names()).sort(), [`cancelled {"id":"7"}`, `closed {"value":"","id":"7"}`, `shown {"open":false,"id":"7"}`, `shown {"open":true,"id":"7"}`]);
  await page.evaluate(() => (document.querySelector("dialog").show(), document.querySelector("dialog").close("yes")));
  await page.waitForFunction(() => server.sent.some(({ name, args }) => name === "closed" && args.value === "yes"));
  await page.evaluate(() => server.sent.splice(0));
  await page.click("#outer > summary");
  await heard(1);
  await page.click("#nested > summary");
  await page.evaluate(() => document.getElementById("pop").showPopover());
  await heard(2);
  await page.click("#outer > summary");
  await heard(3);
  assert.deepEqual(await names(), [`outer {"open":true}`, `pop {"open":true}`, `outer {"open":false}`]);
});

test("details that the server opens, or inserts open, are toggled by nobody", async () => {
  const page = await browser.open(`<details id="d" dj="0@" dj-toggle="t"><summary>x</summary></details><div dj="1["></div>`);
  await push(page, [0, ["open"]]);
  await push(page, [1, `<details id="new" open dj-toggle="n"><summary>y</summary></details>`]);
  await page.evaluate(() => new Promise((done) => setTimeout(done, 50)));
  assert.deepEqual(await events(page), []);
  await page.click("#d summary");
  await page.waitForFunction(() => server.last("event"));
  await page.click("#new summary");
  await page.waitForFunction(() => server.last("event")?.name === "n");
  assert.deepEqual(await events(page), [["t", { open: false }], ["n", { open: false }]]);
});

test("a dialog that the server closes was closed by nobody; one that its person closes later was", async () => {
  const page = await browser.open(`<dialog id="d" dj="0@" dj-close="closed" dj-toggle="toggled" dj-cancel="cancelled"><p dj="1">x</p></dialog>`);
  const show = () => page.evaluate(() => document.getElementById("d").showModal());
  // Whatever is still to be told is told before this.
  const settled = () =>
    page.evaluate(async () => {
      for (let i = 0; i < 3; i++) await new Promise((done) => requestAnimationFrame(() => setTimeout(done)));
    });
  await show();
  await page.waitForFunction(() => server.last("event")?.name === "toggled");
  await page.evaluate(() => server.sent.splice(0));
  await push(page, [0, ["open"]]);
  await push(page, [0, ["", "open"]]);
  await settled();
  assert.ok(!(await page.evaluate(() => document.getElementById("d").open)));
  assert.deepEqual(await events(page), []);
  await push(page, [0, ["open"]]);
  await push(page, [0, ["", "open"]]);
  await settled();
  assert.deepEqual(await events(page), [], "nor where it was not modal");
  await show();
  await page.keyboard.press("Escape");
  await page.waitForFunction(() => ["cancelled", "closed"].every((name) => server.sent.some((frame) => frame.name === name)));
  await settled();
  const told = (await events(page)).map(([name, { open }]) => name + (open === undefined ? "" : ` ${open}`));
  assert.deepEqual(told.sort(), ["cancelled", "closed", "toggled false", "toggled true"]);
});

test("a field outside of its form, by form=, is heard by the form", async () => {
  const page = await browser.open(`<form id="f" dj-input="typed" dj-change="changed"><input name="a" value="1"></form><p><input id="out" name="b" form="f"></p>`);
  await page.type("#out", "x");
  await page.evaluate(() => document.activeElement.blur());
  assert.deepEqual(await events(page), [["typed", { a: "1", b: "x" }], ["changed", { a: "1", b: "x" }]]);
});

test("a field's dj-debounce holds back its form's dj-input; dj-debounce=blur on a form waits for the focus to go", async () => {
  const page = await browser.open(
    `<form dj-input="typed"><input id="slow" name="a" dj-debounce="60000"><input id="fast" name="b"></form>` +
      `<form dj-input="left" dj-debounce="blur"><input id="c" name="c"><input id="d" name="d"></form>`,
  );
  await page.type("#slow", "xy");
  assert.deepEqual(await events(page), []);
  await page.focus("#fast");
  assert.deepEqual(await events(page), [["typed", { a: "xy", b: "" }]]);
  await page.type("#c", "1");
  await page.type("#d", "2");
  assert.deepEqual((await events(page)).slice(1), [["left", { c: "1", d: "" }]]);
  await page.evaluate(() => document.activeElement.blur());
  assert.deepEqual((await events(page)).slice(2), [["left", { c: "1", d: "2" }]]);
});

test("dj-throttle holds for submits and named keys, too, and never goes before what was typed", async () => {
  const page = await browser.open(`<form dj-submit="send" dj-throttle="60000"><input name="q" dj-input="typed" dj-debounce="60000"></form><input id="k" dj-keydown.arrowup="up" dj-throttle="60000">`);
  await page.type("[name=q]", "a");
  await page.keyboard.press("Enter");
  await page.keyboard.press("Enter");
  assert.deepEqual((await events(page)).map(([name]) => name), ["typed", "send"]);
  await page.focus("#k");
  for (let i = 0; i < 3; i++) await page.keyboard.press("ArrowUp");
  // The first of them is behind what waited.
  assert.deepEqual((await events(page)).map(([name]) => name), ["typed", "send", "send", "up"]);
});

test("keys with modifiers are told apart, and the browser leaves its own shortcuts be", async () => {
  const page = await browser.open(`<div dj-keydown.ctrl-s.meta-s="save" dj-keydown.ctrl-shift-k="k" dj-keydown.enter="enter" dj-keydown.ctrl-enter="send"><input></div>`);
  await watch(page, ["keydown"]);
  await page.focus("input");
  for (const keys of ["s", "Control+s", "Control+Shift+s", "Control+Shift+K", "Control+k", "Meta+s", "Enter", "Control+Enter", "Control+Alt+s"]) await page.keyboard.press(keys);
  assert.deepEqual((await events(page)).map(([name, { key }]) => [name, key]), [["save", "s"], ["k", "K"], ["save", "s"], ["enter", "Enter"], ["send", "Enter"]]);
  assert.equal((await prevented(page)).filter(([, was]) => was).length, 4);
  // Where S is another letter, and where a digit needs Shift.
  await page.evaluate(() => document.querySelector("input").dispatchEvent(new KeyboardEvent("keydown", { key: "ы", code: "KeyS", ctrlKey: true, bubbles: true })));
  await page.evaluate(() => document.querySelector("input").dispatchEvent(new KeyboardEvent("keydown", { key: "o", code: "KeyS", ctrlKey: true, bubbles: true })));
  assert.equal((await events(page)).length, 6);
});

for (const name of ["attributes", "closest", "matches", "getAttribute", "hasAttribute", "elements", "parentElement", "localName", "form", "id", "name", "tagName", "nodeType", "children", "dispatchEvent", "addEventListener", "isConnected", "contains"]) {
  test(`a form with a field called ${name} works`, async () => {
    const page = await browser.open(`<form dj-submit="send" dj-input="typed" dj-disable-with="…" dj-debounce="60000"><input name="${name}"><button>ok</button></form>`);
    await watch(page, ["submit"]);
    await page.evaluate(() => document.querySelector("input").focus());
    await page.keyboard.type("x");
    // What drives the browser can't cope with such forms itself.
    await page.evaluate(() => document.querySelector("button").click());
    assert.deepEqual((await events(page)).map(([name]) => name), ["typed", "send"]);
    assert.deepEqual((await prevented(page)).pop(), ["submit", true]);
    const isDisabled = () => page.evaluate(() => document.querySelector("button").disabled);
    assert.ok(await isDisabled());
    await page.evaluate(() => server.reply());
    assert.ok(!(await isDisabled()));
    assert.deepEqual(page.problems, []);
    await page.close();
  });
}

test("what the page's own listeners throw or prevent breaks nothing", async () => {
  const page = await browser.open(`<p dj="0">x</p><button id="a" dj-click="a">a</button><button id="b" dj-click="b">b</button>`, { joined: false });
  await page.evaluate(() => {
    for (const name of ["connected", "disconnected", "patched", "error"]) {
      addEventListener(`dj:${name}`, () => {
        throw new Error("mine");
      });
    }
    document.getElementById("a").addEventListener("click", (event) => event.preventDefault());
    server.open();
    server.join([]);
  });
  await push(page, [0, "y"]);
  await page.click("#a");
  await page.click("#b");
  await page.evaluate(() => server.drop());
  await page.waitForFunction(() => server.sockets.length === 2);
  await page.evaluate(() => (server.open(), server.join([])));
  assert.equal(await page.textContent("p"), "y");
  await page.click("#b");
  assert.deepEqual(await events(page), [["b", {}]]);
});

test("a button's own question is asked, before its form is sent", async () => {
  const page = await browser.open(`<form dj-submit="send"><button dj-confirm="Really?" dj-disable-with="…">ok</button></form>`);
  await watch(page, ["submit"]);
  page.once("dialog", (dialog) => dialog.dismiss());
  await page.click("button");
  assert.deepEqual(await events(page), []);
  assert.ok(!(await page.isDisabled("button")));
  page.once("dialog", (dialog) => dialog.accept());
  await page.click("button");
  assert.deepEqual(await events(page), [["send", {}]]);
  assert.deepEqual((await prevented(page)).filter(([type]) => type === "submit"), [["submit", true], ["submit", true]]);
});

test("the server's focus follows its patch; what can't have it is a warning", async () => {
  const page = await browser.open(`<div dj="0["></div><p id="p">x</p>`);
  const warnings = [];
  page.on("console", (message) => message.type() === "warning" && warnings.push(message.text()));
  await push(page, [0, `<form name="activeElement"><input name="focus"><input id="q" name="getElementById"></form>`]);
  await push(page, { type: "focus", view: 0, id: "q" });
  assert.equal(await page.evaluate(() => document.querySelector(":focus").id), "q");
  assert.deepEqual(warnings, []);
  await push(page, { type: "focus", view: 0, id: "none" });
  await push(page, { type: "focus", view: 0, id: "p" });
  assert.equal(await page.evaluate(() => document.querySelector(":focus").id), "q");
  assert.equal(warnings.length, 2);
  assert.match(warnings[0], /can't focus #none/);
  assert.deepEqual(page.problems, []);
});
