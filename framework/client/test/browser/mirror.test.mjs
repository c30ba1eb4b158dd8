/**
 * What scripts, extensions and people have put into a page stays, whatever the server writes, and
 * what the server writes finds its place among it.
 */
import assert from "node:assert/strict";
import { after, afterEach, before, test } from "node:test";
import { Browser } from "./browser.mjs";

let browser;
const pages = [];
before(async () => (browser = await Browser.start()));
after(() => browser.close());
afterEach(() => {
  for (const { problems } of pages.splice(0)) assert.deepEqual(problems.filter((problem) => !problem.includes("inline style")), []);
});

const push = (page, frame) => page.evaluate((frame) => server.push(frame), frame);
const rejoin = (page, html) => page.evaluate((html) => server.joinWhole(html), html);
const root = (page) => page.evaluate(() => document.querySelector("[dj-view]").innerHTML);

async function open(html, options) {
  const page = await browser.open(html, options);
  pages.push(page);
  return page;
}

test("a modal dialog stays open and modal at a rejoin, and when something around it is patched", async () => {
  const html = (text) => `<p dj="0">${text}</p><dialog id="d"><b dj="1">${text}</b></dialog><!--d2[--><!--/-->`;
  const page = await open(html("one"));
  await page.evaluate(() => document.getElementById("d").showModal());
  const isModal = () => page.evaluate(() => document.getElementById("d").matches(":modal") && document.getElementById("d").open);
  await push(page, [0, "two", 1, "two", 2, "<p>new</p>"]);
  assert.ok(await isModal());
  await rejoin(page, `<h1>new</h1>${html("three")}`);
  assert.ok(await isModal());
  assert.equal(await page.textContent("#d"), "three");
});

test("details, scripts' classes and attributes, an editable text and a resized field survive a rejoin and patches around them", async () => {
  const html = (n) =>
    `<p dj="0">${n}</p><details id="a"><summary>s</summary>x</details><p id="b" class="row c${n}" dj="1@class">b</p><p id="c" contenteditable>text</p>` +
    `<textarea id="d">x</textarea><my-element id="e"></my-element><div id="f"><i dj="2">${n}</i></div>`;
  const page = await open(html(1));
  await page.evaluate(() => {
    const $ = (id) => document.getElementById(id);
    $("a").open = true;
    $("b").classList.add("selected");
    $("b").dataset.menu = "1";
    $("c").textContent = "edited";
    $("d").style.width = "300px";
    customElements.define("my-element", class extends HTMLElement {
      connectedCallback() {
        this.innerHTML = "<b>own</b>";
      }
    });
    $("f").prepend(document.createElement("extension-node"));
    $("f").append("text of others", document.createComment("and a comment"));
  });
  const check = async (n) => {
    const state = await page.evaluate(() => {
      const $ = (id) => document.getElementById(id);
      return [$("a").open, $("b").className, $("b").dataset.menu, $("c").textContent, $("d").style.width, $("e").innerHTML, $("f").innerHTML];
    });
    assert.deepEqual(state, [true, `row c${n} selected`, "1", "edited", "300px", "<b>own</b>", `<extension-node></extension-node><i dj="2">${n}</i>text of others<!--and a comment-->`]);
  };
  await push(page, [0, "2", 1, "row c2", 2, "2"]);
  await check(2);
  await rejoin(page, html(3));
  await check(3);
  await push(page, [0, "4", 1, "row c4", 2, "4"]);
  await check(4);
});

test("where the server's HTML is the same, a rejoin changes nothing", async () => {
  const html = `<ul dj="0*"><li>1</li><li>2</li></ul><form><input name="q" value="a"><select><option>x<option selected>y</select></form><svg viewBox="0 0 1 1"><use xlink:href="#a"/></svg><pre>\n\nx</pre>`;
  const page = await open(html);
  const records = await page.evaluate((html) => {
    const root = document.querySelector("[dj-view]");
    const observer = new MutationObserver(() => {});
    observer.observe(root, { subtree: true, childList: true, characterData: true, attributes: true, attributeFilter: ["dj", "value", "class", "name", "viewBox"] });
    server.joinWhole(html);
    return observer.takeRecords().filter(({ target }) => target !== root).length;
  }, html);
  assert.equal(records, 0);
});

test("indices of a list count the server's items only", async () => {
  const row = (i) => `<li>${i}</li>`;
  const page = await open(`<ul dj="0*">${[1, 2, 3].map(row).join("")}</ul>`);
  await page.evaluate(() => {
    const list = document.querySelector("ul");
    list.prepend(Object.assign(document.createElement("li"), { className: "foreign", textContent: "ad" }));
    list.children[2].before("text", document.createComment("i"), document.createComment("d0*"));
  });
  await push(page, [0, [[0, 2], []]]);
  assert.deepEqual(await page.$$eval("li:not(.foreign)", (all) => all.map((li) => li.textContent)), ["1", "3"]);
  await push(page, [0, [[row("first"), 1, 0, row("last")], []]]);
  assert.deepEqual(await page.$$eval("li:not(.foreign)", (all) => all.map((li) => li.textContent)), ["first", "3", "1", "last"]);
  assert.equal(await page.$$eval(".foreign", (all) => all.length), 1);
});

test("foreign nodes in a region's root, in blocks and between items stay beside their neighbours", async () => {
  const page = await open(`<p dj="0">x</p><!--d1[--><b>a</b><!--/--><!--d2*--><!--i-->1 <i>x</i><!--i-->2<!--/-->`);
  await page.evaluate(() => {
    const foreign = () => document.createElement("x-f");
    document.querySelector("[dj-view]").prepend(foreign());
    document.querySelector("b").after(foreign());
    document.querySelector("i").after(foreign(), document.createComment("/"), document.createComment("i"));
  });
  await push(page, [0, "y", 1, "<u>b</u>", 2, [[1, "<!--i-->3"], []]]);
  assert.equal(await root(page), `<x-f></x-f><p dj="0">y</p><!--d1[--><x-f></x-f><u>b</u><!--/--><!--d2*--><x-f></x-f><!--/--><!--i--><!--i-->2<!--i-->3<!--/-->`);
});

test("a rejoin with rows more and less keeps the others' elements and what scripts did to them", async () => {
  const rows = (...ids) => `<ul dj="0*">${ids.map((id) => `<li dj="0">${id}</li>`).join("")}</ul>`;
  const page = await open(rows("a", "b", "c"));
  await page.evaluate(() => [...document.querySelectorAll("li")].forEach((li) => (li.mark = li.textContent)));
  await rejoin(page, rows("new", "c", "a", "other"));
  assert.deepEqual(await page.$$eval("li", (all) => all.map((li) => li.mark ?? null)), ["b", "c", "a", null]);
  assert.deepEqual(await page.$$eval("li", (all) => all.map((li) => li.textContent)), ["new", "c", "a", "other"]);
});

test("with keys, a rejoin never takes one record's row for another's", async () => {
  const rows = (...ids) => `<ul dj="0*">${ids.map((id) => `<li dj="0" dj-key="${id}"><details><summary>${id}</summary></details></li>`).join("")}</ul>`;
  const page = await open(rows(1, 2, 3));
  await page.evaluate(() => (document.querySelectorAll("details")[1].open = true));
  await rejoin(page, rows(4, 3, 2));
  assert.deepEqual(await page.$$eval("details", (all) => all.map((each) => [each.textContent, each.open])), [["4", false], ["3", false], ["2", true]]);
});

test("nodes that scripts took away or elsewhere don't fail a patch", async () => {
  const page = await open(`<p dj="0">x</p><ul dj="1*"><li dj="0">1</li><li dj="0">2</li><li dj="0">3</li></ul><div><!--d2[--><b dj="3@title">x</b><!--/--></div><p id="last" dj="4">x</p>`);
  await page.evaluate(() => {
    document.querySelector("p").remove();
    document.querySelectorAll("li")[1].remove();
    document.body.append(document.querySelectorAll("li")[0]);
    document.querySelector("div div").replaceChildren();
  });
  await push(page, [0, "y", 1, [["<li dj='0'>0</li>", 2, 1, 0], [0, [0, "zero"], 1, [0, "three"]]], 2, "<i dj='3@title'></i>", 3, "z", 4, "end"]);
  assert.equal(await page.textContent("#last"), "end");
  assert.deepEqual(await page.$$eval("ul li", (all) => all.map((li) => li.textContent).slice(0, 2)), ["zero", "three"]);
  await rejoin(page, `<p id="last" dj="4">again</p>`);
  assert.equal(await page.textContent("#last"), "again");
});

test("a text that a translation has replaced is written again", async () => {
  const page = await open(`<p dj="0">one</p><p>a <!--d1-->two<!--/--> b</p>`);
  await page.evaluate(() => {
    for (const node of [document.querySelector("p").firstChild, document.querySelectorAll("p")[1].childNodes[2]]) {
      const font = document.createElement("font");
      font.innerHTML = "<font>eins</font>";
      node.replaceWith(font);
    }
  });
  await push(page, [0, "three", 1, "four"]);
  assert.deepEqual(await page.$$eval("p", (all) => all.map((p) => p.textContent)), ["three", "a four b"]);
});

test("a focused text field becomes a number field, in a patch and in a rejoin", async () => {
  const html = (type) => `<input id="a" type="${type}" dj="0@type"><p dj="1">x</p>`;
  const page = await open(html("text"));
  const caret = async () => {
    await page.fill("#a", "12");
    await page.evaluate(() => document.getElementById("a").setSelectionRange(1, 2));
  };
  await caret();
  await push(page, [0, "number", 1, "y"]);
  assert.equal(await page.textContent("p"), "y");
  assert.equal(await page.evaluate(() => document.activeElement.id), "a");
  await push(page, [0, "text"]);
  await caret();
  await rejoin(page, html("email"));
  assert.equal(await page.getAttribute("#a", "type"), "email");
});

const NAMES =
  "attributes parentNode elements children childNodes id name closest matches getAttribute setAttribute removeAttribute hasAttribute nodeType nodeName localName namespaceURI querySelector querySelectorAll firstChild nextSibling lastChild value isConnected insertBefore moveBefore remove replaceWith contains cloneNode outerHTML innerHTML style classList setAttributeNS getAttributeNode getAttributeNames scrollTo focus selectionStart ownerDocument length method action submit reset";

test("a form field may have any name", async () => {
  const fields = NAMES.split(" ").map((name) => `<input name="${name}" value="x">`).join("");
  const form = (n, more = "") => `<form id="f" class="c${n}" title="t${n}" style="width: ${n}px" dj="0@class 1@ 4@style"><b dj="2">${n}</b>${fields}<ul dj="3*"><li dj-key="a">a</li><li dj-key="b">b</li></ul>${more}</form>`;
  const page = await open(form(1));
  await page.evaluate(() => (Element.prototype.setAttribute.call(document.forms[0], "data-mine", "1"), Element.prototype.scrollTo.call(document.forms[0], 0, 1)));
  await push(page, [0, "c2", 1, ["title=t2 hidden"], 2, "2", 3, [[1, 0, "<li>c</li>"], []], 4, "width: 2px"]);
  await push(page, [1, ["title=t2", "hidden"], 2, "a &amp; b"]);
  await rejoin(page, `<p>${form(3, "<form></form>")}`);
  const shown = await page.evaluate(() => {
    const form = document.querySelector("#f");
    const get = (name) => Element.prototype.getAttribute.call(form, name);
    return [get("class"), get("title"), get("data-mine"), document.querySelector("b").textContent, form instanceof HTMLFormElement];
  });
  assert.deepEqual(shown, ["c3", "t3", "1", "3", true]);
  assert.equal(await page.evaluate(() => document.querySelectorAll("form").length), 1);
  await push(page, [3, [[1], []]]);
  assert.equal(await page.textContent("ul"), "b");
});

test("forms whose names hide the document's own properties do no harm", async () => {
  const names = "createElement activeElement body getElementById importNode querySelectorAll";
  const page = await open(`<div dj="0"></div><p dj="1">x</p>${names.split(" ").map((name) => `<form name="${name}"></form>`).join("")}<button id="b" autofocus>b</button>`);
  await page.evaluate(() => HTMLElement.prototype.focus.call(document.all.b));
  await push(page, [0, "<i>new</i>", 1, "a &amp; b"]);
  assert.equal(await page.innerHTML("div[dj='0']"), "<i>new</i>");
  assert.equal(await page.innerHTML("p"), "a &amp; b");
});

test("an iframe and a dialog in a row that moves are not taken out of the page", async () => {
  const row = (i) => `<li dj="0">${i}</li>`;
  const page = await open(`<ul dj="0*">${row(1)}${row(2)}<li dj="1[" id="r"><iframe src="/frame"></iframe></li></ul><!--d2*--><!--i-->a <i>1</i><!--i-->b <dialog>x</dialog><!--/-->`);
  await page.evaluate(() => document.querySelector("dialog").showModal());
  await page.evaluate(() => (document.querySelector("iframe").contentWindow.mark = 1));
  await push(page, [0, [[2, 0, 1], []], 2, [[1, 0], []]]);
  assert.equal(await page.evaluate(() => document.querySelector("ul").firstElementChild.id), "r");
  assert.equal(await page.evaluate(() => document.querySelector("iframe").contentWindow.mark), 1);
  assert.ok(await page.evaluate(() => document.querySelector("dialog").matches(":modal")));
  await rejoin(page, `<ul dj="0*">${row(1)}${row(2)}<li dj="1[" id="r"><iframe src="/frame"></iframe></li></ul>`);
  assert.equal(await page.evaluate(() => document.querySelector("iframe").contentWindow.mark), 1);
});

test("a dialog or details that its person closed opens when the server opens it again, and only then", async () => {
  const page = await open(`<dialog id="a" open dj="0@">x</dialog><details id="b" open dj="1@">x</details><p dj="2">x</p>`);
  const state = () => page.evaluate(() => [document.getElementById("a").open, document.getElementById("b").open]);
  await page.evaluate(() => {
    document.getElementById("a").close();
    document.getElementById("b").open = false;
  });
  await push(page, [2, "y"]);
  assert.deepEqual(await state(), [false, false]);
  await rejoin(page, `<dialog id="a" open dj="0@">x</dialog><details id="b" open dj="1@">x</details><p dj="2">z</p>`);
  assert.deepEqual(await state(), [false, false]);
  await push(page, [0, ["", "open"], 1, ["", "open"]]);
  await push(page, [0, ["open"], 1, ["open"]]);
  assert.deepEqual(await state(), [true, true]);
  await page.evaluate(() => document.getElementById("a").close());
  await push(page, [0, ["open"]]);
  assert.deepEqual(await state(), [true, true]);
});

test("a modal dialog that the server closes gives the page free", async () => {
  const page = await open(`<dialog dj="0@" open><button id="in">x</button></dialog><button id="out">y</button>`);
  await page.evaluate(() => {
    const dialog = document.querySelector("dialog");
    dialog.close();
    dialog.showModal();
  });
  await push(page, [0, ["", "open"]]);
  await page.click("#out", { timeout: 5000 });
  assert.ok(!(await page.evaluate(() => document.querySelector("dialog").matches(":modal"))));
});

test("muted follows its attribute", async () => {
  const page = await open(`<video dj="0@"></video>`);
  const muted = () => page.evaluate(() => document.querySelector("video").muted);
  await push(page, [0, ["muted"]]);
  assert.ok(await muted());
  await push(page, [0, ["", "muted"]]);
  assert.ok(!(await muted()));
});

test("autofocus in new HTML is obeyed once", async () => {
  const form = (n) => `<input id="old"><div dj="0["></div><p dj="1">${n}</p>`;
  const field = `<input id="new" autofocus>`;
  const page = await open(form(1));
  const focused = () => page.evaluate(() => document.activeElement.id);
  await push(page, [0, field]);
  assert.equal(await focused(), "new");
  await page.focus("#old");
  await push(page, [1, "2"]);
  await rejoin(page, form(3).replace("></div>", `>${field}</div>`));
  assert.equal(await focused(), "old");
  await rejoin(page, form(3));
  await rejoin(page, form(3).replace("></div>", `>${field}</div>`));
  assert.equal(await focused(), "new");
});

test("autofocus of what isn't shown leaves the focus where it is", async () => {
  const page = await open(`<div dj="0["><button id="old" name="b">x</button></div>`);
  await page.focus("#old");
  await push(page, [0, `<button id="old" name="b">y</button><dialog><input autofocus></dialog>`]);
  assert.equal(await page.evaluate(() => document.activeElement.textContent), "y");
});

test("what the first join finds different is merged", async () => {
  const row = (i) => `<li dj="0">${i}</li>`;
  const page = await open(`<ul dj="0*">${row(1)}${row(2)}</ul><!--d1[--><details><summary>s</summary></details><!--/-->`, { joined: false });
  await page.evaluate(() => {
    document.querySelector("details").open = true;
    document.querySelector("ul").append(document.createElement("x-f"));
    for (const li of document.querySelectorAll("li")) li.mark = li.textContent;
  });
  await page.evaluate((html) => (server.open(), server.join([0, html, 1, "<p dj='2'>new</p><details><summary>s</summary></details>", 2, "p"])), row(3) + row(1) + row(2));
  assert.ok(await page.evaluate(() => document.querySelector("details").open));
  assert.equal(await page.textContent("p"), "p");
  await push(page, [0, [[[0, 2]], [1, [0, "one"]]]]);
  assert.deepEqual(await page.$$eval("li", (all) => all.map((li) => [li.textContent, li.mark ?? null])), [["3", null], ["one", "1"]]);
});

test("raw HTML that is written again keeps what is the same in it", async () => {
  const html = (text) => `<p>${text}</p><details><summary>s</summary>x</details><p>a <input name="q" value=""></p>`;
  const page = await open(`<div dj="0">${html("one")}</div>`);
  await page.evaluate(() => (document.querySelector("details").open = true));
  await page.fill("[name=q]", "typed");
  await push(page, [0, html("two")]);
  await push(page, [0, `<h2>new</h2>${html("three")}`]);
  assert.ok(await page.evaluate(() => document.querySelector("details").open));
  assert.equal(await page.inputValue("[name=q]"), "typed");
  assert.equal(await page.textContent("div[dj='0'] p"), "three");
});

test("fields of another branch are other fields", async () => {
  const step = (n) => `<input id="a" dj-field="${n}" name="answer" value="server ${n}">`;
  const page = await open(`<div dj="0[">${step(1)}</div>`);
  await page.fill("[name=answer]", "typed");
  await push(page, [0, step(2)]);
  assert.equal(await page.inputValue("[name=answer]"), "server 2");
});

test("styles that scripts set stay when the server writes its own", async () => {
  const page = await open(`<p id="p" style="width: 50px" dj="0@style">x</p>`);
  const style = () => page.evaluate(() => document.getElementById("p").style.cssText);
  await page.evaluate(() => (document.getElementById("p").style.display = "flex"));
  await push(page, [0, "height: 1px"]);
  assert.equal(await style(), "display: flex; height: 1px;");
  await push(page, [0, "margin: var(--x)"]);
  assert.equal(await style(), "display: flex; margin: var(--x);");
});

test("what a person edits in place stays theirs, whatever the server changes in it, until it is given back", async () => {
  const html = (n) =>
    `<div id="a" contenteditable="true" class="c${n}" dj="0@class"><p dj="1">one ${n}</p><ul dj="2*"><li dj="0">x${n}</li></ul><!--d3[--><b>b${n}</b><!--/--></div>` +
    `<div id="b" contenteditable><i dj="4">x${n}</i></div>`;
  const page = await open(html(1));
  const texts = () => page.evaluate(() => ["a", "b"].map((id) => document.getElementById(id).innerHTML.replace(/ dj="[^"]*"/g, "")));
  await page.click("#a p");
  await page.press("#a", "Home");
  await page.keyboard.type("my ");
  const [mine] = await texts();
  assert.match(mine, /my one 1/);
  await push(page, [0, "c2", 1, "one 2", 2, [[`<li dj="0">new</li>`, 0], [1, [0, "x2"]]], 3, `<b>b2</b>`, 4, "x2"]);
  assert.deepEqual(await texts(), [mine, "<i>x2</i>"], "what nobody edits is the server's");
  assert.equal(await page.getAttribute("#a", "class"), "c2");
  await page.keyboard.type("own ");
  assert.match((await texts())[0], /my own one 1/, "and the caret is where it was");
  await push(page, [1, "one 3", 2, [[1], []]]);
  await rejoin(page, html(4));
  assert.match((await texts())[0], /my own one 1/, "a rejoin leaves it, too");
  await push(page, [1, "one 5", 2, [0, [0, [0, "x5"]]]]);
  await push(page, { type: "reset", view: 0, field: "a" });
  assert.deepEqual(await texts(), ["<p>one 5</p><ul><li>x5</li></ul><!--d3[--><b>b4</b><!--/-->", "<i>x4</i>"]);
  await push(page, [1, "one 6", 3, `<b>b6</b>`]);
  assert.equal((await texts())[0], "<p>one 6</p><ul><li>x5</li></ul><!--d3[--><b>b6</b><!--/-->", "given back, it is the server's");
  await page.click("#a p");
  await page.keyboard.type("again");
  await push(page, [1, "one 7"]);
  assert.match((await texts())[0], /again/, "until it is edited again");
});

test("an echo of what a person edits in place doesn't end the edit", async () => {
  const page = await open(`<p contenteditable="plaintext-only" dj="0">a</p>`);
  await page.click("p");
  await page.press("p", "End");
  await page.keyboard.type("b");
  await push(page, [0, "ab"]);
  await push(page, [0, "abx"]);
  assert.equal(await page.textContent("p"), "ab");
});

test("what a custom element that was there first has made of itself stays", async () => {
  const html = (n) => `<my-own><span>${n}</span></my-own><my-list dj="0["><i>${n}</i></my-list>`;
  const page = await open(html(1), {
    init: () => customElements.define("my-own", class extends HTMLElement {
      connectedCallback() {
        this.append(document.createElement("hr"));
      }
    }),
  });
  assert.equal(await page.innerHTML("my-own"), "<hr><span>1</span>");
  await rejoin(page, html(2));
  assert.equal(await page.innerHTML("my-own"), "<hr><span>2</span>");
  await rejoin(page, html(3).replace("<span>3</span>", ""));
  assert.equal(await page.innerHTML("my-own"), "<hr>");
});

test("what the page keeps to itself is left alone, whatever the server writes into it", async () => {
  const html = (n) => `<div dj-update="ignore" id="map" dj="0@title" title="t${n}"><b>${n}</b><!--x--><ul><li>${n}</li></ul></div><p dj="1">${n}</p>`;
  const page = await open(html(1));
  await page.evaluate(() => (document.getElementById("map").innerHTML = "<canvas></canvas>"));
  await push(page, [0, "t2"]);
  await rejoin(page, html(3));
  assert.equal(await page.getAttribute("#map", "title"), "t3");
  await push(page, [0, "t4", 1, "4"]);
  assert.equal(await page.innerHTML("#map"), "<canvas></canvas>");
  assert.equal(await page.getAttribute("#map", "title"), "t4");
  assert.equal(await page.textContent("p"), "4");
});
