/**
 * Bundles the client into one minified script, always the same for the same sources.
 */
import { gzipSync } from "node:zlib";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

/** The bundle's limit: bytes after `gzip -9`. */
export const BUDGET = 6_144;

const client = fileURLToPath(new URL("..", import.meta.url));

/** Where the committed bundle is. */
export const BUNDLE = `${client}dist/djust.js`;

export async function bundle() {
  const { outputFiles } = await build({
    absWorkingDir: client,
    entryPoints: ["src/index.ts"],
    bundle: true,
    minify: true,
    format: "iife",
    target: "es2020",
    charset: "utf8",
    legalComments: "none",
    write: false,
  });
  return outputFiles[0].text;
}

export function gzippedSize(text) {
  return gzipSync(text, { level: 9 }).length;
}
