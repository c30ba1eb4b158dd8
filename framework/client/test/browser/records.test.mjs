/**
 * What a person has entered stays with its record: which field is the same one after a change of
 * the page.
 */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { Browser } from "./browser.mjs";

let browser;
before(async () => (browser = await Browser.start()));
after(() => browser.close());

const push = (page, frame) => page.evaluate((frame) => server.push(frame), frame);
const rejoin = (page, html) => page.evaluate((html) => server.rejoin(html), html);

test("a patch that makes another record of a field shows the server's value", async () => {
  const forms = [
    [`<form id="f1" dj="0@id"><input name="a" value="s"></form>`, "f2"],
    [`<div dj-key="1" dj="0@dj-key"><p><input name="a" value="s"></p></div>`, "2"],
    [`<input name="a" value="s" dj="0@name">`, "b"],
    [`<form dj-submit="x"><input type="radio" name="a" value="s" dj="0@value"></form>`, "t"],
  ];
  for (const [html, other] of forms) {
    const page = await browser.open(html);
    if (html.includes("radio")) await page.check("input");
    else await page.fill("input", "typed");
    await push(page, [0, other]);
    if (html.includes("radio")) assert.ok(!(await page.isChecked("input")));
    else assert.equal(await page.inputValue("input"), "s", html);
    await page.close();
  }
});

test("items that move keep their text, and those that are removed are forgotten", async () => {
  const item = (i) => `<li dj-key="${i}"><input name="a" id="i${i}" value="" dj="0@value"></li>`;
  const page = await browser.open(`<ul dj="0*">${[1, 2, 3].map(item).join("")}</ul>`);
  for (const i of [1, 2, 3]) await page.fill(`#i${i}`, `t${i}`);
  await push(page, [0, [[item(0), 2, 0], [1, [0, "x"]]]]);
  assert.deepEqual(await page.$$eval("input", (all) => all.map(({ value }) => value)), ["", "t3", "t1"]);
});

test("nothing of a field is kept once it is gone", async () => {
  const page = await browser.open(`<ul dj="0*"></ul>`);
  await page.evaluate(() => {
    window.fields = [];
    for (let i = 0; i < 1000; i++) {
      server.push([0, [[`<li><input name="a" value="" dj="0@value" dj-model="m"></li>`], []]]);
      const field = document.querySelector("input");
      fields.push(new WeakRef(field));
      field.value = "x";
      for (const type of ["input", "change"]) field.dispatchEvent(new Event(type, { bubbles: true }));
      server.push([0, [0, [0, [0, "withheld"]]]]);
      server.push([0, [[], []]]);
      server.accept();
    }
  });
  const client = await page.context().newCDPSession(page);
  await client.send("HeapProfiler.collectGarbage");
  assert.ok((await page.evaluate(() => fields.filter((field) => field.deref()).length)) < 5);
});

test("the fields of a form with fields named like properties of an element are the person's like others", async () => {
  const names = ["getAttribute", "id", "reset", "children", "nodeType"];
  const page = await browser.open(`<div dj-key="1"><form>${names.map((name, i) => `<input name="${name}" value="" dj="${i}@value">`).join("")}</form></div>`);
  await page.evaluate(() => {
    for (const field of document.querySelectorAll("input")) {
      field.value = field.name;
      field.dispatchEvent(new Event("input", { bubbles: true }));
    }
  });
  await push(page, names.flatMap((_, i) => [i, "pushed"]));
  assert.deepEqual(await page.$$eval("input", (all) => all.map(({ value }) => value)), names);
});

test("typed in row 5, a reconnect finds a new row above: the text stays in row 5", async () => {
  const row = (i) => `<li dj-key="${i}"><form dj-submit="save" dj-value-id="${i}"><input name="text" value="s${i}" dj="0@value"><button>ok</button></form></li>`;
  const html = (rows) => `<ul dj="0*">${rows.map(row).join("")}</ul>`;
  const page = await browser.open(html([1, 2, 3, 4, 5, 6]));
  await page.fill("[dj-key='5'] input", "mine");
  await rejoin(page, html([0, 1, 2, 3, 4, 5, 6]));
  assert.deepEqual(await page.$$eval("input", (all) => all.map(({ value }) => value)), ["s0", "s1", "s2", "s3", "s4", "mine", "s6"]);
  await rejoin(page, html([6, 3]));
  assert.deepEqual(await page.$$eval("input", (all) => all.map(({ value }) => value)), ["s6", "s3"], "and goes with it");
});

test("each step of a wizard has its own answer, by a patch and by a reconnect", async () => {
  const step = (n, value = "") => `<!--d0[--><form dj-submit="next"><input name="answer" dj-field="${n}" value="${value}" dj="${n}@value"><button>ok</button></form><!--/-->`;
  const page = await browser.open(step(1));
  await page.fill("input", "one");
  await push(page, [0, `<form dj-submit="next"><input name="answer" dj-field="2" value="server's two" dj="2@value"><button>ok</button></form>`]);
  assert.equal(await page.inputValue("input"), "server's two");
  await page.fill("input", "two");
  await rejoin(page, step(2, "other"));
  assert.equal(await page.inputValue("input"), "two", "the same step");
  await rejoin(page, step(3, "three"));
  assert.equal(await page.inputValue("input"), "three");
});

test("after a deploy the numbers of fields in the template say nothing, and their names do", async () => {
  const html = (n) => `<form><input name="answer" dj-field="${n}" value="" dj="0@value"></form>`;
  const page = await browser.open(html(1));
  await page.fill("input", "mine");
  await page.evaluate((html) => {
    server.push({ type: "ended", view: 0, reason: "shutdown" });
    server.push({ type: "joined", view: 0, template: "fedcba9876543210", resume: null, html });
  }, html(7));
  assert.equal(await page.inputValue("input"), "mine");
  await push(page, [0, "pushed"]);
  assert.equal(await page.inputValue("input"), "mine");
});

test("raw HTML that is replaced keeps the text in the field of equal identity, and nowhere else", async () => {
  const raw = (rows, wrap) => rows.map(([key, name]) => `<${wrap} dj-key="${key}"><input name="${name}" value="s"></${wrap}>`).join("");
  const page = await browser.open(`<div dj="0">${raw([[1, "a"], [2, "a"], [2, "b"]], "p")}</div>`);
  await page.fill("[dj-key='2'] [name=a]", "mine");
  await push(page, [0, raw([[3, "a"], [2, "b"], [2, "a"], [1, "a"]], "section")]);
  assert.deepEqual(await page.$$eval("input", (all) => all.map(({ value }) => value)), ["s", "s", "mine", "s"]);
  await push(page, [0, raw([[3, "a"], [1, "a"]], "p")]);
  assert.deepEqual(await page.$$eval("input", (all) => all.map(({ value }) => value)), ["s", "s"]);
});

test("half of a date goes with its row, and stays when the HTML around it is replaced", async () => {
  const row = (i) => `<li dj-key="${i}"><input type="date" name="d" value="" dj="0@value"></li>`;
  const page = await browser.open(`<ul dj="0*">${[1, 2, 3].map(row).join("")}</ul><div dj="1["><p><input type="date" name="e" value=""></p></div>`);
  await page.focus("[dj-key='1'] input");
  await page.keyboard.type("12");
  await page.focus("[name=e]");
  await page.keyboard.type("12");
  await page.evaluate(() => document.activeElement.blur());
  await push(page, [0, [[2, 1, 0], []], 1, `<section><input type="date" name="e" value="2024-01-01" min="2000-01-01"></section>`]);
  assert.deepEqual(await page.$$eval("input", (all) => all.map(({ validity }) => validity.badInput)), [false, false, true, true]);
});
