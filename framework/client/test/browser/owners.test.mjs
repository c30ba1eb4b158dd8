/**
 * What a person has put into a page is theirs: one test for each fault that was found.
 */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { Browser } from "./browser.mjs";

let browser;
before(async () => (browser = await Browser.start()));
after(() => browser.close());

const push = (page, frame) => page.evaluate((frame) => server.push(frame), frame);
const rejoin = (page, html) => page.evaluate((html) => server.rejoin(html), html);
const told = (page) => page.evaluate(() => server.told);
const accept = (page) => page.evaluate(() => server.accept());

test("an accepted submit whose patch writes only a class leaves the text", async () => {
  const page = await browser.open(`<form dj-submit="send"><input name="a" value="stored" dj="0@class" class=""><button>ok</button></form>`);
  await page.fill("input", "x");
  await page.click("button");
  await push(page, [0, "bad"]);
  await page.evaluate(() => server.reply());
  assert.equal(await page.inputValue("input"), "x");
  assert.equal(await page.getAttribute("input", "class"), "bad");
  await push(page, [0, "worse"]);
  assert.equal(await page.inputValue("input"), "x", "nor does a class that is pushed later");
});

for (const attributes of [`aria-invalid="true"`, "disabled", `min="3"`, "readonly", "required", `maxlength="2"`, `placeholder="p"`]) {
  test(`${attributes} is no change of the value`, async () => {
    const page = await browser.open(`<form dj-submit="send"><input type="number" name="a" value="1" dj="0@"><button>ok</button></form>`);
    await page.fill("input", "25");
    await page.click("button");
    await push(page, [0, [attributes]]);
    await page.evaluate(() => server.reply());
    await push(page, [0, ["", attributes.split("=")[0]]]);
    assert.equal(await page.inputValue("input"), "25");
  });
}

test("a refused submit keeps the text through later pushes, without an error; an accepted one gives it back", async () => {
  const page = await browser.open(`<form dj-submit="send"><textarea name="a" dj="0">x</textarea><button>ok</button></form>`);
  await page.evaluate(() => document.addEventListener("dj:error", () => (window.failed = true)));
  await page.fill("textarea", "mine");
  await page.click("button");
  await page.evaluate(() => server.refuse());
  await push(page, [0, "pushed"]);
  assert.equal(await page.inputValue("textarea"), "mine");
  assert.equal(await page.evaluate(() => window.failed), undefined);
  await page.click("button");
  await page.evaluate(() => server.reply());
  assert.equal(await page.inputValue("textarea"), "pushed");
});

test("a dj-model text that was echoed and answered is sent again by a rejoin, and stays", async () => {
  const page = await browser.open(`<input dj-model="q" value="" dj="0@value">`);
  await page.fill("input", "hello");
  await push(page, [0, "hello"]);
  await accept(page);
  await rejoin(page, `<input dj-model="q" value="" dj="0@value">`);
  assert.equal(await page.inputValue("input"), "hello");
  assert.deepEqual(await told(page), [["q", "hello"]]);
  await push(page, [0, "hello"]);
  await accept(page);
  await rejoin(page, `<input dj-model="q" value="" dj="0@value">`);
  assert.deepEqual(await told(page), [["q", "hello"]], "and by the next one");
});

test("echoes that are late by several keys never change the text", async () => {
  const page = await browser.open(`<input dj-model="q" value="" dj="0@value">`);
  for (const key of ["a", "b", "Backspace"]) await page.press("input", key);
  await push(page, [0, "a"]);
  await page.evaluate(() => server.reply(server.sent.find(({ type }) => type === "model").ref));
  await page.press("input", "c");
  assert.equal(await page.inputValue("input"), "ac");
  for (const [i, echo] of ["ab", "a", "ac"].entries()) {
    await push(page, [0, echo]);
    assert.equal(await page.inputValue("input"), "ac");
    await page.evaluate((i) => server.reply(server.sent.filter(({ type }) => type === "model")[i + 1].ref), i);
  }
  assert.deepEqual((await told(page)).pop(), ["q", "ac"]);
  await push(page, [0, "server"]);
  assert.equal(await page.inputValue("input"), "server", "answered, it is the server's again");
});

test("an answer to an older frame doesn't end what a newer one carries", async () => {
  const page = await browser.open(`<form dj-submit="send"><input name="q" dj-model="q" value="" dj="0@value"><button>ok</button></form>`);
  await page.fill("input", "x");
  await page.click("button");
  await page.evaluate(() => server.reply(server.last("model").ref));
  await push(page, [0, "server"]);
  assert.equal(await page.inputValue("input"), "x");
  await page.evaluate(() => server.reply());
  assert.equal(await page.inputValue("input"), "server");
});

test("radio buttons with dj-model: a rejoin sends the checked one, once", async () => {
  const html = `<form>${["a", "b", "c"].map((value) => `<input type="radio" name="r" dj-model="r" value="${value}" id="${value}">`).join("")}</form>`;
  const page = await browser.open(html);
  await page.check("#a");
  await page.check("#b");
  assert.deepEqual(await told(page), [["r", "a"], ["r", "b"]]);
  await accept(page);
  await rejoin(page, html);
  assert.deepEqual(await told(page), [["r", "b"]]);
  assert.ok(await page.isChecked("#b"));
});

test("checkboxes with dj-model send the checked values; a lone one without a value is a boolean", async () => {
  const html = `<form>${["a", "b", "c"].map((value) => `<input type="checkbox" dj-model="tags" value="${value}" id="${value}">`).join("")}</form><input type="checkbox" id="one" dj-model="one"><input type="checkbox" value="v" id="v" dj-model="v">`;
  const page = await browser.open(html);
  for (const id of ["#a", "#c", "#one", "#v"]) await page.check(id);
  assert.deepEqual(await told(page), [["tags", ["a"]], ["tags", ["a", "c"]], ["one", true], ["v", ["v"]]]);
  await accept(page);
  await rejoin(page, html);
  assert.deepEqual(await told(page), [["tags", ["a", "c"]], ["one", true], ["v", ["v"]]]);
  await accept(page);
  for (const id of ["#a", "#c", "#one"]) await page.uncheck(id);
  assert.deepEqual(await told(page), [["tags", ["c"]], ["tags", []], ["one", false]]);
});

test("what waits is sent after the models", async () => {
  const page = await browser.open(`<input dj-model="q"><button dj-click="go">go</button>`, { joined: false });
  await page.click("button");
  await page.fill("input", "x");
  await page.evaluate(() => (server.open(), server.join([])));
  assert.deepEqual(await told(page), [["q", "x"], ["go", {}]]);
});

const MADE_BY_THE_BROWSER = [
  [`type="datetime-local" value="2024-01-01 10:00:00"`, "2024-02-02T11:00"],
  [`type="number" value="abc"`, "5"],
  [`type="range" value="500"`, "70"],
  [`type="range" min="0" max="1000" value="500"`, "700"],
  [`type="color" value="RED"`, "#00ff00"],
  [`type="email" value=" a@b "`, "c@d"],
  [`type="date" value="tomorrow"`, "2024-02-02"],
  [`maxlength="2" value="long"`, "longer"],
  [`type="url" value=" https://a "`, "https://b"],
];

for (const [attributes, later] of MADE_BY_THE_BROWSER) {
  test(`what the browser makes of ${attributes} is no change by a person`, async () => {
    const page = await browser.open(`<input ${attributes} dj="0@value" dj-model="m">`);
    assert.deepEqual(await told(page), [], "nothing is sent at the join");
    await push(page, [0, later]);
    assert.equal(await page.inputValue("input"), later);
  });
}

test("line ends in a textarea and two radio buttons that are both checked are no change by a person", async () => {
  const page = await browser.open(`<textarea dj="0" dj-model="t">\n\na&#13;&#10;b</textarea><input type="radio" name="r" value="1" checked dj-model="r"><input type="radio" name="r" value="2" checked dj-model="r">`);
  assert.deepEqual(await told(page), []);
  await push(page, [0, "new"]);
  assert.equal(await page.inputValue("textarea"), "new");
});

test("what was typed before the client started is the person's", async () => {
  const page = await browser.open(`<input dj-model="q" value="" dj="0@value"><select dj-model="s"><option>a</option><option>b</option></select><input type="checkbox" dj-model="c" checked>`, { joined: false });
  await page.evaluate(() => {
    // Without an event, as if nobody had listened.
    document.querySelector("input").value = "early";
    document.querySelector("select").value = "b";
    document.querySelector("[type=checkbox]").checked = false;
    server.open();
    server.join([0, "server"]);
  });
  assert.equal(await page.inputValue("input"), "early");
  assert.deepEqual(await told(page), [["q", "early"], ["s", "b"], ["c", false]]);
});

for (const type of ["date", "datetime-local", "month", "time"]) {
  test(`half of a ${type} survives every push`, async () => {
    const page = await browser.open(`<form><input type="${type}" name="d" value="" dj="0@value 1@"><button>ok</button></form><p dj="2">x</p>`);
    const isUnfinished = () => page.evaluate(() => document.querySelector("input").validity.badInput);
    await page.focus("input");
    await page.keyboard.type("1");
    assert.ok(await isUnfinished(), "this browser knows of halves");
    await push(page, [1, [`min="2001-01-01" max="2040-01-01" step="2" class="x"`], 2, "y"]);
    assert.ok(await isUnfinished());
    await page.focus("button");
    await push(page, [0, { date: "2024-02-02", "datetime-local": "2024-02-02T10:00", month: "2024-02", time: "10:00" }[type]]);
    await push(page, [1, [`class="x"`, "min", "max", "step"]]);
    assert.ok(await isUnfinished(), "not focused either");
    assert.equal(await page.getAttribute("input", "class"), "x");
    await page.evaluate(() => server.push({ type: "reset", view: 0, field: "d" }));
    assert.ok(!(await isUnfinished()));
    assert.notEqual(await page.inputValue("input"), "", "given back, it shows what the server wrote");
  });
}

test("what is withheld from half of a date is written once the date is whole", async () => {
  const page = await browser.open(`<input type="date" name="d" value="" dj="0@"><p dj="1">x</p>`);
  await page.focus("input");
  await page.keyboard.type("0203");
  await push(page, [0, [`min="2001-01-01"`]]);
  await page.keyboard.type("20");
  await push(page, [0, [`min="2001-01-01" max="2040-01-01"`]]);
  await page.keyboard.type("24");
  await page.evaluate(() => document.activeElement.blur());
  await push(page, [1, "y"]);
  assert.equal(await page.inputValue("input"), "2024-02-03");
  assert.equal(await page.getAttribute("input", "max"), "2040-01-01");
  assert.equal(await page.getAttribute("input", "min"), "2001-01-01");
});

test("a reset by the person shows the server's values, and tells them to the server once", async () => {
  const html = `<form><input id="a" dj-model="a" value="sa" dj="0@value"><input id="b" name="b" value="sb" dj="1@value"><input type="checkbox" dj-model="c" id="c"><input id="n" dj-model="n" value="n"><button type="reset">r</button></form>`;
  const page = await browser.open(html);
  await page.fill("#a", "x");
  await page.fill("#b", "y");
  await page.check("#c");
  await accept(page);
  await page.click("button");
  assert.deepEqual(await page.evaluate(() => [...document.querySelectorAll("input")].map(({ value }) => value)), ["sa", "sb", "on", "n"]);
  assert.ok(!(await page.isChecked("#c")));
  assert.deepEqual(await told(page), [["a", "sa"], ["c", false]]);
  await push(page, [1, "pushed"]);
  assert.equal(await page.inputValue("#b"), "pushed");
  await accept(page);
  await rejoin(page, html);
  assert.deepEqual(await told(page), [], "they no longer count as typed");
});

test("a reset that a page prevents resets nothing, and one by a script is one", async () => {
  const page = await browser.open(`<form><input id="a" dj-model="a" value="s"><button type="reset">r</button></form>`);
  await page.fill("#a", "x");
  await page.evaluate(() => document.querySelector("form").addEventListener("reset", (event) => event.preventDefault(), { once: true }));
  await page.click("button");
  assert.equal(await page.inputValue("#a"), "x");
  await page.evaluate(() => document.querySelector("form").reset());
  assert.equal(await page.inputValue("#a"), "s");
  assert.deepEqual(await told(page), [["a", "x"], ["a", "s"]]);
});

const options = (texts, more = () => "") => texts.map((text) => `<option ${more(text)}>${text}</option>`).join("");

test("a chosen option without a value stays chosen when its text changes, in place or with a new option", async () => {
  const page = await browser.open(`<select name="s" dj="0[">${options(["A (2)", "B (2)", "C (2)"])}</select><select id="t" dj="1*">${["A (2)", "B (2)"].map((text) => `<option dj="0">${text}</option>`).join("")}</select>`);
  await page.selectOption("[name=s]", "B (2)");
  await page.selectOption("#t", "B (2)");
  await push(page, [0, options(["A (2)", "B (1)", "C (1)"]), 1, [0, [1, [0, "B (1)"]]]]);
  assert.equal(await page.inputValue("[name=s]"), "B (1)");
  assert.equal(await page.inputValue("#t"), "B (1)");
  await push(page, [0, options(["N (9)", "A (2)", "B (1)", "C (1)"])]);
  assert.equal(await page.inputValue("[name=s]"), "B (1)", "an option above moves nothing");
});

test("options with a dj-key are known by it, and by their value before", async () => {
  const page = await browser.open(`<select id="k" dj="0["><option dj-key="1">A (2)</option><option dj-key="2">B (2)</option></select><select id="v" dj="1["><option value="a">A</option><option value="b">B</option></select>`);
  await page.selectOption("#k", "B (2)");
  await page.selectOption("#v", "b");
  await push(page, [0, `<option dj-key="2">B (0)</option><option dj-key="3">C</option><option dj-key="1">A (2)</option>`, 1, `<option value="b">A</option><option value="a">B</option>`]);
  assert.equal(await page.inputValue("#k"), "B (0)");
  assert.equal(await page.inputValue("#v"), "b");
});

test("when the chosen option goes, the server is told what is chosen then", async () => {
  const page = await browser.open(`<select dj-model="m" name="m" dj="0[">${options(["a", "b", "c"])}</select><select dj-change="pick" name="p" dj="1[">${options(["a", "b", "c"])}</select><select id="u" dj="2[">${options(["a", "b"])}</select>`);
  await page.selectOption("[name=m]", "b");
  await page.selectOption("[name=p]", "b");
  await accept(page);
  await push(page, [0, options(["a", "c"]), 1, options(["x", "c"]), 2, options(["b"])]);
  assert.deepEqual(await told(page), [["m", "a"], ["pick", { value: "x", name: "p" }]]);
  await push(page, [0, options(["a", "c"], (text) => (text === "c" ? "selected" : ""))]);
  await accept(page);
  assert.equal(await page.inputValue("[name=m]"), "c");
});

test("an answered select whose template writes no choice doesn't jump back", async () => {
  const page = await browser.open(`<select dj-change="pick" name="p" dj="0[">${options(["a", "b"])}</select>`);
  await page.selectOption("select", "b");
  await push(page, [0, options(["n", "a", "b"])]);
  await accept(page);
  assert.equal(await page.inputValue("select"), "b");
  await push(page, [0, options(["a", "b"])]);
  assert.equal(await page.inputValue("select"), "b");
});

test("of several choices those that are left stay, and the server is told", async () => {
  const page = await browser.open(`<select multiple dj-model="m" dj="0[">${options(["a", "b", "c"])}</select>`);
  await page.selectOption("select", ["b", "c"]);
  await accept(page);
  await push(page, [0, options(["a", "c", "d"])]);
  assert.deepEqual(await told(page), [["m", ["c"]]]);
});

test("a refused choice stays until the field is given back, and a name that isn't there is only a warning", async () => {
  const page = await browser.open(`<select dj-change="set" name="status" dj="0*"><option value="open" selected dj="0@">open</option><option value="closed" dj="0@">closed</option></select><p dj="1">x</p>`);
  const warnings = [];
  page.on("console", (message) => message.type() === "warning" && warnings.push(message.text()));
  await page.selectOption("select", "closed");
  await page.evaluate(() => server.refuse());
  await push(page, [0, [0, [1, [0, ["selected"]]]]]);
  await push(page, [0, [0, [1, [0, ["", "selected"]]]]]);
  assert.equal(await page.inputValue("select"), "closed");
  await push(page, { type: "reset", view: 0, field: "status" });
  assert.equal(await page.inputValue("select"), "open");
  for (const reset of [{ field: "nothing" }, { form: "nothing" }, { form: "a b" }, { field: `"]` }]) await push(page, { type: "reset", view: 0, ...reset });
  assert.equal(warnings.length, 4);
  assert.match(warnings[0], /field nothing/);
  await push(page, [1, "y"]);
  assert.equal(await page.textContent("p"), "y", "the view goes on");
  assert.equal(await page.evaluate(() => server.last("leave")), undefined);
});

test("a field outside of its form is carried by the form's submit, in another region too", async () => {
  const page = await browser.open(`<form id="f" dj-submit="send"><button>ok</button></form><input form="f" name="a" value="" dj="0@value">`, {
    around: (first) => first + `<div dj-view="test.Other" dj-token="t" dj-template="0123456789abcdef" dj-digests="" dj-socket="/djust/live"><input form="f" name="b" id="b" value="" dj="0@value"></div>`,
  });
  await page.evaluate(() => server.join([], 1));
  await page.fill("[name=a]", "x");
  await page.fill("#b", "y");
  await push(page, [0, "withheld"]);
  await push(page, { view: 1, patch: [0, "withheld"] });
  await page.click("button");
  assert.deepEqual(await told(page), [["send", { a: "x", b: "y" }]]);
  await accept(page);
  assert.deepEqual(await page.$$eval("input", (all) => all.map(({ value }) => value)), ["withheld", "withheld"]);
});

test("a change event after its input is no new change", async () => {
  const page = await browser.open(`<input dj-model="q" value="" dj="0@value"><button>x</button>`);
  await page.focus("input");
  await page.keyboard.type("x");
  await accept(page);
  await page.focus("button");
  await push(page, [0, "server"]);
  assert.equal(await page.inputValue("input"), "server");
});

test("an event is kept while the socket is closing", async () => {
  const page = await browser.open(`<button dj-click="go">go</button>`);
  await page.evaluate(() => (server.socket.readyState = 2));
  await page.click("button");
  await page.evaluate(() => server.drop());
  await page.waitForFunction(() => server.sockets.length === 2);
  await page.evaluate(() => (server.open(), server.join([])));
  assert.deepEqual(await told(page), [["go", {}]]);
});

test("a submit that waited for a rejoin carries its model fields as well: refused, they stay", async () => {
  const html = `<form dj-submit="send"><input name="q" dj-model="q" value="" dj="0@value"><button>ok</button></form>`;
  const page = await browser.open(html);
  await page.evaluate(() => server.drop());
  await page.fill("input", "x");
  await page.click("button");
  await page.waitForFunction(() => server.sockets.length === 2);
  await page.evaluate((html) => (server.open(), server.joinWhole(html)), html);
  assert.deepEqual(await told(page), [["q", "x"], ["send", { q: "x" }]]);
  await push(page, [0, "withheld"]);
  await page.evaluate(() => server.reply(server.last("model").ref));
  await page.evaluate(() => server.refuse());
  assert.equal(await page.inputValue("input"), "x");
});

test("a select whose options come and go tells the server each time what is chosen", async () => {
  const page = await browser.open(`<select dj-model="m" dj="0[">${options(["a", "b"])}</select>`);
  await page.selectOption("select", "b");
  await push(page, [0, ""]);
  await push(page, [0, options(["x", "y"])]);
  assert.deepEqual(await told(page), [["m", "b"], ["m", ""], ["m", "x"]]);
});

for (const [name, html] of [
  ["dj-input of its form", `<form dj-input="live"><input name="a" value="" dj="0@value"></form>`],
  ["dj-change of its form", `<form dj-change="live"><input name="a" value="" dj="0@value"></form>`],
  ["its own dj-input", `<form dj-submit="x"><input name="a" value="" dj="0@value" dj-input="live"></form>`],
  ["its own dj-change", `<input value="" dj="0@value" dj-change="live">`],
  ["its own late dj-input", `<input value="" dj="0@value" dj-input="live" dj-debounce="20">`],
]) {
  test(`${name} carries a field: accepted, it is the server's; refused, it stays`, async () => {
    const page = await browser.open(html);
    await page.fill("input", "x");
    await page.evaluate(() => document.activeElement.blur());
    await page.waitForFunction(() => server.last("event"));
    await push(page, [0, "one"]);
    assert.equal(await page.inputValue("input"), "x");
    await page.evaluate(() => server.refuse());
    assert.equal(await page.inputValue("input"), "x");
    await page.evaluate(() => (server.socket.frames = []));
    await page.fill("input", "y");
    await page.evaluate(() => document.activeElement.blur());
    await page.waitForFunction(() => server.last("event"));
    await accept(page);
    assert.equal(await page.inputValue("input"), "one");
    await push(page, [0, "two"]);
    assert.equal(await page.inputValue("input"), "two");
  });
}

test("reading what the server wrote violates no policy", async () => {
  const page = await browser.open(`<input type="number" style="width: 50px" value="1.0" dj="0@class"><select style="width: 50px" dj="1@class"><option style="color: red">a</option></select>`);
  const before = await page.evaluate(() => server.violations.length);
  await page.fill("input", "2");
  await page.selectOption("select", "a");
  await push(page, [0, "x", 1, "x"]);
  await push(page, { type: "reset", view: 0, field: "nothing" });
  assert.equal(await page.evaluate(() => server.violations.length), before);
});

const boxes = (type, values, more = () => "") => values.map((value) => `<label dj-key="${value}"><input type="${type}" name="g" dj-model="g" value="${value}" ${more(value)}></label>`).join("");
const item = (html) => html.replaceAll("</label>", "</label>\n").trim().split("\n");

for (const type of ["radio", "checkbox"]) {
  const value = (...values) => (type === "radio" ? (values[0] ?? "") : values);

  test(`when a chosen ${type} of a dj-model group goes, the server is told what is chosen then`, async () => {
    const page = await browser.open(`<form><div dj="0*">${boxes(type, ["a", "b", "c"])}</div></form>`);
    await page.check("[value=b]");
    await accept(page);
    await push(page, [0, [[0, 2], []]]);
    assert.deepEqual(await told(page), [["g", value()]]);
    await accept(page);
    await push(page, [0, [[0, ...item(boxes(type, ["d"])), 1], []]]);
    await page.check("[value=a]");
    await accept(page);
    await push(page, [0, [[0, 2], []]]);
    assert.deepEqual(await told(page), [], "of one that isn't chosen nothing is told");
  });

  test(`a ${type} that is made another one, or goes with its whole group: only the former is told`, async () => {
    const page = await browser.open(`<form><div dj="0["><input type="${type}" name="g" dj-model="g" value="a" dj="1@value"><input type="${type}" name="g" dj-model="g" value="b" dj="2@value"></div></form>`);
    await page.check("[value=a]");
    await accept(page);
    await push(page, [1, "z"]);
    assert.deepEqual(await told(page), [["g", value()]]);
    assert.ok(!(await page.isChecked("[value=z]")));
    await page.check("[value=b]");
    await accept(page);
    await push(page, [0, "gone"]);
    assert.deepEqual(await told(page), []);
  });
}

test("what only the server has checked goes without a word", async () => {
  const page = await browser.open(`<form><div dj="0*">${boxes("checkbox", ["a", "b"], () => "checked")}</div></form>`);
  await push(page, [0, [[1], []]]);
  assert.deepEqual(await told(page), []);
});
