import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { Browser } from "./browser.mjs";

let browser;
before(async () => (browser = await Browser.start()));
after(() => browser.close());

test("a click is sent, and a patch of text, attribute and list is applied", async () => {
  const page = await browser.open(
    `<p dj="0">1</p><a href="/x" dj="1@class" class="a" dj-click="add" dj-value-by-how="5">x</a><ul dj="2*"><li dj="0">a</li><li dj="0">b</li></ul><form dj-submit="save"><input name="n" value="1"><button>ok</button></form>`,
  );
  await page.click("a");
  assert.deepEqual(await page.evaluate(() => server.sent), [
    { type: "join", view: 0, token: "token", template: "0123456789abcdef", digests: "AAAAAAAA" },
    { type: "event", view: 0, ref: 1, name: "add", args: { by_how: "5" } },
  ]);
  await page.evaluate(() => server.push([0, "2 &amp; 3", 1, "b", 2, [[1, `<li dj="0">c</li>`, 0], [2, [0, "A"]]]]));
  assert.equal(await page.innerHTML("p"), "2 &amp; 3");
  assert.equal(await page.getAttribute("a", "class"), "b");
  assert.equal(await page.textContent("ul"), "bcA");
  await page.fill("input", "typed");
  await page.click("button");
  assert.deepEqual(await page.evaluate(() => server.last("event").args), { n: "typed" });
  assert.deepEqual(page.problems, []);
});
