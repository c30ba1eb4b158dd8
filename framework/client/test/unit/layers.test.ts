/**
 * Imports point one way: a file may use its own folder and the rows above it, never a neighbour in
 * its row, and no file imports itself by way of others.
 *
 *     | layer                | what it is                                                        |
 *     |----------------------|-------------------------------------------------------------------|
 *     | protocol, dom        | the frames as types; properties of nodes, parsing, trusted types  |
 *     | mirror, transport    | what the server wrote, with slots; socket, backoff and outbox     |
 *     | fields               | what a form field shows, and whether the user or the server owns it |
 *     | content              | patches and merges, attributes, focus and scroll, pending buttons |
 *     | events               | DOM events to messages: handlers, keys, delays, models            |
 *     | region               | one live view: its state machine, and what each frame does        |
 *     | page                 | all regions and the one connection that they share                |
 *     | index                | starts the page                                                   |
 */
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { expect, it } from "vitest";

/** The rows of the table. */
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
  // A collaborator is a class that does something; a member that holds one is private. The mirror's
  // classes are data.
  const sources = files.map((file) => ({ file, text: readFileSync(`${SOURCES}/${file}.ts`, "utf8") }));
  const classes = sources.flatMap(({ file, text }) => (file.startsWith("mirror/") ? [] : [...text.matchAll(/^export class (\w+)/gm)].map(([, name]) => name!)));
  const collaborator = `(?:${classes.join("|")})\\b`;
  const isPublic = new RegExp(`^ {2}(?: {2}(?=public|readonly))?(?:(?:public|readonly) )*\\w+[!?]?(?:: ${collaborator}[,;]?$| = new ${collaborator})`, "m");
  const inClasses = (text: string) => text.slice(Math.max(0, text.search(/^export class /m)));
  expect(classes.length).toBeGreaterThan(10);
  expect(sources.filter(({ text }) => isPublic.test(inClasses(text))).map(({ file }) => file)).toEqual([]);
});
