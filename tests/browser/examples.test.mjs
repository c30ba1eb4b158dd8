// Each example, used as a person would.

import assert from "node:assert/strict";
import { test } from "node:test";
import { has, patches, shows, until } from "./browser.mjs";
import { ALERTS, CHAT, COUNTER, JOBS, METRICS, ORDERS, TABLE, TICKER, suite } from "./suite.mjs";

const site = suite();

test("the counter counts up, down and by what is typed", async () => {
  const page = await site.live("/counter");
  await shows(page, "#count", "0");
  await page.click("#increment");
  await page.click("#increment");
  await shows(page, "#count", "2");
  await page.click("#decrement");
  await shows(page, "#count", "1");
  await page.fill("#by", "41");
  await page.click("#add button");
  await shows(page, "#count", "42");
  await page.fill("#by", "-2");
  await page.press("#by", "Enter");
  await shows(page, "#count", "40");
});

test("each page has a counter of its own, and a push sets them all", async () => {
  const [one, two] = [await site.live("/counter"), await site.live("/counter")];
  await one.click("#increment");
  await shows(one, "#count", "1");
  await shows(two, "#count", "0");
  const { status, answer } = await site.gallery.push(COUNTER, { state: { count: 7 } });
  assert.equal(status, 200);
  assert.ok(answer.views >= 2, `the receipt counts the pages: ${answer.views}`);
  await shows(one, "#count", "7");
  await shows(two, "#count", "7");
});

test("a typed number survives a push, and so does the caret in its field", async () => {
  const page = await site.live("/counter");
  await page.fill("#by", "123");
  await page.focus("#by");
  await site.gallery.push(COUNTER, { state: { count: 99 } });
  await shows(page, "#count", "99");
  assert.equal(await page.inputValue("#by"), "123");
  assert.equal(await page.evaluate(() => document.activeElement.id), "by");
});

test("two pushed figures reach every open dashboard", async () => {
  const pages = [await site.live("/dashboard"), await site.live("/dashboard")];
  await site.gallery.push(METRICS, { state: { visitors: 4711, pending_orders: 3, revenue: 12.5 } });
  for (const page of pages) {
    await shows(page, "#visitors", "4711");
    await shows(page, "#pending_orders", "3");
    await shows(page, "#revenue", "12.50");
  }
});

test("two pushed figures are sent in 19 bytes", async () => {
  const page = await site.live("/dashboard");
  await site.gallery.push(METRICS, { state: { revenue: 20, error_rate: 1.5 } });
  await shows(page, "#revenue", "20.00");
  assert.deepEqual(patches(page).map((patch) => patch.replace(/(\d+)(?=,")/g, "N")), ['[N,"20.00",N,"1.5"]']);
});

test("a push can set a figure and call the handler that adds it to the chart", async () => {
  const page = await site.live("/dashboard");
  const points = () => page.getAttribute("#chart", "points");
  const before = (await points()).split(" ").length;
  await site.gallery.push(METRICS, { state: { visitors: 900 }, handler: "on_sample" });
  await shows(page, "#visitors", "900");
  assert.equal((await points()).split(" ").length, before + 1);
});

test("the feed pushes to every dashboard until it is stopped", async () => {
  const pages = [await site.live("/dashboard"), await site.live("/dashboard")];
  await site.gallery.push(METRICS, { state: { visitors: 1_000_000 } });
  await shows(pages[0], "#visitors", "1000000");
  await pages[0].click("#feed");
  for (const page of pages) {
    await shows(page, "#feed", "Stop the feed");
    const first = await page.textContent("#revenue");
    await until(async () => (await page.textContent("#revenue")) !== first, "the next figures");
  }
  await pages[1].click("#feed");
  for (const page of pages) await shows(page, "#status", "The feed is stopped");
});

test("the feed ends when nobody watches any more", async () => {
  const page = await site.live("/dashboard");
  await page.click("#feed");
  await shows(page, "#feed", "Stop the feed");
  await page.context().close();
  const dashboard = async () => (await fetch(site.gallery.url("/dashboard"))).text();
  await until(async () => (await dashboard()).includes("Start the feed"), "the feed to end");
});

test("the price changes with each tick and says which way", async () => {
  const page = await site.live("/ticker");
  let last = await page.textContent("#price");
  for (let tick = 0; tick < 2; tick += 1) {
    await until(async () => (await page.textContent("#price")) !== last, "a tick");
    const price = await page.textContent("#price");
    await shows(page, "#change", Number(price) > Number(last) ? /up/ : /down/);
    last = price;
  }
});

test("a pushed price is where the ticker goes on from", async () => {
  const page = await site.live("/ticker");
  await site.gallery.push(TICKER, { state: { cents: 900000 } });
  await until(async () => Number(await page.textContent("#price")) > 8000, "the pushed price");
});

test("a message reaches both pages and leaves the other's field alone", async () => {
  const [ada, bob] = [await site.live("/chat"), await site.live("/chat")];
  await bob.fill("#text", "I am just typing");
  await ada.fill("#author", "Ada");
  await ada.fill("#text", "Hello <b>Bob</b>");
  await ada.press("#text", "Enter");
  for (const page of [ada, bob]) {
    await shows(page, "#messages li:last-child .message-text", "Hello <b>Bob</b>");
    await shows(page, "#messages li:last-child .message-author", "Ada");
  }
  await until(async () => (await ada.inputValue("#text")) === "", "the sender's field to be cleared");
  assert.equal(await ada.inputValue("#author"), "Ada");
  assert.equal(await bob.inputValue("#text"), "I am just typing");
});

test("who sends with the button writes on in the field", async () => {
  const page = await site.live("/chat");
  await page.fill("#text", "first");
  await page.click("#send button");
  await shows(page, "#messages li:last-child .message-text", "first");
  await until(() => page.evaluate(() => document.activeElement.id === "text"), "the focus to be in the field");
  await page.keyboard.type("second");
  assert.equal(await page.inputValue("#text"), "second");
});

test("a hundred pushed messages are a hundred messages, and a new page shows them", async () => {
  const page = await site.live("/chat");
  const before = await page.locator("#messages li").count();
  for (let n = 1; n <= 100; n += 1) {
    const { status } = await site.gallery.push(CHAT, { handler: "on_new_message", payload: { text: `line ${n}` } });
    assert.equal(status, 200);
  }
  await has(page, "#messages li", before + 100);
  const texts = await page.locator("#messages .message-text").allTextContents();
  assert.deepEqual(texts.slice(-100), Array.from({ length: 100 }, (_, n) => `line ${n + 1}`));
  const late = await site.live("/chat");
  assert.equal(await late.locator("#messages li").count(), before + 100);
});

test("the newest message is in view, unless somebody has scrolled up", async () => {
  const page = await site.live("/chat");
  const push = (text) => site.gallery.push(CHAT, { handler: "on_new_message", payload: { text } });
  for (let n = 1; n <= 40; n += 1) await push(`filling ${n}`);
  await shows(page, "#messages li:last-child .message-text", "filling 40");
  const inView = () =>
    page.evaluate(() => {
      const box = document.querySelector(".scrollback").getBoundingClientRect();
      const last = document.querySelector("#messages li:last-child").getBoundingClientRect();
      return last.bottom <= box.bottom + 1 && last.top >= box.top;
    });
  await until(inView, "the newest message to be in view");
  await page.evaluate(() => (document.querySelector(".scrollback").scrollTop = -300));
  await push("one more");
  await shows(page, "#messages li:last-child .message-text", "one more");
  assert.equal(await inView(), false);
});

test("alerts arrive on every page, newest first, and are dismissed on one", async () => {
  const [one, two] = [await site.live("/alerts"), await site.live("/alerts")];
  await one.click("#raise-critical");
  await has(two, "#alerts li", 1);
  await site.gallery.push(ALERTS, { handler: "on_alert", payload: { level: "warning", message: "Disk" } });
  for (const page of [one, two]) {
    await has(page, "#alerts li", 2);
    await shows(page, "#alerts li:first-child .alert-message", "Disk");
    assert.match(await page.getAttribute("#alerts li:first-child", "class"), /tone-warning/);
    assert.match(await page.getAttribute("#alerts li:last-child", "class"), /tone-critical/);
  }
  await one.click("#alerts li:first-child button");
  await has(one, "#alerts li", 1);
  await shows(one, "#alerts li .alert-level", "critical");
  await has(two, "#alerts li", 2);
  await two.click("#dismiss-all");
  await has(two, "#alerts li", 0);
  await two.waitForSelector(".empty");
});

test("sorting the table moves the rows that are there", async () => {
  const page = await site.live("/table");
  await has(page, "#rows tbody tr", 1000);
  await page.evaluate(() => {
    for (const row of document.querySelectorAll("#rows tbody tr")) row.marked = row.cells[0].textContent;
  });
  await page.click("#sort-price");
  await page.waitForSelector("th[aria-sort=ascending] #sort-price");
  await page.click("#sort-price");
  await page.waitForSelector("th[aria-sort=descending] #sort-price");
  const rows = await page.evaluate(() =>
    Array.from(document.querySelectorAll("#rows tbody tr"), (row) => ({
      kept: row.marked === row.cells[0].textContent,
      price: Number(row.cells[3].textContent),
    })),
  );
  assert.equal(rows.length, 1000);
  assert.ok(rows.every((row) => row.kept), "each row is the element it was");
  const prices = rows.map((row) => row.price);
  assert.deepEqual(prices, prices.toSorted((a, b) => b - a));
});

test("a new price is sent in less than 100 bytes, a new order of 1,000 rows in less than 5,000", async () => {
  const page = await site.live("/table");
  await site.gallery.push(TABLE, { handler: "on_price", payload: { id: 500, cents: 12345 } });
  await shows(page, "#latest", /No\. 500/);
  assert.ok(patches(page).every((patch) => patch.length < 100), patches(page).join("\n"));
  await page.click("#sort-name");
  await page.waitForSelector("th[aria-sort=ascending] #sort-name");
  assert.ok(patches(page).every((patch) => patch.length < 5000));
});

test("a price changes each second, and one that is pushed moves its row", async () => {
  const page = await site.live("/table");
  const first = await page.textContent("#latest");
  await until(async () => (await page.textContent("#latest")) !== first, "a tick");
  await page.click("#sort-price");
  await page.waitForSelector("th[aria-sort=ascending] #sort-price");
  await site.gallery.push(TABLE, { handler: "on_price", payload: { id: 500, cents: 1 } });
  await shows(page, "#rows tbody tr:first-child td:first-child", "500");
  await shows(page, "#rows tbody tr:first-child td:last-child", "0.01");
});

test("a job that is started on one page shows its progress on both, and is told of when it ends", async () => {
  const [one, two] = [await site.live("/jobs"), await site.live("/jobs")];
  await one.waitForSelector(".empty code");
  await one.click("#start");
  await one.click("#start");
  for (const page of [one, two]) {
    await has(page, "#jobs li", 2);
    await shows(page, "#running", "2 running");
    assert.equal(await page.locator(".empty").count(), 0);
  }
  const bar = two.getByLabel("Monthly report");
  const position = () => bar.evaluate((progress) => progress.position);
  await until(async () => (await position()) > 0.1, "the bar to move");
  await until(async () => (await two.locator("#jobs .state-running").count()) === 0, "the jobs to end");
  await has(two, "#log .state-done", 2);
  assert.equal(await position(), 1);
});

test("of many jobs a page keeps eight, and never drops one that runs while another has ended", async () => {
  const page = await site.live("/jobs");
  const push = (id, state) =>
    site.gallery.push(JOBS, { handler: "on_progress", payload: { id, name: `Job ${id}`, done: 1, of: 0, state } });
  await push("first", "running");
  await push("second", "failed");
  for (let n = 1; n <= 8; n += 1) await push(String(n), "done");
  await shows(page, "#jobs li:first-child .job-name", "Job 8");
  await has(page, "#jobs li", 8);
  await shows(page, "#jobs li:last-child .job-name", "Job first");
  await shows(page, "#jobs li:last-child .job-percent", "100 %"); // Of no steps, all are done.
  await has(page, "#log li", 6);
});

test("an order that is placed on one page shows on both, and shipping it changes nothing but its status", async () => {
  const [one, two] = [await site.live("/orders"), await site.live("/orders")];
  await one.waitForSelector(".empty code");
  await one.click("#place");
  await one.click("#place");
  for (const page of [one, two]) await has(page, "#orders tbody tr", 2);
  const prices = (await two.locator("#orders tbody .number").allTextContents()).map(Number);
  await shows(two, "#total", (prices[0] + prices[1]).toFixed(2));
  const before = patches(two).length;
  await one.click("#ship");
  await shows(two, "#orders tbody tr:last-child .badge", "shipped");
  await shows(two, "#orders tbody tr:first-child .badge", "new");
  const sent = patches(two).slice(before);
  assert.equal(sent.length, 1);
  assert.ok(sent[0].length < 80, sent[0]);
  const late = await site.live("/orders");
  await has(late, "#orders tbody tr", 2);
});

test("pushed orders are sorted in by when they were placed, and of more than twenty the oldest leave", async () => {
  const page = await site.live("/orders");
  const order = (n) => ({ id: `N${n}`, item: `Item ${n}`, cents: 100, status: "paid", placed: 9e15 + n });
  const push = (orders) => site.gallery.push(ORDERS, { handler: "on_orders", payload: { orders } });
  await push([order(2), order(1), order(3)]);
  await shows(page, "#orders tbody tr:first-child .order-id", "N3");
  await push([{ ...order(2), status: "shipped" }]);
  await shows(page, "#orders tbody tr:nth-child(2) .badge", "shipped");
  await push(Array.from({ length: 30 }, (_, n) => order(n + 10)));
  await has(page, "#orders tbody tr", 20);
  await shows(page, "#orders tbody tr:last-child .order-id", "N20");
  await shows(page, "#total", "20.00");
});
