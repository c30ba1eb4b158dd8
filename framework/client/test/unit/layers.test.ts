/**
 * Imports point one way: a file uses its own folder and those above it in the table, and no file
 * uses itself by way of others.
 */
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { expect, it } from "vitest";

/** From the bottom up. What stands in one row knows nothing of the others in it. */
const LAYERS: string[][] = [
  ["protocol", "dom"],
  ["mirror", "transport"],
  ["fields"],
  ["content"],
  ["events"],
  ["region"],
  ["page"],
  ["index"],
];

const SOURCES = "src";
const IMPORT = /\b(?:import|export)\b[^;"'`]*?from\s*["'`]([^"'`]+)["'`]|\bimport\s*\(?\s*["'`]([^"'`]+)["'`]/g;

interface Arrow {
  from: string;
  to: string;
}

const files = (readdirSync(SOURCES, { recursive: true }) as string[]).filter((name) => name.endsWith(".ts")).map((name) => name.replace(/\\/g, "/").slice(0, -3));

const arrows: Arrow[] = files.flatMap((from) => {
  const text = readFileSync(`${SOURCES}/${from}.ts`, "utf8");
  return [...text.matchAll(IMPORT)].map(([, name, bare]) => ({ from, to: normalize(join(dirname(from), (name ?? bare)!)).replace(/\\/g, "/") }));
});

/** The folder of a file, or the file itself at the top. */
function layerOf(file: string): string {
  return file.split("/")[0]!;
}

function rankOf(file: string): number {
  return LAYERS.findIndex((row) => row.includes(layerOf(file)));
}

it("each file belongs to a layer, and each import names a file of the sources", () => {
  expect(files.filter((file) => rankOf(file) < 0)).toEqual([]);
  expect(arrows.filter(({ to }) => !files.includes(to))).toEqual([]);
  expect(arrows.length).toBeGreaterThan(40);
});

it("a file imports from its own folder and from lower layers only", () => {
  const wrong = arrows.filter(({ from, to }) => layerOf(from) !== layerOf(to) && rankOf(to) >= rankOf(from));
  expect(wrong).toEqual([]);
});

it("no file imports itself by way of others", () => {
  const reaches = (from: string, goal: string, seen = new Set<string>()): boolean =>
    arrows.some(({ from: start, to }) => start === from && (to === goal || (!seen.has(to) && reaches(to, goal, seen.add(to)))));
  expect(files.filter((file) => reaches(file, file))).toEqual([]);
});

it("nobody reaches through an object into what it works with", () => {
  // These keep others at work, and show what they do by methods; all other classes are data.
  const workers = files.flatMap((file) => [...readFileSync(`${SOURCES}/${file}.ts`, "utf8").matchAll(/export class (\w+)/g)].map(([, name]) => name!)).filter((name) => !["MirrorNode", "Item", "Slot", "Scope"].includes(name));
  const published = new RegExp(`^ +(?!private |constructor|new )(?:public |readonly )+\\w+(?:: (?:${workers.join("|")})\\b| = new (?:${workers.join("|")})\\b)`, "m");
  const plain = new RegExp(`^  \\w+[!?]?(?:: (?:${workers.join("|")});| = new (?:${workers.join("|")})\\b)`, "m");
  expect(files.filter((file) => published.test(readFileSync(`${SOURCES}/${file}.ts`, "utf8")) || plain.test(readFileSync(`${SOURCES}/${file}.ts`, "utf8")))).toEqual([]);
});
