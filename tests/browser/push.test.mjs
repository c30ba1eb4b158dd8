// What `GET /push` answers: a receipt, or the reason.

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { test } from "node:test";
import { promisify } from "node:util";
import { shows } from "./browser.mjs";
import { ALERTS, COUNTER, EXAMPLES, METRICS, suite } from "./suite.mjs";

const site = suite();
const run = promisify(execFile);

async function refused(status, view, parts, reason) {
  const { status: got, answer } = await site.gallery.push(view, parts);
  assert.equal(got, status, JSON.stringify(answer));
  assert.match(answer.error, reason);
}

test("each command on the index is accepted, run as it stands", async () => {
  const page = await site.open("/");
  const commands = await page.locator(".command").allTextContents();
  assert.equal(commands.length, EXAMPLES.length);
  for (const command of commands) {
    const { stdout } = await run("sh", ["-c", `${command.trim()} --silent --write-out '\n%{http_code}'`]);
    assert.match(stdout, /^\{"status":"delivered","views":0,"nodes":\d\}\n200$/, command);
  }
});

test("malformed input is answered with 400", async () => {
  await refused(400, COUNTER, { state: "{" }, /state/);
  await refused(400, COUNTER, { state: "[1]" }, /state/);
  await refused(400, COUNTER, { payload: { a: 1 } }, /handler/);
  await refused(400, "no dots", { state: {} }, /view path/);
  for (const query of ["", "?state={}", "?view=a.b&hander=x"]) {
    const response = await fetch(site.gallery.url(`/push${query}`));
    assert.equal(response.status, 400, query);
    assert.ok((await response.json()).error, query);
  }
});

test("a view that is not there is answered with 404", async () => {
  await refused(404, "shop.views.Nothing", { state: { a: 1 } }, /shop\.views\.Nothing/);
});

test("a field, a handler, a type or an argument that doesn't fit is answered with 422", async () => {
  await refused(422, COUNTER, { state: { counter: 1 } }, /counter/);
  await refused(422, COUNTER, { state: { count: "many" } }, /count/);
  await refused(422, METRICS, { handler: "on_nothing" }, /on_nothing/);
  await refused(422, METRICS, { state: { history: [1] } }, /history/);
  const alert = (payload) => ({ handler: "on_alert", payload });
  await refused(422, ALERTS, alert({ level: "fatal", message: "x" }), /level/);
  await refused(422, ALERTS, alert({ level: "info" }), /message/);
  await refused(422, ALERTS, alert({ level: "info", message: "x", extra: 1 }), /extra/);
});

test("a refused push changes nothing", async () => {
  const page = await site.live("/dashboard");
  const before = await page.textContent("#visitors");
  await refused(422, METRICS, { state: { visitors: 1, pending_orders: "none" } }, /pending_orders/);
  await site.gallery.push(METRICS, { state: { status: "The next push" } });
  await shows(page, "#status", "The next push");
  assert.equal(await page.textContent("#visitors"), before);
});
