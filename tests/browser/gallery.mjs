// The built gallery as a process on a free port, and pushes to it.
//
// Build it first: `cargo build -p gallery`. Another binary: GALLERY=/path/to/gallery.

import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { join, resolve } from "node:path";
import { once } from "node:events";

const root = join(import.meta.dirname, "../..");
const target = resolve(root, process.env.CARGO_TARGET_DIR ?? "target");

/** Where an example's binary is. A missing one fails with the command that builds it. */
export function binary(name = "gallery") {
  const variable = name.toUpperCase().replaceAll("-", "_");
  // npm says in NODE where Node is.
  const found = [variable !== "NODE" && process.env[variable], join(target, "debug", name), join(target, "release", name)];
  const path = found.find((candidate) => candidate && existsSync(candidate));
  if (!path) throw new Error(`${name} is not built: run \`cargo build -p ${name}\` (looked in ${target})`);
  return path;
}

/** Starts the binary; its output is collected. */
export function launch(options, environment = {}, name = "gallery") {
  const env = { ...process.env, ...environment };
  const child = spawn(binary(name), options, { env, stdio: ["ignore", "pipe", "pipe"] });
  child.output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (text) => (child.output += text));
  }
  return child;
}

/** A running gallery. */
export class Gallery {
  /** On a free port, or on this one; with a Redis, if its address is given. */
  static async start(port = 0, redis = undefined) {
    const options = ["--port", String(port), ...(redis ? ["--redis", redis] : [])];
    // Galleries with one Redis are one site: they share a secret.
    const child = launch(options, redis ? { DJUST_SECRET: "0123456789abcdef0123456789abcdef" } : {});
    const origin = await new Promise((found, failed) => {
      child.stdout.on("data", () => {
        const line = child.output.match(/open at (http:\S+)/);
        if (line) found(line[1]);
      });
      child.on("exit", (code) => failed(new Error(`the gallery ended with ${code}: ${child.output}`)));
    });
    return new Gallery(child, origin);
  }

  constructor(child, origin) {
    this.child = child;
    this.origin = origin;
    this.port = Number(new URL(origin).port);
  }

  /** Ends it, by default as a crash would. */
  async stop(signal = "SIGKILL") {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    const ended = once(this.child, "exit");
    this.child.kill(signal);
    await ended;
  }

  url(path) {
    return this.origin + path;
  }

  /** `GET /push`, as `curl` does it: status and answer. */
  async push(view, { state, handler, payload } = {}) {
    const query = new URLSearchParams({ view });
    if (state !== undefined) query.set("state", text(state));
    if (handler !== undefined) query.set("handler", handler);
    if (payload !== undefined) query.set("payload", text(payload));
    const response = await fetch(this.url(`/push?${query}`));
    return { status: response.status, answer: await response.json() };
  }
}

function text(value) {
  return typeof value === "string" ? value : JSON.stringify(value);
}
