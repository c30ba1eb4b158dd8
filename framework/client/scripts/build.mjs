/**
 * Writes the bundle to `dist/djust.js`.
 */
import { mkdir, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { BUDGET, BUNDLE, bundle, gzippedSize } from "./bundle.mjs";

const text = await bundle();
await mkdir(dirname(BUNDLE), { recursive: true });
await writeFile(BUNDLE, text);
console.log(`dist/djust.js: ${gzippedSize(text)} of ${BUDGET} bytes gzipped`);
