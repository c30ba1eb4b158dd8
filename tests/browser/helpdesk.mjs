// The built help desk as a process on a free port, with a database of its own.
//
// Build it first: `cargo build -p helpdesk`.

import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { open } from "./browser.mjs";
import { binary, launch } from "./gallery.mjs";
import { spawn } from "node:child_process";

/** 64 bytes, as the help desk wants them. */
const SECRET = "0123456789abcdef".repeat(4);

export class HelpDesk {
  static async start(options = [], environment = { DJUST_SECRET: SECRET }) {
    const folder = await mkdtemp(join(tmpdir(), "helpdesk-"));
    const database = join(folder, "tickets.db");
    const child = launch(["--port", "0", "--database", database, ...options], environment, "helpdesk");
    const origin = await new Promise((found, failed) => {
      child.stdout.on("data", () => {
        const line = child.output.match(/open at (http:\S+)/);
        if (line) found(line[1]);
      });
      child.on("exit", (code) => failed(new Error(`the help desk ended with ${code}: ${child.output}`)));
    });
    return new HelpDesk(child, origin, folder, database);
  }

  constructor(child, origin, folder, database) {
    Object.assign(this, { child, origin, folder, database });
  }

  url(path) {
    return this.origin + path;
  }

  /** A page of a new browser profile, as this agent; each has the password of the demonstration. */
  async signIn(browser, name, path = "/", options = undefined) {
    const page = await open(browser, this.url(path), options);
    await page.fill("#name", name);
    await page.fill("#password", "demo");
    await page.click("button.primary");
    await live(page);
    return page;
  }

  /** A mail by the second program; its output. */
  async mail(redis, subject, from, text) {
    const options = ["--redis", redis, "--database", this.database, "--from", from, subject];
    const child = spawn(binary("helpdesk-mail"), options, { stdio: ["pipe", "pipe", "pipe"] });
    let output = "";
    for (const stream of [child.stdout, child.stderr]) stream.setEncoding("utf8").on("data", (part) => (output += part));
    child.stdin.end(text);
    const [code] = await once(child, "close");
    return { code, output };
  }

  async stop() {
    if (this.child.exitCode === null && this.child.signalCode === null) {
      const ended = once(this.child, "exit");
      this.child.kill("SIGKILL");
      await ended;
    }
    await rm(this.folder, { recursive: true });
  }
}

/** Until both views of a page have joined. */
export async function live(page) {
  await page.waitForFunction(() => document.querySelectorAll("[dj-view].dj-connected").length === 2);
}
