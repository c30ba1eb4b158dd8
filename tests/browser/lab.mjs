// The server of the lab's views, and a link to it that can be cut and delayed.

import { once } from "node:events";
import { connect, createServer } from "node:net";
import { connected, openLive, startBrowser } from "./browser.mjs";
import { launch } from "./gallery.mjs";

const TOKEN = "a-token-for-the-lab";

/** Passes bytes on, each as late as asked for. */
class Link {
  static async to(port) {
    const link = new Link();
    link.delay = 0;
    link.sockets = new Set();
    link.server = createServer((near) => link.pass(near, connect(port, "127.0.0.1")));
    link.server.listen(0, "127.0.0.1");
    await once(link.server, "listening");
    link.port = link.server.address().port;
    return link;
  }

  pass(...ends) {
    for (const [from, to] of [ends, ends.toReversed()]) {
      this.sockets.add(from);
      from.on("error", () => to.destroy());
      from.on("close", () => (this.sockets.delete(from), to.destroy()));
      from.on("data", (bytes) => (this.delay ? setTimeout(() => to.write(bytes), this.delay) : to.write(bytes)));
    }
  }

  /** Breaks all connections. */
  cut() {
    for (const socket of this.sockets) socket.destroy();
  }

  close() {
    this.server.close();
    this.cut();
  }
}

/** A running lab, a browser, and pages of it that come through a link. */
export class Lab {
  static async start() {
    const lab = new Lab();
    lab.child = launch([], {}, "lab");
    const origin = await new Promise((found, failed) => {
      lab.child.stdout.on("data", () => {
        const line = lab.child.output.match(/open at (http:\S+)/);
        if (line) found(line[1]);
      });
      lab.child.on("exit", (code) => failed(new Error(`the lab ended with ${code}: ${lab.child.output}`)));
    });
    lab.port = Number(new URL(origin).port);
    lab.browser = await startBrowser();
    return lab;
  }

  async stop() {
    await this.browser?.close();
    this.child.kill("SIGKILL");
  }

  /** Opens a page through a link of its own; `page.link` can be cut. */
  async open(path) {
    const link = await Link.to(this.port);
    const page = await openLive(this.browser, `http://127.0.0.1:${link.port}${path}`);
    page.link = link;
    page.sent = [];
    page.on("websocket", (socket) => socket.on("framesent", ({ payload }) => page.sent.push(JSON.parse(payload))));
    page.on("close", () => link.close());
    return page;
  }

  /** Pushes, and waits until it is taken. */
  async push(view, push) {
    const response = await fetch(`http://127.0.0.1:${this.port}/djust/push/${view}`, {
      method: "POST",
      headers: { authorization: `Bearer ${TOKEN}` },
      body: JSON.stringify(push),
    });
    if (response.status !== 200) throw new Error(`${response.status}: ${await response.text()}`);
  }

  async get(path) {
    await fetch(`http://127.0.0.1:${this.port}${path}`);
  }
}

/** Cuts the page's connection and waits until it is there again. */
export async function reconnect(page) {
  page.link.cut();
  await page.waitForSelector("[dj-view].dj-disconnected", { state: "attached" });
  await connected(page);
}
