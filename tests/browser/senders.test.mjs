// The programs outside of the gallery: each is run as its documentation says, against a real Redis, and a page that is open
// shows what it has pushed.

import assert from "node:assert/strict";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, afterEach, before, test } from "node:test";
import { has, openLive, shows, startBrowser, until } from "./browser.mjs";
import { Gallery, launch } from "./gallery.mjs";
import { Postgres } from "./postgres.mjs";
import { Redis, freePort } from "./redis.mjs";

let redis, galleries, browser, folder;
let pages = [];

before(async () => {
  redis = await Redis.start();
  folder = mkdtempSync(join(tmpdir(), "djust-senders-"));
  galleries = await Promise.all([Gallery.start(0, redis.url), Gallery.start(0, redis.url)]);
  browser = await startBrowser();
});

afterEach(async () => {
  const complaints = pages.flatMap((page) => page.complaints);
  await Promise.all(pages.map((page) => page.context().close()));
  pages = [];
  assert.deepEqual(complaints, []);
});

after(async () => {
  await browser?.close();
  await Promise.all((galleries ?? []).map((gallery) => gallery.stop()));
  await redis?.stop();
  if (folder) rmSync(folder, { recursive: true });
});

async function live(path, gallery = galleries[0]) {
  const page = await openLive(browser, gallery.url(path));
  pages.push(page);
  return page;
}

/** Runs a program to its end: its exit code and what it has said. */
async function run(name, ...options) {
  const child = launch(options, { REDIS_URL: redis.url }, name);
  const [code] = await once(child, "close");
  return { code, output: child.output };
}

/** The same, of one that has to succeed. */
async function succeed(name, ...options) {
  const { code, output } = await run(name, ...options);
  assert.equal(code, 0, `${name}: ${output}`);
  return output;
}

/** Waits until the pages of the tests before are gone: the servers hear of that later than the browser. */
async function nobodyWatches(view) {
  await until(async () => (await galleries[0].push(view)).answer.views === 0, `${view} to be closed on both servers`);
}

const database = (name) => ["--database", `sqlite:${join(folder, name)}?mode=rwc`];

test("two galleries on one Redis are one site", async () => {
  const [one, two] = [await live("/chat", galleries[0]), await live("/chat", galleries[1])];
  await one.fill("#text", "Can you hear me over there?");
  await one.press("#text", "Enter");
  for (const page of [one, two]) await shows(page, "#messages li:last-child .message-text", "Can you hear me over there?");
  const { status, answer } = await galleries[1].push("alerts.views.AlertView", { handler: "on_alert", payload: { level: "info", message: "x" } });
  assert.equal(status, 200);
  assert.deepEqual(answer, { status: "delivered", views: 0, nodes: 0 });
  const counters = [await live("/counter", galleries[0]), await live("/counter", galleries[1])];
  const pushed = await galleries[0].push("gallery.counter.Counter", { state: { count: 42 } });
  assert.deepEqual(pushed.answer, { status: "delivered", views: 2, nodes: 2 });
  for (const page of counters) await shows(page, "#count", "42");
});

test("the gallery's feed reaches the pages of another gallery, and ends when nobody watches", async () => {
  const [one, two] = [await live("/dashboard", galleries[0]), await live("/dashboard", galleries[1])];
  await one.click("#feed");
  await shows(two, "#status", "The feed is running");
  const first = await two.textContent("#revenue");
  await until(async () => (await two.textContent("#revenue")) !== first, "the next figures");
  await Promise.all([one, two].map((page) => page.context().close()));
  const dashboard = async () => (await fetch(galleries[0].url("/dashboard"))).text();
  await until(async () => (await dashboard()).includes("Start the feed"), "the feed to end");
});

test("deploy-alert tells every open page and says how many there are", async () => {
  const open = [await live("/alerts", galleries[0]), await live("/alerts", galleries[1])];
  const output = await succeed("deploy-alert", "--level", "critical", "Version 2 goes live");
  assert.match(output, /^Open pages told: 2, on servers: 2$/m);
  for (const page of open) {
    await shows(page, "#alerts li:first-child .alert-message", "Version 2 goes live");
    await shows(page, "#alerts li:first-child .alert-level", "critical");
  }
});

test("deploy-alert says when nobody was told, and refuses a level that there is not", async () => {
  await nobodyWatches("alerts.views.AlertView");
  assert.match(await succeed("deploy-alert", "Anyone?"), /nobody was told/);
  const { code, output } = await run("deploy-alert", "--level", "fatal", "x");
  assert.equal(code, 2);
  assert.match(output, /info, warning or critical/);
});

test("the worker works off its queue, and the dashboard follows", async () => {
  const page = await live("/dashboard");
  assert.match(await succeed("jobs", "--jobs", "3"), /3 orders done/);
  await shows(page, "#status", "3 orders done by the worker");
  await shows(page, "#pending_orders", "0");
  assert.ok(Number(await page.textContent("#revenue")) >= 15);
});

test("the worker goes on with new orders until it is interrupted", async () => {
  const page = await live("/dashboard");
  const worker = launch(["--jobs", "1", "--forever"], { REDIS_URL: redis.url }, "jobs");
  try {
    await shows(page, "#status", "3 orders done by the worker");
  } finally {
    worker.kill("SIGINT");
    const [code] = await once(worker, "close");
    assert.equal(code, 0, worker.output);
  }
});

test("the actor's jobs move their bars, side by side, and one fails", async () => {
  const page = await live("/jobs");
  const running = succeed("actor-job", "--jobs", "2", "--steps", "12", "--pause", "40", "--fail");
  await has(page, "#jobs .state-running", 2);
  const output = await running;
  assert.match(output, /Pages watching: 1\nThumbnails: done\nMonthly report: failed/);
  await shows(page, "#jobs .state-done .job-name", "Thumbnails");
  await shows(page, "#jobs .state-done .job-percent", "100 %");
  await shows(page, "#jobs .state-failed .job-steps", "6 of 12 steps");
  assert.equal(await page.locator("#jobs .state-failed progress").evaluate((bar) => bar.position), 0.5);
  await shows(page, "#log li:first-child", "Thumbnails is done, after 12 steps");
});

test("cron works when somebody watches, and only then", async () => {
  const every = ["--schedule", "* * * * * *"];
  await nobodyWatches("dashboard.views.MetricsView");
  assert.match(await succeed("cron", ...every, "--runs", "1"), /^nobody watches: nothing to do$/m);
  const page = await live("/dashboard");
  assert.match(await succeed("cron", ...every, "--runs", "1"), /^pushed \d+ visitors; pages: 1, on servers: 1$/m);
  await shows(page, "#status", "Figures by cron");
});

test("cron says what is wrong with a schedule", async () => {
  const { code, output } = await run("cron", "--schedule", "now and then");
  assert.equal(code, 1);
  assert.match(output, /--schedule "now and then".*an example/);
});

test("a change of the database shows on the page", async () => {
  const page = await live("/orders");
  const output = await succeed("signals", ...database("one.db"), "--orders", "2");
  assert.match(output, /2 orders placed and paid/);
  await has(page, "#orders tbody tr", 2);
  await shows(page, "#orders tbody tr:first-child .order-id", "DB-2");
  for (const row of [1, 2]) await shows(page, `#orders tbody tr:nth-child(${row}) .badge`, "paid");
});

test("what another process writes is pushed, also to a page that is opened later", async () => {
  const watcher = launch([...database("two.db")], { REDIS_URL: redis.url }, "signals");
  try {
    const early = await live("/orders", galleries[1]);
    await succeed("signals", ...database("two.db"), "--orders", "1", "--write-only");
    await shows(early, "#orders tbody tr .badge", "paid");
    const late = await live("/orders");
    await shows(late, "#orders tbody tr .order-id", "DB-1");
  } finally {
    watcher.kill("SIGINT");
    const [code] = await once(watcher, "close");
    assert.equal(code, 0, watcher.output);
  }
});

test("what was written when nobody watched the database is pushed later", async () => {
  await succeed("signals", ...database("three.db"), "--orders", "1", "--write-only");
  const page = await live("/orders");
  assert.match(await succeed("signals", ...database("three.db"), "--orders", "0"), /pushed 1/);
  await shows(page, "#orders tbody tr .badge", "paid");
});

test("PostgreSQL notifies: what is committed, however much at once, is pushed", async () => {
  const postgres = await Postgres.start();
  const database = ["--database", postgres.url];
  const watcher = launch(database, { REDIS_URL: redis.url }, "signals");
  try {
    const page = await live("/orders");
    await succeed("signals", ...database, "--orders", "1", "--write-only");
    await shows(page, "#orders tbody tr:first-child .order-id", "DB-1");
    await shows(page, "#orders tbody tr:first-child .badge", "paid");
    const rows = "SELECT 'Brass rod', 500, placed + n FROM orders, generate_series(1, 250) n";
    await postgres.run(`INSERT INTO orders (item, cents, placed) ${rows}`);
    await shows(page, "#orders tbody tr:first-child .order-id", "DB-251");
    await until(async () => (await postgres.run("SELECT count(*) FROM changes")) === "0", "all changes to be told");
  } finally {
    watcher.kill("SIGINT");
    const [code] = await once(watcher, "close");
    await postgres.stop();
    assert.equal(code, 0, watcher.output);
  }
});

test("without Redis, each says so and what to do", async () => {
  const nowhere = ["--redis", `redis://127.0.0.1:${await freePort()}`];
  const programs = [
    ["deploy-alert", "Anyone?"],
    ["jobs"],
    ["actor-job"],
    ["cron"],
    ["signals", ...database("four.db")],
  ];
  const ends = programs.map(([name, ...options]) => run(name, ...nowhere, ...options));
  for (const [index, { code, output }] of (await Promise.all(ends)).entries()) {
    assert.equal(code, 1, programs[index][0]);
    assert.match(output, /error: .*[Cc]onnection refused/s, programs[index][0]);
    assert.match(output, /`redis-server` starts one, --redis names another one/, programs[index][0]);
  }
});
