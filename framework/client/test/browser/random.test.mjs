/**
 * Random patches of the template with all constructs, made by the Rust renderer: after each one
 * the page must show what a fresh rendering shows.
 */
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { after, before, test } from "node:test";
import { Browser } from "./browser.mjs";

let browser;
before(async () => (browser = await Browser.start()));
after(() => browser.close());

/** The walks from the file `RANDOM_PATCHES`, else from the program that makes them. */
function walks() {
  const file = process.env.RANDOM_PATCHES;
  if (file) return JSON.parse(readFileSync(file, "utf8"));
  const root = new URL("../../../../", import.meta.url);
  if (!existsSync(new URL("Cargo.toml", root))) throw new Error("no workspace around the client: set RANDOM_PATCHES to a file with walks");
  const output = execFileSync("cargo", ["run", "--quiet", "-p", "djust-tests", "--bin", "random_patches"], {
    cwd: root,
    maxBuffer: 1 << 30,
  });
  return JSON.parse(output);
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
