/**
 * The patch fixtures, applied by the built client.
 */
import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { after, before, test } from "node:test";
import { Browser } from "./browser.mjs";

const FIXTURES = new URL("../../../../tests/fixtures/patches/", import.meta.url);

let browser;
before(async () => (browser = await Browser.start()));
after(() => browser.close());

for (const file of readdirSync(FIXTURES)) {
  test(`the patches of ${file} give what they are to give`, async () => {
    for (const { name, html, patch, expected } of JSON.parse(readFileSync(new URL(file, FIXTURES), "utf8"))) {
      const page = await browser.open(html);
      await page.evaluate((patch) => server.push(patch), patch);
      const wrong = await page.evaluate((html) => differs(document.querySelector("[dj-view]"), html), expected);
      assert.equal(wrong, null, `${name}: ${JSON.stringify(wrong)}`);
      assert.deepEqual(page.problems, [], name);
      await page.close();
    }
  });
}
