/**
 * What a person typed or chose, where they are, and what the server writes meanwhile.
 */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { Browser } from "./browser.mjs";

let browser;
before(async () => (browser = await Browser.start()));
after(() => browser.close());

const push = (page, frame) => page.evaluate((frame) => server.push(frame), frame);

test("a typed text is not overwritten, focused or not, until its form is submitted", async () => {
  const page = await browser.open(`<form dj-submit="send"><input id="a" value="" dj="0@value"><textarea id="b" dj="1">x</textarea><button>ok</button></form>`);
  await page.fill("#a", "typed");
  await page.fill("#b", "written");
  await push(page, [0, "server", 1, "server"]);
  assert.equal(await page.inputValue("#a"), "typed");
  assert.equal(await page.inputValue("#b"), "written");
  assert.equal(await page.getAttribute("#a", "value"), "server");
  await push(page, [0, "typed", 1, "written"]);
  await push(page, [0, "server again", 1, "server again"]);
  assert.equal(await page.inputValue("#a"), "typed", "that the server wrote the same is no answer");
  await page.click("button");
  await page.evaluate(() => server.reply());
  assert.equal(await page.inputValue("#a"), "server again");
  assert.equal(await page.inputValue("#b"), "server again");
});

test("a late echo doesn't bring back what was deleted since", async () => {
  const page = await browser.open(`<input id="a" value="" dj="0@value" dj-model="q">`);
  await page.type("#a", "a");
  await page.press("#a", "Backspace");
  await push(page, [0, "a"]);
  assert.equal(await page.inputValue("#a"), "");
});

test("checkboxes, radio buttons and selects belong to who changed them", async () => {
  const page = await browser.open(
    `<form><input type="checkbox" id="c" dj="0@"><input type="radio" name="r" id="r1" value="1" checked dj="1@"><input type="radio" name="r" id="r2" value="2" dj="2@">` +
      `<input type="radio" name="r" id="r3" value="3" dj="3@"><select id="s" dj="4*"><option value="1" dj="0@">a</option><option value="2" dj="0@">b</option></select></form>`,
  );
  await page.check("#c");
  await page.check("#r2");
  await page.selectOption("#s", "2");
  await push(page, [0, ["", "checked"], 1, ["", "checked"], 3, ["checked"], 4, [[`<option value="0" dj="0@" selected>n</option>`, [0, 2]], []]]);
  assert.ok(await page.isChecked("#c"));
  assert.ok(await page.isChecked("#r2"));
  assert.equal(await page.inputValue("#s"), "2");
  await push(page, [2, ["checked"], 3, ["", "checked"]]);
  await push(page, [1, ["checked"], 2, ["", "checked"]]);
  assert.ok(await page.isChecked("#r2"));
  await page.evaluate(() => server.push({ type: "reset", view: 0, field: "r" }));
  assert.ok(await page.isChecked("#r1"), "given back, the group is the server's again");
});

test("an answered submit shows what was withheld, unless typed in since; an error keeps what was typed", async () => {
  const page = await browser.open(`<form dj-submit="send"><input id="a" name="a" value="" dj="0@value"><input id="b" name="b" value="" dj="1@value"><button>ok</button></form>`);
  await page.fill("#a", "one");
  await page.fill("#b", "two");
  await page.click("button");
  await push(page, [0, "x", 1, "y"]);
  await page.evaluate(() => server.reply(undefined, { code: "handler", message: "no" }));
  assert.equal(await page.inputValue("#a"), "one");
  await page.click("button");
  await page.press("#b", "End");
  await page.keyboard.type("!");
  await page.evaluate(() => server.reply());
  assert.equal(await page.inputValue("#a"), "x");
  assert.equal(await page.inputValue("#b"), "two!");
});

test("without a withheld value an answered submit changes nothing, and the field is the server's", async () => {
  const page = await browser.open(`<form dj-submit="send"><input id="a" name="a" value="" dj="0@value"><button>ok</button></form>`);
  await page.fill("#a", "one");
  await page.click("button");
  await page.evaluate(() => server.reply());
  assert.equal(await page.inputValue("#a"), "one");
  await push(page, [0, "server"]);
  assert.equal(await page.inputValue("#a"), "server");
});

test("a reset drops what was typed in that form only", async () => {
  const page = await browser.open(`<form id="send"><input id="a" value="x"></form><input id="b" form="send" value="y"><form id="other"><input id="c" value="z"></form>`);
  for (const id of ["#a", "#b", "#c"]) await page.fill(id, "typed");
  await push(page, { type: "reset", view: 0, form: "send" });
  assert.deepEqual(await page.evaluate(() => ["a", "b", "c"].map((id) => document.getElementById(id).value)), ["x", "y", "typed"]);
});

test("a block that is replaced keeps the typed text of a field of the same name, with focus and caret", async () => {
  const page = await browser.open(`<div dj="0["><p><input name="q" value="" dj="1@value"></p></div><form><input name="q" id="other"></form>`);
  await page.type("[name=q]", "hello");
  await page.evaluate(() => document.querySelector("[name=q]").setSelectionRange(1, 3));
  await push(page, [0, `<section><label>new <input class="b" name="q" value="server" dj="2@value"></label></section>`]);
  const { value, className, focused, selection } = await page.evaluate(() => {
    const field = document.querySelector("[name=q]");
    return { value: field.value, className: field.className, focused: document.activeElement === field, selection: [field.selectionStart, field.selectionEnd] };
  });
  assert.deepEqual({ value, className, focused, selection }, { value: "hello", className: "b", focused: true, selection: [1, 3] });
  await push(page, [0, "gone"]);
  assert.equal(await page.inputValue("#other"), "", "another form's field is left alone");
  assert.equal(await page.textContent("div[dj='0[']"), "gone");
});

test("focus, caret and scroll survive patches and moves", async () => {
  const rows = (ids) => ids.map((id) => `<li dj="0@title" title="${id}"><input id="i${id}" value="${id}text" dj="1@value"><div id="s${id}" style="height:40px;overflow:auto"><p style="height:900px">x</p></div></li>`);
  const page = await browser.open(`<ul dj="0*">${rows([1, 2, 3, 4, 5]).join("")}</ul>`);
  await page.focus("#i1");
  await page.evaluate(() => document.getElementById("i1").setSelectionRange(2, 4));
  await page.evaluate(() => {
    const box = document.getElementById("s1");
    const scrolled = new Promise((resolve) => box.addEventListener("scroll", () => setTimeout(resolve), { once: true }));
    Object.assign(box.style, { height: "40px", overflow: "auto" });
    box.firstChild.style.height = "900px";
    box.scrollTop = 123;
    return scrolled;
  });
  await push(page, [0, [[[1, 4], 0], [4, [0, "moved", 1, "1other"]]]]);
  const state = await page.evaluate(() => {
    const field = document.activeElement;
    return [field.id, field.selectionStart, field.selectionEnd, field.value, document.getElementById("s1").scrollTop, document.querySelector("ul").lastElementChild.title];
  });
  assert.deepEqual(state, ["i1", 2, 4, "1other", 123, "moved"]);
});

test("a rejoin merges: elements, typed text, focus, scroll and ignored content stay", async () => {
  const html = (title, more) =>
    `<h1 dj="0">${title}</h1>${more}<div id="box"><p>x</p></div><form><input name="a" value="" dj="1@value"></form><div dj-update="ignore" id="map" dj="2@class" class="${title}"><b>${title}</b></div>`;
  const page = await browser.open(html("one", ""));
  await page.fill("[name=a]", "typed");
  await page.evaluate(() => {
    window.kept = [document.querySelector("form"), document.querySelector("[name=a]"), document.getElementById("box")];
    document.getElementById("map").innerHTML = "<canvas></canvas>";
  });
  await page.evaluate(() => server.push({ type: "ended", view: 0, reason: "panic" }));
  await page.waitForFunction(() => server.sent.filter(({ type }) => type === "join").length === 2);
  assert.equal(await page.evaluate(() => server.last("join").digests), "");
  await page.evaluate((html) => server.joinWhole(html), html("two", "<p>new</p>"));
  assert.equal(await page.textContent("h1"), "two");
  assert.deepEqual(await page.evaluate(() => [document.querySelector("form"), document.querySelector("[name=a]"), document.getElementById("box")].map((node, i) => node === window.kept[i])), [true, true, true]);
  assert.equal(await page.inputValue("[name=a]"), "typed");
  assert.equal(await page.evaluate(() => document.activeElement.name), "a");
  assert.equal(await page.innerHTML("#map"), "<canvas></canvas>");
  await push(page, [0, "three", 2, "three"]);
  assert.equal(await page.getAttribute("#map", "class"), "three");
  assert.equal(await page.innerHTML("#map"), "<canvas></canvas>");
});

test("what the browser restores is the person's", async () => {
  const page = await browser.open(`<input id="a" name="a" value="" dj="0@value"><input type="range" id="r" dj="1@value" value="1">`);
  await page.fill("#a", "typed");
  await page.goto("about:blank");
  await page.goBack();
  await page.waitForFunction(() => server.sockets.length > 0);
  const restored = await page.inputValue("#a");
  await page.evaluate(() => (server.open(), server.join([0, "server", 1, "9"])));
  assert.equal(restored, "typed", "this browser restores fields");
  assert.equal(await page.inputValue("#a"), "typed");
  assert.equal(await page.inputValue("#r"), "9");
});
