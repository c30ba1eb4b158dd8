/**
 * Random walks over a page of fields, against a model of who owns each one. The server is played
 * here: it handles frames late, accepts, refuses or fails, pushes, resets, and forgets everything
 * when the page joins again. Each field always shows what the model says, and in the end page and
 * server agree on all `dj-model` fields.
 */
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, before, test } from "node:test";
import { Browser } from "./browser.mjs";

let browser;
before(async () => (browser = await Browser.start()));
after(() => browser.close());

const WALK = readFileSync(new URL("./walk.js", import.meta.url), "utf8");
const WALKS = +(process.env.WALKS ?? 40);
const FIRST = +(process.env.SEED ?? 1);

test("each field shows what the model of ownership says, and page and server agree in the end", async () => {
  const seen = {};
  for (let seed = FIRST; seed < FIRST + WALKS; seed++) {
    const page = await browser.open("");
    const { wrong, counts } = await page.evaluate(`${WALK};walk(${seed}, 300)`);
    assert.equal(wrong, null, `walk ${seed}: ${JSON.stringify(wrong, null, 1)}`);
    assert.deepEqual(page.problems.filter((text) => !text.endsWith(": panic")), [], `walk ${seed}`);
    for (const [name, count] of Object.entries(counts)) seen[name] = (seen[name] ?? 0) + count;
    await page.close();
  }
  for (const [name, count] of Object.entries(seen)) assert.ok(count >= WALKS, `only ${count} times ${name}`);
});
