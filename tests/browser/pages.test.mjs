// What holds for every page.

import assert from "node:assert/strict";
import { once } from "node:events";
import { test } from "node:test";
import { PHONE, connected } from "./browser.mjs";
import { launch } from "./gallery.mjs";
import { lowContrast, unnamedControls } from "./looks.mjs";
import { EXAMPLES, suite } from "./suite.mjs";

const site = suite();
const LIVE = EXAMPLES.map((example) => `/${example}`);
const PAGES = ["/", ...LIVE, ...EXAMPLES.map((example) => `/source/${example}.rs`)];

/** Opens each page in turn, waits until it is live if it is, and closes it. */
async function onEachPage(look, options) {
  for (const path of PAGES) {
    const page = await site.open(path, options);
    if (LIVE.includes(path)) await connected(page);
    await look(page, path);
    await page.context().close();
  }
}

test("every page is sent with a policy that allows nothing inline and nothing from elsewhere", async () => {
  for (const path of [...PAGES, "/missing", "/static/gallery.css"]) {
    const response = await fetch(site.gallery.url(path));
    assert.equal(response.headers.get("content-security-policy"), "default-src 'self'", path);
    assert.equal(response.headers.get("x-content-type-options"), "nosniff", path);
  }
});

test("no page loads anything from elsewhere or complains to the console, and every control has a name", async () => {
  await onEachPage(async (page, path) => {
    const foreign = page.requested.filter((url) => !url.startsWith(site.gallery.origin));
    assert.deepEqual(foreign, [], path);
    assert.deepEqual(page.complaints, [], path);
    assert.deepEqual(await page.evaluate(unnamedControls), [], path);
  });
});

test("the favicon is a picture that every page names", async () => {
  for (const path of PAGES) {
    const html = await (await fetch(site.gallery.url(path))).text();
    assert.match(html, /<link rel="icon" href="\/favicon\.svg"/, path);
  }
  const icon = await fetch(site.gallery.url("/favicon.svg"));
  assert.equal(icon.headers.get("content-type"), "image/svg+xml");
});

test("an example and its source are one click from the index", async () => {
  const page = await site.open("/");
  for (const example of EXAMPLES) {
    await page.click(`#card-${example} h2 a`);
    await connected(page);
    await page.goBack();
    await page.click(`#card-${example} a[href^="/source/"]`);
    await page.waitForURL(`**/source/${example}.rs`);
    const files = await page.locator(".file h2").allTextContents();
    assert.ok(files.includes(`src/${example}.rs`) && files.includes(`templates/${example}.html`), files.join());
    const code = await page.locator(".code").allTextContents();
    assert.match(code.join("\n"), /#\[live_view/);
    await page.goBack();
  }
});

test("every page answers HEAD as it answers GET, without a body", async () => {
  for (const path of PAGES) {
    const response = await fetch(site.gallery.url(path), { method: "HEAD" });
    assert.equal(response.status, 200, path);
    assert.equal(await response.text(), "", path);
  }
});

test("a source page can be asked for by any of the example's files, and by no other", async () => {
  assert.equal((await fetch(site.gallery.url("/source/counter.html"))).status, 200);
  assert.equal((await fetch(site.gallery.url("/source/feed.rs"))).status, 200);
  assert.equal((await fetch(site.gallery.url("/source/Cargo.toml"))).status, 404);
});

test("no page is wider than a phone", async () => {
  await onEachPage(
    async (page, path) => {
      const width = await page.evaluate(() => document.documentElement.scrollWidth);
      assert.ok(width <= PHONE.width, `${path} is ${width} wide`);
    },
    { viewport: PHONE },
  );
});

test("text stands out from its ground, in the light and in the dark", async () => {
  await onEachPage(async (page, path) => {
    if (path === "/alerts") await page.click("#raise-warning");
    for (const colorScheme of ["light", "dark"]) {
      await page.emulateMedia({ colorScheme });
      assert.deepEqual(await page.evaluate(lowContrast), [], `${path}, ${colorScheme}`);
    }
  });
});

test("a focused control shows a ring", async () => {
  const page = await site.live("/counter");
  await page.focus("#by");
  for (let stop = 0; stop < 2; stop += 1) {
    await page.keyboard.press("Tab");
    const ring = await page.evaluate(() => getComputedStyle(document.activeElement).outlineStyle);
    assert.equal(ring, "solid");
  }
});

test("the header says whether the page is connected", async () => {
  const page = await site.live("/counter");
  assert.equal((await page.locator(".connection").innerText()).trim(), "Live");
});

test("a taken port is said clearly, with exit code 1", async () => {
  const second = launch(["--port", String(site.gallery.port)]);
  const [code] = await once(second, "exit");
  assert.equal(code, 1);
  assert.match(second.output, new RegExp(`can't listen on 127.0.0.1:${site.gallery.port}.*in use`));
});

test("the port can come from the environment", async () => {
  const second = launch([], { PORT: String(site.gallery.port) });
  const [code] = await once(second, "exit");
  assert.equal(code, 1);
  assert.match(second.output, new RegExp(`127.0.0.1:${site.gallery.port}`));
});
