// What a person has in a page, with a real server: typed text, choices, dialogs, through refusals, pushes and cuts.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { connected, has, shows, until } from "./browser.mjs";
import { Lab, reconnect } from "./lab.mjs";

let lab;
before(async () => (lab = await Lab.start()));
after(() => lab?.stop());

const value = (page, selector, expected) =>
  until(async () => (await page.inputValue(selector)) === expected, async () => `${selector} to hold ${expected}; it holds ${await page.inputValue(selector)}`);

test("an accepted submit that marks a field leaves what was typed, and a refused one survives a push", async () => {
  const page = await lab.open("/profile");
  await page.fill("#a", "x");
  await page.click("#save");
  await shows(page, "#saves", "1");
  await page.waitForSelector("#a.bad");
  await value(page, "#a", "x");
  await page.fill("#a", "no");
  await page.fill("#note", "mine");
  await page.click("#save");
  await shows(page, "#saves", "2");
  await lab.push("lab.Profile", { state: { note: "theirs" } });
  await reconnect(page);
  await value(page, "#a", "no");
  await value(page, "#note", "mine");
});

test("a search is on the page and on the server after a cut, though its server had echoed it", async () => {
  const page = await lab.open("/search");
  await page.type("#q", "hello");
  await shows(page, "#shown", "hello");
  await reconnect(page);
  await value(page, "#q", "hello");
  await shows(page, "#shown", "hello");
});

test("a slow echo changes nothing that was typed meanwhile", async () => {
  const page = await lab.open("/search");
  page.link.delay = 200;
  await page.focus("#q");
  await page.keyboard.type("ab");
  await page.keyboard.press("Backspace");
  await page.waitForFunction(() => document.querySelector("#shown").textContent === "a");
  await page.keyboard.type("c");
  await shows(page, "#shown", "ac");
  await page.waitForTimeout(600);
  await value(page, "#q", "ac");
  await shows(page, "#shown", "ac");
});

test("a reset is known to the server", async () => {
  const page = await lab.open("/search");
  await page.fill("#q", "gone");
  await shows(page, "#shown", "gone");
  await page.click("#reset");
  await until(async () => (await page.textContent("#shown")) === (await page.inputValue("#q")), "both to agree");
});

test("text typed in a row stays in it when a reconnect finds another above, and is saved there", async () => {
  const page = await lab.open("/rows");
  await page.fill(".row5", "five");
  await page.fill(".row2", "two");
  await lab.push("lab.Rows", { handler: "on_new", payload: { row: 100, shown: false } });
  await reconnect(page);
  await has(page, "li", 6);
  await value(page, ".row5", "five");
  await value(page, ".row2", "two");
  await value(page, ".row1", "");
  await lab.push("lab.Rows", { handler: "on_new", payload: { row: 101, shown: true } });
  await has(page, "li", 7);
  await value(page, ".row5", "five");
  await page.press(".row5", "Enter");
  await shows(page, "#saved", "5:five");
});

test("each step of a wizard has its own field, though they have one name", async () => {
  const page = await lab.open("/wizard");
  await page.fill("#answer", "mine");
  await page.click("#one button");
  await page.waitForSelector("#two");
  await value(page, "#answer", "second");
  await page.click("#two button");
  await shows(page, "#done", "mine, second");
});

test("text typed in a step that is skipped is in no other", async () => {
  const page = await lab.open("/wizard");
  await page.fill("#answer", "typed in the first");
  await page.click("#skip");
  await page.waitForSelector("#two");
  await value(page, "#answer", "second");
  await page.fill("#answer", "typed in the second");
  await reconnect(page);
  await page.waitForSelector("#one");
  await value(page, "#answer", "first");
});

test("radios, boxes and options come back after a cut, and each is told once", async () => {
  const page = await lab.open("/choices");
  await page.check("[value=s]");
  await page.check("[value=m]");
  await page.check("[value=oil]");
  await page.check("[value=figs]");
  await page.check("#agree");
  await page.selectOption("#table", "B (2 free)");
  await shows(page, "#shown", "m / oil+figs / true / B (2 free)");
  page.sent.length = 0;
  await reconnect(page);
  await shows(page, "#shown", "m / oil+figs / true / B (2 free)");
  const told = page.sent.filter(({ type }) => type === "model").map(({ field, value }) => [field, value]);
  const expected = { size: "m", extras: ["oil", "figs"], agree: true, table: "B (2 free)" };
  assert.deepEqual(Object.fromEntries(told), expected);
  assert.equal(told.length, 4);
  await page.uncheck("[value=oil]");
  await shows(page, "#shown", "m / figs / true / B (2 free)");
  await page.uncheck("[value=figs]");
  await shows(page, "#shown", "m /  / true / B (2 free)");
});

test("a chosen option without a value stays chosen when the numbers change", async () => {
  const page = await lab.open("/choices");
  await page.selectOption("#table", { index: 1 });
  await shows(page, "#shown", /B \(2 free\)$/);
  await lab.push("lab.Choices", { state: { tables: ["A (0 free)", "B (1 free)", "C (3 free)"] } });
  await until(async () => (await page.locator("#table option").nth(1).textContent()) === "B (1 free)", "the numbers to change");
  assert.equal(await page.evaluate(() => document.querySelector("#table").selectedIndex), 1);
  await lab.push("lab.Choices", { state: { tables: ["A (0 free)"] } });
  await has(page, "#table option", 1);
  await shows(page, "#shown", /A \(0 free\)$/);
});

test("what a browser makes of a date is not typed: later pushes are shown, and the model keeps its value", async () => {
  const page = await lab.open("/dates");
  await shows(page, "#shown", "2024-01-01 10:00:00|2000-01-01");
  await lab.push("lab.Dates", { state: { at: "2025-05-05T05:05", on: "2025-06-06T06:06" } });
  await value(page, "#at", "2025-05-05T05:05");
  await value(page, "#on", "2025-06-06T06:06");
  assert.deepEqual(page.sent.filter(({ type }) => type === "model"), []);
});

test("a date half typed is kept when a push writes it or its limit", async () => {
  const page = await lab.open("/dates");
  await page.focus("#day");
  await page.keyboard.press("Backspace");
  const half = () => page.evaluate(() => document.querySelector("#day").validity.badInput);
  assert.ok(await half());
  await lab.push("lab.Dates", { state: { min: "1999-01-01", day: "2030-01-01" } });
  await shows(page, "#shown", /1999-01-01$/);
  assert.ok(await half(), "the rest of it is still there");
});

test("a select that the server refuses stays until it is given back", async () => {
  const page = await lab.open("/status");
  await page.selectOption("#status", "closed");
  await shows(page, "#tries", "1");
  await value(page, "#status", "closed");
  await page.selectOption("#status", "waiting");
  await shows(page, "#tries", "2");
  await page.selectOption("#status", "closed");
  await shows(page, "#tries", "3");
  await value(page, "#status", "waiting");
  await lab.push("lab.Status", { state: { status: "open" } });
  await value(page, "#status", "open");
});

test("dialogs, details, scripts' changes and written text survive pushes and a reconnect", async () => {
  const page = await lab.open("/dialogs");
  await page.evaluate(() => {
    document.querySelector("#details").open = true;
    document.querySelector("#text").classList.add("marked");
    document.querySelector("#text").title = "set by a script";
    document.querySelector("#chart").append(document.createElement("canvas"));
    document.querySelector("#editable").textContent = "written";
    document.querySelector("#own").showModal();
  });
  const everything = async () => {
    assert.ok(await page.evaluate(() => document.querySelector("#own").matches(":modal")), "modal");
    assert.ok(await page.evaluate(() => document.querySelector("#details").open), "details");
    assert.equal(await page.getAttribute("#text", "title"), "set by a script");
    assert.equal(await page.locator("#chart canvas").count(), 1, "the element's own child");
    assert.equal(await page.textContent("#editable"), "written");
  };
  await lab.push("lab.Dialogs", { state: { count: 1 } });
  await shows(page, "#count", "1");
  await everything();
  assert.equal(await page.getAttribute("#text", "class"), "calm marked");
  await reconnect(page);
  await shows(page, "#count", "0");
  await everything();
});

test("a dialog that its person closed opens when the server opens it again", async () => {
  const page = await lab.open("/dialogs");
  const open = () => page.evaluate(() => document.querySelector("#served").open);
  await lab.push("lab.Dialogs", { state: { open: true } });
  await until(open, "the dialog to open");
  await page.evaluate(() => document.querySelector("#served").close());
  await lab.push("lab.Dialogs", { state: { open: false } });
  await lab.push("lab.Dialogs", { state: { open: true, count: 2 } });
  await shows(page, "#count", "2");
  await until(open, "it to open again");
});

test("a foreign element in a list is nobody's item", async () => {
  const page = await lab.open("/frames");
  await page.evaluate(() => {
    const foreign = document.createElement("li");
    foreign.id = "foreign";
    document.querySelector("#list").prepend(foreign);
  });
  await lab.push("lab.Frames", { state: { items: [1, 3] } });
  await has(page, "#i2", 0);
  assert.deepEqual(await page.evaluate(() => [...document.querySelector("#list").children].map(({ id }) => id)), ["foreign", "i1", "i3"]);
  await reconnect(page);
  await has(page, "#i2", 1);
  await has(page, "#foreign", 1);
});

test("a frame in a row that moves goes on", async () => {
  const page = await lab.open("/frames");
  await until(async () => (await page.evaluate(() => Array.from(frames).every(({ document }) => document.body?.textContent === "framed"))), "the frames");
  await page.evaluate(() => Array.from(frames).forEach((frame) => (frame.kept = true)));
  await lab.push("lab.Frames", { state: { items: [3, 1, 2] } });
  await until(async () => (await page.evaluate(() => document.querySelector("#list").firstElementChild.id)) === "i3", "the move");
  assert.equal(await page.evaluate(() => Array.from(frames).filter(({ kept }) => kept).length), 3);
});

test("fields may have the names of what every element has", async () => {
  const page = await lab.open("/names");
  // The browser's driver reads properties of the form, too: it is the keyboard that types.
  await page.evaluate(() => document.querySelector("#form :first-child").focus());
  await page.keyboard.press("Control+A");
  await page.keyboard.type("typed");
  await page.keyboard.press("Enter");
  await shows(page, "#sent", "typed, closest");
  await page.click("#add");
  await shows(page, "#sent", /names$/);
  await reconnect(page);
  await page.evaluate(() => document.querySelector("#form :first-child").focus());
  await page.keyboard.press("Enter");
  await shows(page, "#sent", /, closest$/);
  assert.deepEqual(page.complaints.filter((text) => !/net::ERR|404/.test(text)), []);
});

test("a focused field may change its type", async () => {
  const page = await lab.open("/names");
  await page.focus("#kind");
  await lab.push("lab.Names", { state: { kind: "number" } });
  await page.waitForSelector("#kind[type=number]");
  await lab.push("lab.Names", { state: { kind: "email" } });
  await page.waitForSelector("#kind[type=email]");
  assert.equal(await page.evaluate(() => document.activeElement.id), "kind");
});

test("a patched page is what a fresh one is, in links, drawings, raw text and preformatted text", async () => {
  const page = await lab.open("/markup");
  const state = { url: "/x?a=1&section=2&copy=3", html: "<b>&lt;i&gt;\nx</b>", wide: true, count: 7 };
  await lab.push("lab.Markup", { state });
  await shows(page, "#count", "7");
  assert.equal(await page.evaluate(() => document.querySelector("#link").getAttribute("href")), "/x?a=1&section=2&copy=3");
  assert.equal(await page.evaluate(() => document.querySelector("#svg").viewBox.baseVal?.width), 7);
  assert.equal(await page.inputValue("#area"), "<b><i>\nx</b>");
  assert.equal(await page.evaluate(() => document.querySelector("#pre").textContent), "one");
  assert.equal(await page.evaluate(() => document.activeElement.id), "focused");
  await page.focus("#area");
  await lab.push("lab.Markup", { state: { count: 8 } });
  await shows(page, "#count", "8");
  assert.equal(await page.evaluate(() => document.activeElement.id), "area", "it is focused once");
});

test("a mount that fails at a rejoin is tried again, and the page stays", async (t) => {
  const page = await lab.open("/fragile");
  await page.fill("#typed", "half a sentence");
  await page.evaluate(() => (window.loadedOnce = true));
  await lab.get("/down/true");
  t.after(() => lab.get("/down/false"));
  page.link.cut();
  await page.waitForSelector("[dj-view].dj-disconnected", { state: "attached" });
  await page.waitForTimeout(3_000);
  await value(page, "#typed", "half a sentence");
  await lab.get("/down/false");
  await connected(page);
  await value(page, "#typed", "half a sentence");
  await lab.push("lab.Fragile", { state: { count: 1 } });
  await shows(page, "#count", "1");
  assert.ok(await page.evaluate(() => window.loadedOnce));
});
