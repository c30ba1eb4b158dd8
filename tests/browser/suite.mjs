// What every test file needs: one gallery and one browser, started before its first test.

import { after, before } from "node:test";
import { Gallery } from "./gallery.mjs";
import { open, openLive, startBrowser } from "./browser.mjs";

export const EXAMPLES = ["counter", "dashboard", "ticker", "chat", "alerts", "table"];

export const COUNTER = "gallery.counter.Counter";
export const METRICS = "dashboard.views.MetricsView";
export const TICKER = "gallery.ticker.Ticker";
export const CHAT = "chat.views.ChatView";
export const ALERTS = "alerts.views.AlertView";
export const TABLE = "gallery.table.Table";

/** `suite.gallery`, and pages that are closed at the end. */
export function suite() {
  const suite = {};
  before(async () => {
    suite.gallery = await Gallery.start();
    suite.browser = await startBrowser();
    suite.open = (path, options) => open(suite.browser, suite.gallery.url(path), options);
    suite.live = (path, options) => openLive(suite.browser, suite.gallery.url(path), options);
  });
  after(async () => {
    await suite.browser?.close();
    await suite.gallery?.stop();
  });
  return suite;
}
