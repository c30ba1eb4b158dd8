// What every test file needs: one gallery and one browser, started before its first test.

import assert from "node:assert/strict";
import { after, afterEach, before } from "node:test";
import { Gallery } from "./gallery.mjs";
import { open, openLive, startBrowser } from "./browser.mjs";

export const EXAMPLES = ["counter", "dashboard", "ticker", "chat", "alerts", "table", "jobs", "orders", "booking"];

export const COUNTER = "gallery.counter.Counter";
export const METRICS = "dashboard.views.MetricsView";
export const TICKER = "gallery.ticker.Ticker";
export const CHAT = "chat.views.ChatView";
export const ALERTS = "alerts.views.AlertView";
export const TABLE = "gallery.table.Table";
export const JOBS = "jobs.views.ProgressView";
export const BOOKING = "gallery.booking.BookingView";
export const ORDERS = "orders.views.OrdersView";

/**
 * `suite.gallery`; `suite.open` and `suite.live` for pages, which are closed after each test. A
 * test fails if the console of one of its pages has an error or a warning.
 */
export function suite() {
  const suite = {};
  let pages = [];
  const visit = (how) => async (path, options) => {
    const page = await how(suite.browser, suite.gallery.url(path), options);
    pages.push(page);
    return page;
  };
  before(async () => {
    suite.gallery = await Gallery.start();
    suite.browser = await startBrowser();
    suite.open = visit(open);
    suite.live = visit(openLive);
  });
  afterEach(async () => {
    const complaints = pages.flatMap((page) => page.complaints);
    await Promise.all(pages.map((page) => page.context().close()));
    pages = [];
    assert.deepEqual(complaints, []);
  });
  after(async () => {
    await suite.browser?.close();
    await suite.gallery?.stop();
  });
  return suite;
}
