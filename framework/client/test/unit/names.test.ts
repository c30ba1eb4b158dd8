// @vitest-environment node
/**
 * Which names of properties the bundle shortens.
 */
import { mkdtempSync, rmSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { shortenableNames } from "../../scripts/names.mjs";

const NAMES = join(__dirname, "../names");

it("shortens what the sources define, and nothing that the platform, a frame or untyped data has too", () => {
  // Not: `view` of a frame, `open` and `title` of the DOM, `count` of what has no declared type,
  // `quoted`, which is looked up as a text, and `createPolicy` and `parent`, which nothing defines.
  expect(shortenableNames(NAMES)).toEqual(["depth", "element", "first", "loose", "update"]);
});

it("a method that the platform would call by its name is an error", () => {
  const root = mkdtempSync(join(NAMES, "../.names-"));
  try {
    mkdirSync(join(root, "src"));
    writeFileSync(join(root, "tsconfig.json"), `{ "extends": "../../tsconfig.json", "include": ["src"] }`);
    writeFileSync(join(root, "src/listener.ts"), "export class Listener {\n  handleEvent(): void {}\n}\n");
    expect(() => shortenableNames(root)).toThrow(/handleEvent in .*listener\.ts: the platform calls this by name/);
  } finally {
    rmSync(root, { recursive: true });
  }
});
