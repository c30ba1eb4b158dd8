/**
 * Fails unless the committed bundle is what the sources give, and within its size.
 */
import { readFile } from "node:fs/promises";
import { BUDGET, BUNDLE, bundle, gzippedSize } from "./bundle.mjs";

const fresh = await bundle();
const committed = await readFile(BUNDLE, "utf8");
const size = gzippedSize(fresh);

if (fresh !== committed) {
  console.error("dist/djust.js is not what the sources give; run `npm run build` and commit it");
  process.exitCode = 1;
}
if (size > BUDGET) {
  console.error(`dist/djust.js has ${size} bytes gzipped, more than its ${BUDGET}`);
  process.exitCode = 1;
}
if (!process.exitCode) console.log(`dist/djust.js: ${size} of ${BUDGET} bytes gzipped`);
