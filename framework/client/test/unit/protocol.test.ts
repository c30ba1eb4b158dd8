/**
 * The protocol's fixtures: the client writes each frame of the browser byte for byte, and does what
 * each frame of the server means.
 */
import { readFileSync } from "node:fs";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Socket, start } from "./page";

interface Case {
  name: string;
  frame: string;
  meaning: Record<string, any>;
}

function fixtures(file: string): Case[] {
  return JSON.parse(readFileSync(`${__dirname}/../../../../tests/fixtures/protocol/${file}`, "utf8"));
}

beforeEach(() => void vi.useFakeTimers());
afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

/** Makes the client send a frame like this one, on a page with enough regions. */
const PROVOKE: Record<string, (meaning: Case["meaning"]) => string> = {
  join({ view, digests }) {
    start(Array(view + 1).fill("x"), false);
    Socket.last.open();
    if (digests) return Socket.last.sent[view]!;
    Socket.last.receive(JSON.stringify({ type: "joined", view, template: "0f3c9a5be27d4186", resume: null, patch: [] }));
    Socket.last.drop();
    vi.advanceTimersByTime(250);
    Socket.last.open();
    return Socket.last.sent[view]!;
  },
  event({ view, ref, name, args }) {
    const regions = start(Array(view + 1).fill(`<button dj-click="spare">x</button>`));
    const region = regions[view]!;
    for (let i = 1; i < ref; i++) region.querySelector("button")!.click();
    if ("open" in args) {
      region.insertAdjacentHTML("beforeend", `<details dj-toggle="${name}"></details>`);
      const details = region.querySelector("details")!;
      details.open = args.open;
      details.dispatchEvent(Object.assign(new Event("toggle"), { newState: "open" }));
    } else if ("key" in args) {
      region.insertAdjacentHTML("beforeend", `<input value="${args.value}" dj-keydown="${name}">`);
      region.querySelector("input")!.dispatchEvent(new KeyboardEvent("keydown", { key: args.key, bubbles: true }));
    } else if ("value" in args) {
      region.insertAdjacentHTML("beforeend", `<input name="${args.name}" value="${args.value}" dj-input="${name}">`);
      region.querySelector("input")!.dispatchEvent(new Event("input", { bubbles: true }));
    } else {
      region.insertAdjacentHTML("beforeend", `<button dj-click="${name}">y</button>`);
      const button = region.querySelector<HTMLElement>("button:last-child")!;
      for (const [key, value] of Object.entries(args)) button.setAttribute(`dj-value-${key}`, value as string);
      button.click();
    }
    return Socket.last.sent.pop()!;
  },
  model({ view, ref, field, value }) {
    const [region] = start([`<button dj-click="spare">x</button>`]);
    for (let i = 1; i < ref; i++) region!.querySelector("button")!.click();
    const html: Record<string, string> = {
      string: `<input dj-model="${field}" value="${value}">`,
      boolean: `<input type="checkbox" dj-model="${field}">`,
      object: `<select multiple dj-model="${field}"><option selected>a</option><option selected>b</option></select>`,
    };
    region!.insertAdjacentHTML("beforeend", html[typeof value]!);
    region!.querySelector("[dj-model]")!.dispatchEvent(new Event("input", { bubbles: true }));
    expect(view).toBe(0);
    return Socket.last.sent.pop()!;
  },
  ack({ view, mark }) {
    start(["x"]);
    Socket.last.receive(JSON.stringify({ type: "sync", view, patches: 0, mark }));
    return Socket.last.sent.pop()!;
  },
  leave({ view }) {
    vi.spyOn(console, "error").mockImplementation(() => {});
    start(Array(view + 1).fill("x"));
    Socket.last.receive(JSON.stringify({ type: "sync", view, patches: 9, mark: "x" }));
    return Socket.last.sent.pop()!;
  },
  ping() {
    start(["x"]);
    vi.advanceTimersByTime(20_000);
    return Socket.last.sent.pop()!;
  },
};

describe("the browser's frames", () => {
  for (const { name, frame, meaning } of fixtures("client.json")) {
    // Arguments that no attribute can give are for the server's reader.
    const plain = "open" in (meaning.args ?? {}) || Object.values(meaning.args ?? {}).every((value) => typeof value === "string");
    it.runIf(plain)(name, () => expect(PROVOKE[meaning.type]!(meaning)).toBe(frame));
    it(`${name}: is what it means`, () => expect(JSON.parse(frame)).toEqual(meaning));
  }
});

describe("the server's frames", () => {
  const LIST = [1, 2, 3, 4].map((i) => `<li dj="0">${i}</li>`).join("");
  const HTML = `<p dj="0">1</p><b class="a" dj="4@class 5@">x</b><ul dj="2*">${LIST}</ul><ol dj="3["></ol><form id="send"><input value="x"></form><input id="q" name="status"><button dj-click="a">a</button>`;

  for (const { name, frame, meaning } of fixtures("server.json")) {
    it(`${name}: is taken without complaint or with the one that is due`, () => {
      const complaints = [vi.spyOn(console, "error"), vi.spyOn(console, "warn")].map((spy) => spy.mockImplementation(() => {}));
      const regions = start(Array((meaning.view ?? 0) + 1).fill(HTML));
      for (let i = 0; i < (meaning.patches ?? 0); i++) Socket.last.receive("[]");
      expect(() => Socket.last.receive(frame)).not.toThrow();
      const due = meaning.error || meaning.type === "error" || meaning.type === "ended" || meaning.reason === "mount" || meaning.type === "navigate";
      if (!due) for (const spy of complaints) expect(spy).not.toHaveBeenCalled();
      const text = regions[meaning.view ?? 0]!.querySelector("p")!.innerHTML;
      const written = (meaning.patch ?? []).indexOf(0) === 0 ? meaning.patch[1] : undefined;
      if (meaning.type === "stale") expect(regions[meaning.view]!.classList.contains("dj-stale")).toBe(meaning.stale);
      if (meaning.type === "patch" && written !== undefined) expect(text).toBe(written);
    });
  }
});

describe("the connection", () => {
  it("is taken for dead when nothing comes after a ping", () => {
    start(["x"]);
    vi.advanceTimersByTime(29_999);
    expect(Socket.last.closedWith).toBeUndefined();
    vi.advanceTimersByTime(1);
    expect(Socket.last.closedWith).toBe(1000);
    vi.advanceTimersByTime(250);
    expect(Socket.all.length).toBe(2);
  });

  it("is kept by any frame", () => {
    start(["x"]);
    vi.advanceTimersByTime(25_000);
    Socket.last.receive(`{"type":"pong"}`);
    vi.advanceTimersByTime(19_000);
    expect(Socket.last.closedWith).toBeUndefined();
  });

  it("goes to the page's own host", () => {
    start(["x"]);
    expect(Socket.last.url).toBe("ws://localhost:3000/djust/live");
  });
});
