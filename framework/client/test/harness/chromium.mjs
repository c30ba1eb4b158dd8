/**
 * How every browser test starts Chromium and hears its pages complain: those of the client, and
 * those of the examples in `tests/browser`. It imports no package, so that both can use it with
 * the Playwright of their own.
 */
import { existsSync } from "node:fs";

const FLAGS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/** For Playwright's `launch` and `launchPersistentContext`. */
export function launchOptions() {
  const executablePath = process.env.CHROMIUM ?? "/usr/bin/chromium";
  if (!existsSync(executablePath)) {
    throw new Error(`no Chromium at ${executablePath}: run \`apt-get install chromium\`, or set CHROMIUM`);
  }
  return { executablePath, headless: true, args: FLAGS };
}

/** Uncaught errors of a page, and what its console says at these levels: a list that grows. */
export function complaintsOf(page, levels = ["error"]) {
  const complaints = [];
  page.on("pageerror", (error) => complaints.push(String(error)));
  page.on("console", (message) => {
    if (levels.includes(message.type())) complaints.push(message.text());
  });
  return complaints;
}
