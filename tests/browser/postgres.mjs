// A PostgreSQL of the test's own, on a free port, that keeps nothing. It refuses to run as root, so root runs it as its user.

import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { chownSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { freePort } from "./redis.mjs";

/** Where Debian keeps the programs of each version; elsewhere they are on the path. */
const DEBIAN = "/usr/lib/postgresql";

function program(name) {
  let versions = [];
  try {
    versions = readdirSync(DEBIAN).sort((one, two) => Number(two) - Number(one));
  } catch {}
  return versions.length > 0 ? join(DEBIAN, versions[0], "bin", name) : name;
}

/** Whom to run it as. */
function user() {
  if (process.getuid() !== 0) return {};
  const id = (which) => Number(execFileSync("id", [which, "postgres"], { encoding: "utf8" }));
  return { uid: id("-u"), gid: id("-g") };
}

export class Postgres {
  static async start() {
    const [port, as, folder] = [await freePort(), user(), mkdtempSync(join(tmpdir(), "djust-postgres-"))];
    if (as.uid !== undefined) chownSync(folder, as.uid, as.gid);
    const options = { ...as, cwd: folder, encoding: "utf8" };
    const initial = ["--pgdata", folder, "--username", "shop", "--auth", "trust", "--encoding", "UTF8", "--locale", "C", "--no-sync"];
    try {
      execFileSync(program("initdb"), initial, { ...options, stdio: "pipe" });
    } catch (error) {
      throw new Error(`initdb: ${error.stderr || error.message}; run \`apt-get install postgresql\``);
    }
    const settings = ["-D", folder, "-p", String(port), "-h", "127.0.0.1", "-k", folder, "-c", "fsync=off"];
    const child = spawn(program("postgres"), settings, { ...options, stdio: ["ignore", "ignore", "pipe"] });
    let output = "";
    await new Promise((ready, failed) => {
      child.stderr.setEncoding("utf8").on("data", (text) => {
        output += text;
        if (output.includes("ready to accept connections")) ready();
      });
      child.on("error", failed);
      child.on("exit", (code) => failed(new Error(`postgres ended with ${code}: ${output}`)));
    });
    return new Postgres(child, folder, port);
  }

  constructor(child, folder, port) {
    this.child = child;
    this.folder = folder;
    this.url = `postgres://shop@127.0.0.1:${port}/postgres`;
  }

  /** Runs a statement; what it answers, as text. */
  async run(statement) {
    const child = spawn(program("psql"), [this.url, "--no-align", "--tuples-only", "--command", statement]);
    let output = "";
    for (const stream of [child.stdout, child.stderr]) stream.setEncoding("utf8").on("data", (text) => (output += text));
    const [code] = await once(child, "close");
    if (code !== 0) throw new Error(`psql: ${output}`);
    return output.trim();
  }

  async stop() {
    const ended = once(this.child, "exit");
    this.child.kill("SIGINT");
    await ended;
    rmSync(this.folder, { recursive: true });
  }
}
