// A redis-server of the test's own, on a free port, that keeps nothing.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:net";

export class Redis {
  static async start() {
    const port = await freePort();
    const options = ["--port", String(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no"];
    const child = spawn("redis-server", options, { stdio: ["ignore", "pipe", "inherit"] });
    let output = "";
    await new Promise((ready, failed) => {
      child.stdout.setEncoding("utf8").on("data", (text) => {
        output += text;
        if (output.includes("Ready to accept connections")) ready();
      });
      child.on("error", (error) => failed(new Error(`redis-server: ${error.message}; run \`apt-get install redis-server\``)));
      child.on("exit", (code) => failed(new Error(`redis-server ended with ${code}: ${output}`)));
    });
    return new Redis(child, `redis://127.0.0.1:${port}`);
  }

  constructor(child, url) {
    this.child = child;
    this.url = url;
  }

  async stop() {
    const ended = once(this.child, "exit");
    this.child.kill("SIGKILL");
    await ended;
  }
}

/** A port that nobody listens on at the moment. */
export async function freePort() {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address();
  server.close();
  await once(server, "close");
  return port;
}
