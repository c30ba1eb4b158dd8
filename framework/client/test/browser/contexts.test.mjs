/**
 * A page that was patched is what a fresh page with the same values is: in each context that HTML
 * has rules of its own for, and under the policies that a page may have.
 */
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { Browser } from "./browser.mjs";

let browser;
before(async () => (browser = await Browser.start()));
after(() => browser.close());

const push = (page, frame) => page.evaluate((frame) => server.push(frame), frame);

/** `html` with what each place holds: `fresh({0: "x"})` is the page with `x` in place 0. */
const cases = {
  "a query in a raw attribute": [(x) => `<a dj="0@href" href="${x}">a</a>`, "?a=1", ["?a=1&section=2&copy=3&amp;b=4&lt;", "?x&notin;y&not=z&#10;&#x41;"]],
  "an attribute with quotes and line breaks": [(x) => `<a dj="0@title" title='${x}'>a</a>`, "a", [`say "hi" &amp; &quot;bye&quot;`, "a\r\nb\rc&#13;d", "\0x"]],
  "attributes of SVG in one place": [(x) => `<svg dj="0@" ${x}><a></a></svg>`, "", [[`viewBox="0 0 2 2" preserveAspectRatio=none`], [`viewbox="0 0 3 3"`, "preserveAspectRatio"], ["", "viewbox"]]],
  "attributes inside of SVG": [(x) => `<svg><linearGradient dj="0@" ${x}></linearGradient></svg>`, "", [[`gradientUnits=userSpaceOnUse xlink:href="#a" title='&copy=1'`], [`xlink:href="#b"`, "gradientUnits", "title"], ["", "xlink:href"]]],
  "an attribute of SVG": [(x) => `<svg><use dj="0@xlink:href" xlink:href="${x}"/></svg>`, "#a", ["#b", "#c&amp;d"]],
  "an attribute of SVG in lower case": [(x) => `<svg dj="0@viewbox" viewbox="${x}"/></svg>`, "0 0 1 1", ["0 0 2 2"]],
  "an attribute of MathML": [(x) => `<math><mi dj="0@definitionurl" definitionurl="${x}">x</mi></math>`, "a", ["b"]],
  "raw HTML in a textarea": [(x) => `<textarea dj="0">\n${x}</textarea>`, "a", ["<b>bold</b> &amp; x", "\nb", "\n\n<i>", "a\r\nb"]],
  "raw HTML in a title": [(x) => `<svg><title dj="0">${x}</title></svg><title dj="1">y</title>`, "a", ["<b>b</b> &amp; c"]],
  "a line break at the start of a branch in a pre": [(x) => `<pre dj="0[">${x}</pre>`, "a", ["\nb", "\r\nc", "\n\nd", "\n<b>e</b>\n"]],
  "a line break at the start of a text in a pre": [(x) => `<pre dj="0">\n${x}</pre>`, "a", ["\nb", "\n\nc", "d", "\n<b>e</b>"]],
  "a line break in a pre after something": [(x) => `<pre>a<!--d0[-->${x}<!--/--></pre>`, "a", ["\nb", "\n"]],
  "a line break at the start of a listing": [(x) => `<listing dj="0">${x}</listing>`, "a", ["\nb", "\n\nc"]],
  "carriage returns and nulls": [(x) => `<p dj="0">${x}</p>`, "a", ["a\r\nb\rc", "a&#13;b", "a\0b", "\r"]],
  "references without semicolons": [(x) => `<p dj="0">${x}</p>`, "a", ["&copy=1 &section &notit; &amp", "&#128; &#0; &#x1F980;"]],
  "SVG in SVG": [(x) => `<svg><g dj="0[">${x}</g></svg>`, "", [`<circle r=1 /><foreignObject><p>x<br></p></foreignObject><text>a &amp; b</text>`, `<a xlink:href="#x"><title><b>x</b></title></a>`]],
  "HTML in a foreignObject": [(x) => `<svg><foreignObject dj="0[">${x}</foreignObject></svg>`, "", [`<p>a<p>b<svg><g/></svg>`, `<div><circle/></div>`]],
  "HTML in the desc of SVG": [(x) => `<svg><desc dj="0">${x}</desc></svg>`, "", [`<b>a</b>`]],
  "MathML": [(x) => `<math><mrow dj="0[">${x}</mrow></math>`, "", [`<mi>x</mi><mo>=</mo><mtext><b>b</b></mtext>`]],
  "HTML in annotations": [(x) => `<math><annotation-xml encoding="text/html" dj="0">${x}</annotation-xml></math>`, "", [`<p>a<p>b`]],
  "options": [(x) => `<select><!--d0[-->${x}<!--/--></select>`, "", [`<option>a<option selected>b</option><optgroup label=x><option>c</option></optgroup>`, `<hr><option>d</option>`]],
  "cells": [(x) => `<table><tbody><tr dj="0[">${x}</tr></tbody></table>`, "", [`<td>a<td>b`, `<th>c</th>`]],
  "rows": [(x) => `<table><tbody dj="0[">${x}</tbody></table>`, "", [`<tr><td>a`, `<tr><td>a<tr><td>b`]],
  "columns": [(x) => `<table><colgroup dj="0[">${x}</colgroup></table>`, "", [`<col span=2><col>`]],
  "a caption": [(x) => `<table><caption dj="0">${x}</caption></table>`, "", [`<b>a</b>`]],
  "rows outside of a table": [(x) => `<div dj="0">${x}</div>`, "", [`<tr><td>a</td></tr>`, `<option>a</option>`, `<body class=x><p>a`]],
  "a query in new HTML": [(x) => `<p dj="0[">${x}</p>`, "", [`<a href="?a=1&section=2&copy=3&amp;b=4&lt;">x</a>`, `<i title="&notit;&amp;&not;">&section</i>`]],
  "a template in raw HTML": [(x) => `<div dj="0">${x}</div>`, "", [`<template><tr><td>x</td></tr></template>`, `<template><tr><td>y</td></tr><b>z</b></template>`]],
  "attributes with names that scripts may not set": [(x) => `<p dj="0@" ${x}>a</p>`, "", [[`x-on:click.prevent=a xml:lang=de :b=c @d=e`], [`x-on:click.prevent=b (f)=g`, "xml:lang", ":b", "@d"]]],
  "duplicate attributes": [(x) => `<p dj="0@" ${x}>a</p>`, "", [[`title=a title=b lang=x`], [`lang=y lang=z`, "title"]]],
  "text without scripts": [(x) => `<div dj="0">${x}</div>`, "", [`<noscript><p>a &amp; b</p></noscript>`]],
};

for (const [name, [fresh, first, values]] of Object.entries(cases)) {
  test(`${name}: patched and merged as on a fresh page`, async () => {
    const text = (value) => (Array.isArray(value) ? value[0] : value);
    for (const merged of [false, true]) {
      const page = await browser.open(fresh(text(first)));
      for (const value of values) {
        // The document's own parser makes the fresh page, as scripts and contexts count for it.
        const path = `/page${browser.pages.size}`;
        browser.pages.set(path, () => `<!doctype html><body><div id="fresh">${fresh(text(value))}</div>`);
        await page.evaluate(([frame, html, merged]) => (merged ? server.joinWhole(html) : server.push(frame)), [[0, value], fresh(text(value)), merged]);
        const wrong = await page.evaluate(async (path) => {
          const frame = document.createElement("iframe");
          frame.src = path;
          const loaded = new Promise((resolve) => (frame.onload = resolve));
          document.documentElement.append(frame);
          await loaded;
          const [shown, expected] = [document.querySelector("[dj-view]"), frame.contentDocument.getElementById("fresh")].map(exact);
          frame.remove();
          return shown === expected ? null : { shown, expected };
          /** All that a parser makes, white space too. */
          function exact(node) {
            const content = (list) => [...list].map(exact).join("");
            if (node.nodeType !== 1) return node.data === "" ? "" : `${node.nodeName}(${JSON.stringify(node.data)})`;
            const attributes = [...node.attributes].filter(({ name }) => !/^(dj-|id$|class$)/.test(name)).map((a) => `${a.namespaceURI} ${a.name}=${JSON.stringify(a.value)}`);
            return `<${node.namespaceURI.slice(-4)} ${node.nodeName} ${node.parentNode && attributes.sort()}>${content(node.childNodes)}${node.content ? content(node.content.childNodes) : ""}</>`;
          }
        }, path);
        assert.equal(wrong?.shown, wrong?.expected, `${name}, ${merged ? "merged" : "patched"}: ${JSON.stringify(value)}`);
      }
      assert.deepEqual(page.problems, []);
      await page.close();
    }
  });
}

const TRUSTED = "require-trusted-types-for 'script'; trusted-types djust";

test("under trusted types everything works, by a policy of ours", async () => {
  const html = (n) => `<p dj="0">${n}</p><div dj="1["><b onclick="a${n}()">x</b></div><a dj="2@href" href="?">a</a><svg dj="3@"></svg><ul dj="4*"><li>1</li></ul>`;
  const page = await browser.open(html(1), { policy: TRUSTED });
  await push(page, [0, "a &amp; b", 1, "<i>new</i>", 2, "?a&amp;b", 3, ["viewBox='0 0 1 1'"], 4, [[0, "<li>2</li>"], []]]);
  assert.equal(await page.textContent("p"), "a & b");
  assert.equal(await page.innerHTML("div[dj='1[']"), "<i>new</i>");
  await page.evaluate((html) => server.joinWhole(html), html(2));
  await page.evaluate((html) => server.joinWhole(html), html(3));
  assert.equal(await page.getAttribute("b", "onclick"), "a3()");
  assert.equal(await page.evaluate(() => document.querySelector("[dj-view]").className), "dj-connected");
  assert.deepEqual(page.problems.filter((problem) => !problem.includes("inline event handler")), []);
});

test("where trusted types leave us no policy, the console says so once and nothing is tried again and again", async () => {
  const path = `/page${browser.pages.size}`;
  await assert.rejects(browser.open(`<p dj="0">x</p>`, { joined: false, policy: TRUSTED.replace("djust", "other"), limit: 2000 }), /Timeout/);
  const page = browser.context.pages().find((page) => page.url().endsWith(path));
  assert.equal(page.problems.filter((problem) => problem.startsWith("djust:")).length, 1);
  assert.match(page.problems.find((problem) => problem.startsWith("djust:")), /trusted-types djust/);
  assert.equal(await page.evaluate(() => server.sockets.length), 0);
});

test("under trusted types a refused token is renewed", async () => {
  const page = await browser.open(`x`, { joined: false, policy: TRUSTED });
  await page.evaluate(() => {
    server.open();
    document.querySelector("[dj-view]").setAttribute("dj-token", "old");
    server.push({ type: "refused", view: 0, reason: "token", message: "expired" });
  });
  await page.waitForFunction(() => server.sent.length === 2 && server.last("join").token === "token");
  assert.deepEqual(page.problems, []);
});

test("without the need for trusted types, names for others do no harm", async () => {
  const page = await browser.open(`<p dj="0">x</p>`, { policy: "trusted-types other" });
  await push(page, [0, "<b>y</b>"]);
  assert.equal(await page.innerHTML("p"), "<b>y</b>");
});
