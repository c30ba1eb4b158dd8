/**
 * Random patches of the template with all constructs, made by the Rust renderer: after each one
 * the page must show what a fresh rendering shows, and what scripts have put into it must be there.
 */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";
import { Browser } from "./browser.mjs";

let browser;
before(async () => (browser = await Browser.start()));
after(() => browser.close());

/**
 * The walks from the file `RANDOM_PATCHES`, else from the program that makes them. It is built like
 * all Rust tests (`tests/run`), so that nothing is built twice.
 */
function walks() {
  const file = process.env.RANDOM_PATCHES;
  if (file) return JSON.parse(readFileSync(file, "utf8"));
  const root = new URL("../../../../", import.meta.url);
  if (!existsSync(new URL("Cargo.toml", root))) throw new Error("no workspace around the client: set RANDOM_PATCHES to a file with walks");
  const features = "signals/postgres,djust/cli";
  execFileSync("cargo", ["build", "--quiet", "--workspace", "--bins", "--tests", "--features", features], { cwd: root });
  const target = process.env.CARGO_TARGET_DIR ?? fileURLToPath(new URL("target", root));
  return JSON.parse(execFileSync(`${target}/debug/random_patches`, { maxBuffer: 1 << 30 }));
}

test("random patches give what a fresh rendering gives", async () => {
  let patches = 0;
  for (const [number, { html, steps }] of walks().entries()) {
    const page = await browser.open(html);
    const wrong = await page.evaluate(applyAll, steps);
    assert.equal(wrong, null, `walk ${number}: ${JSON.stringify(wrong, null, 1)}`);
    assert.deepEqual(page.problems.filter(unexpected), [], `walk ${number}`);
    patches += steps.length;
    await page.close();
  }
  assert.ok(patches >= 1000, `only ${patches} patches`);
});

test("a merge of a fresh rendering gives what it shows", async () => {
  for (const [number, { html, steps }] of walks().slice(0, 6).entries()) {
    const page = await browser.open(html);
    const wrong = await page.evaluate(mergeAll, steps.filter((_, i) => i % 3 === 0));
    assert.equal(wrong, null, `walk ${number}: ${JSON.stringify(wrong, null, 1)}`);
    await page.close();
  }
});

test("random patches and rejoins among what scripts put into the page give what a fresh rendering gives", async () => {
  for (const [number, { html, steps }] of walks().slice(0, 8).entries()) {
    const page = await browser.open(html);
    const wrong = await page.evaluate(applyAmongOthers, [steps, number + 1]);
    assert.equal(wrong, null, `walk ${number}: ${JSON.stringify(wrong, null, 1)}`);
    assert.deepEqual(page.problems.filter(unexpected), [], `walk ${number}`);
    await page.close();
  }
});

/** The first paint may have a style attribute, which the policy blocks and reports. */
function unexpected(problem) {
  return !problem.includes("inline style");
}

function applyAll(steps) {
  const root = document.querySelector("[dj-view]");
  for (const [number, { patch, html }] of steps.entries()) {
    const before = root.innerHTML;
    server.push(patch);
    const wrong = differs(root, html);
    if (wrong) return { number, patch, ...wrong, before };
  }
  return null;
}

function mergeAll(steps) {
  const root = document.querySelector("[dj-view]");
  for (const [number, { html }] of steps.entries()) {
    server.push({ type: "ended", view: 0, reason: "panic" });
    server.joinWhole(html);
    const wrong = differs(root, html);
    if (wrong) return { number, ...wrong };
  }
  return null;
}

/** Scripts add nodes, classes, attributes and styles all the time; some steps come as rejoins. */
function applyAmongOthers([steps, seed]) {
  const root = document.querySelector("[dj-view]");
  const random = (below) => (seed = (seed * 48271) % 2147483647) % below;
  const nodes = new Map();
  const changed = new Set();
  const foreign = [
    () => document.createElement("x-foreign"),
    () => document.createElement("li"),
    () => document.createTextNode("foreign"),
    () => document.createComment(["d0", "d1[", "d2*", "/", "i", "e"][random(6)]),
  ];

  function disturb() {
    const own = [root, ...root.querySelectorAll("*")].filter((each) => !each.closest("x-foreign,select,textarea,title,[dj-update]") && !nodes.has(each));
    const parent = own[random(own.length)];
    const node = foreign[random(foreign.length)]();
    parent.insertBefore(node, parent.childNodes[random(parent.childNodes.length + 1)] ?? null);
    nodes.set(node, parent);
    const element = own[1 + random(own.length - 1)];
    if (!element) return;
    element.classList.add("foreign");
    element.setAttribute("data-foreign", "");
    element.style.setProperty("--foreign", "1");
    changed.add(element);
  }

  /** What is no longer there although what it was put into is. */
  function lost() {
    for (const [node, parent] of nodes) {
      if (!parent.isConnected) nodes.delete(node);
      else if (node.parentNode !== parent) return `${node.nodeName} in ${parent.nodeName}`;
    }
    for (const element of changed) {
      if (!element.isConnected) changed.delete(element);
      else if (!element.matches(".foreign[data-foreign]") || !element.style.getPropertyValue("--foreign")) return `attributes of ${element.outerHTML.slice(0, 200)}`;
    }
    return null;
  }

  /** Takes what is foreign out of the page, and puts it back. */
  function without(check) {
    const places = [...nodes.keys()].map((node) => {
      const place = [node, node.parentNode, node.nextSibling];
      node.remove();
      return place;
    });
    const attributes = [...changed].map((element) => {
      element.classList.remove("foreign");
      element.style.removeProperty("--foreign");
      element.removeAttribute("data-foreign");
      for (const name of ["class", "style"]) if (!element.getAttribute(name)) element.removeAttribute(name);
      return element;
    });
    const result = check();
    for (const element of attributes) {
      element.classList.add("foreign");
      element.style.setProperty("--foreign", "1");
      element.setAttribute("data-foreign", "");
    }
    for (const [node, parent, next] of places.reverse()) parent.insertBefore(node, next);
    return result;
  }

  for (const [number, { patch, html }] of steps.entries()) {
    disturb();
    const rejoins = random(5) === 0;
    if (rejoins) server.joinWhole(html);
    else server.push(patch);
    const wrong = lost() ?? without(() => differs(root, html));
    if (wrong) return { number, rejoins, patch, wrong };
  }
  return null;
}
