/**
 * Bundles the client into one minified script, always the same for the same sources.
 *
 * esbuild bundles; terser minifies, because it also shortens the names of our own properties: all
 * but those of the DOM, which it knows except for the few in `FOREIGN`, and those of the protocol,
 * which are read from its types.
 */
import { execFileSync } from "node:child_process";
import { readFile } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { minify } from "terser";

/**
 * The bundle's limit: bytes after `gzip -9`. The goal is 8,192, which it does not meet since fields, merges and events are
 * right; this is where it stands, so that it does not grow further.
 */
export const BUDGET = 11_264;

/** Names of the DOM's interfaces and dictionaries that terser doesn't know. */
const FOREIGN = ["handleEvent", "preventScroll"];

/** Names of the DOM that we use for our own properties only, so that they can be shortened too. */
const OWN = [
  ...["active", "adopt", "after", "anchor", "before", "buttons", "children", "closed", "connection", "delay", "end", "events"],
  ...["first", "flush", "inner", "kind", "last", "link", "list", "live", "lost", "parent", "tag", "written"],
  ...["model", "number", "observe", "opened", "path", "position", "regions", "root", "scope", "show"],
  ...["suspend", "timing", "waiting", "watch"],
  ...["details", "done", "fill", "items", "source", "turn"],
  ...["check", "element", "ended", "frame", "identity", "navigate", "reset", "selection", "start", "state"],
  ...["stop", "sync", "time"],
];

const client = fileURLToPath(new URL("..", import.meta.url));

/** Where the committed bundle is. */
export const BUNDLE = `${client}dist/djust.js`;

export async function bundle() {
  const { outputFiles } = await build({
    absWorkingDir: client,
    entryPoints: ["src/index.ts"],
    bundle: true,
    minifySyntax: true,
    mangleProps: new RegExp(`^(${OWN.join("|")})$`),
    format: "esm",
    target: "es2022",
    charset: "utf8",
    legalComments: "none",
    write: false,
  });
  const { code } = await minify(outputFiles[0].text, {
    ecma: 2022,
    compress: { passes: 3, unsafe: true, unsafe_arrows: true },
    module: true,
    mangle: { properties: { reserved: [...FOREIGN, ...(await protocolNames())] } },
  });
  return `(()=>{${code}})();\n`;
}

export function gzippedSize(text) {
  return execFileSync("gzip", ["-9"], { input: text }).length;
}

/** The keys of all frames. */
async function protocolNames() {
  const types = await readFile(`${client}src/protocol.ts`, "utf8");
  return [...types.matchAll(/(\w+)\??:/g)].map(([, name]) => name);
}
