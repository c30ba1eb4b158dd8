/**
 * What is given up in time, and what comes too late.
 */
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { Socket, start } from "./page";

beforeEach(() => {
  vi.useFakeTimers();
  vi.spyOn(console, "error").mockImplementation(() => {});
});
afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

const types = () => Socket.last.sent.map((text) => JSON.parse(text).type).filter((type) => type !== "ping");
const keepAlive = (seconds: number) => {
  for (let second = 0; second < seconds; second++) {
    vi.advanceTimersByTime(1_000);
    Socket.last.receive(`{"type":"pong"}`);
  }
};

// First, since the pages of the others would hear these events as well.
it("a page that is shown or online while it connects opens no second socket", () => {
  start(["x"], false);
  dispatchEvent(new Event("online"));
  document.dispatchEvent(new Event("visibilitychange", { bubbles: true }));
  expect(Socket.all.length).toBe(1);
  Socket.last.drop();
  for (const type of ["pagehide", "pageshow", "online"]) dispatchEvent(Object.assign(new Event(type), { persisted: true }));
  vi.advanceTimersByTime(5_000);
  expect(Socket.all.filter(({ closedWith }) => closedWith === undefined).length).toBe(1);
});

it("a handshake that is not answered is given up after 10 s, and another socket opened", () => {
  start(["x"], false);
  vi.advanceTimersByTime(9_999);
  expect(Socket.last.closedWith).toBeUndefined();
  vi.advanceTimersByTime(1);
  expect(Socket.last.closedWith).toBe(1000);
  vi.advanceTimersByTime(250);
  expect(Socket.all.length).toBe(2);
});

it("a join that is not answered is given up after a minute, the next after two", () => {
  start(["x"], false);
  Socket.last.open();
  keepAlive(59);
  expect(types()).toEqual(["join"]);
  keepAlive(2);
  expect(types()).toEqual(["join", "leave", "join"]);
  keepAlive(100);
  expect(types().length).toBe(3);
  keepAlive(25);
  expect(types()).toEqual(["join", "leave", "join", "leave", "join"]);
});

it("what comes for an instance that was left changes nothing", () => {
  const [region] = start(["<p>x</p>"]);
  Socket.last.receive(JSON.stringify({ type: "sync", view: 0, patches: 7, mark: "m" }));
  for (const frame of [{ type: "joined", view: 0, template: "t", resume: null, html: "y" }, { type: "ended", view: 0, reason: "lagged" }, { type: "refused", view: 0, reason: "token", message: "" }]) {
    Socket.last.receive(JSON.stringify(frame));
  }
  vi.advanceTimersByTime(250);
  expect(types()).toEqual(["leave", "join"]);
  expect(region!.innerHTML).toBe("<p>x</p>");
});

it("is stale while the server that it is joined to says so, and tells each change once", () => {
  const [one, two] = start(["<p>x</p>", "y"]);
  const heard: unknown[] = [];
  const listener = ({ target, detail }: Event & { detail?: unknown }) => heard.push([target === two, detail]);
  document.body.addEventListener("djust:stale", listener);
  const say = (stale: boolean, view = 0) => Socket.last.receive(JSON.stringify({ type: "stale", view, stale }));
  const join = () => Socket.last.receive(JSON.stringify({ type: "joined", view: 0, template: "0f3c9a5be27d4186", resume: null, html: "<p>z</p>" }));
  const marked = () => [one!, two!].map(({ classList }) => classList.contains("dj-stale"));

  for (const view of [0, 1, 0]) say(true, view);
  expect(marked()).toEqual([true, true]);
  expect(heard.splice(0)).toEqual([[false, { stale: true }], [true, { stale: true }]]);
  say(false, 1);
  expect(marked()).toEqual([true, false]);
  expect(heard.splice(0)).toEqual([[true, { stale: false }]]);

  // Its server is gone, and what it says late is nothing.
  Socket.last.receive(JSON.stringify({ type: "ended", view: 0, reason: "panic" }));
  expect(one!.className).toBe("dj-disconnected");
  expect(heard.splice(0)).toEqual([[false, { stale: false }]]);
  say(true);
  expect(one!.className).toBe("dj-disconnected");
  join();
  expect(one!.className).toBe("dj-connected");
  expect(heard).toEqual([]);
  say(true);
  expect(one!.className).toBe("dj-connected dj-stale");
  Socket.last.drop();
  expect(heard).toEqual([[false, { stale: true }], [false, { stale: false }]]);
  expect(marked()).toEqual([false, false]);
  document.body.removeEventListener("djust:stale", listener);
});
