/**
 * Bundles the client into one minified script, always the same for the same sources.
 *
 * esbuild bundles; terser minifies, because it also shortens the names of properties. Which names
 * it may shorten, TypeScript says: see `names.mjs`.
 */
import { execFileSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { minify } from "terser";
import { shortenableNames } from "./names.mjs";

/** The bundle's limit: bytes after `gzip -9`. */
export const BUDGET = 11_264;

const client = fileURLToPath(new URL("..", import.meta.url));

/** Where the committed bundle is. */
export const BUNDLE = `${client}dist/djust.js`;

export async function bundle() {
  const { outputFiles } = await build({
    absWorkingDir: client,
    entryPoints: ["src/index.ts"],
    bundle: true,
    minifySyntax: true,
    format: "esm",
    target: "es2022",
    charset: "utf8",
    legalComments: "none",
    write: false,
  });
  const names = new RegExp(`^(${shortenableNames(client).join("|")})$`);
  const { code } = await minify(outputFiles[0].text, {
    ecma: 2022,
    // The last two give a text that gzip makes smaller.
    compress: { passes: 3, unsafe: true, unsafe_arrows: true, hoist_vars: true, lhs_constants: false },
    module: true,
    // What terser takes for the DOM's is ours where TypeScript says so.
    mangle: { properties: { builtins: true, regex: names } },
  });
  return `(()=>{${code}})();\n`;
}

export function gzippedSize(text) {
  return execFileSync("gzip", ["-9"], { input: text }).length;
}
