/**
 * Random walks over the life of a page with two regions, against a model of the server: connections
 * that open, close and hang, joins that are answered, refused or not, instances that end, tokens
 * that are renewed late, the page left and shown again.
 *
 * Whatever happens: one socket at a time, no second `join` of an instance that lives, and once the
 * server is well again every region is joined and every button that waited for its answer is free.
 */
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { Socket, start } from "./page";

const WALKS = 60;
const STEPS = 120;
const VIEWS = 2;

/** Numbers from 0 to 1, always the same for a seed. */
function random(seed: number): () => number {
  return () => {
    seed = (seed + 0x6d2b79f5) | 0;
    let t = Math.imul(seed ^ (seed >>> 15), 1 | seed);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** The server's end of a socket: frames take their time in both directions, and stay in order. */
class Peer {
  readonly alive = new Set<number>();
  private readonly mounting = new Set<number>();
  private read = 0;
  readonly out: string[] = [];

  constructor(
    readonly socket: Socket,
    private readonly chance: () => number,
    private readonly world: World,
  ) {}

  send(frame: object): void {
    this.out.push(JSON.stringify(frame));
  }

  /** Handles the next frame of the browser. */
  hear(): boolean {
    const text = this.socket.sent[this.read];
    if (!text) return false;
    this.read++;
    const frame = JSON.parse(text);
    const { type, view, ref } = frame;
    if (type === "ping") this.send({ type: "pong" });
    if (type === "leave") this.forget(view);
    if (type === "event") this.send(this.alive.has(view) ? { type: "reply", view, ref } : { type: "reply", view, ref, error: { code: "ended", message: "gone" } });
    if (type === "join") {
      expect(this.alive.has(view) || this.mounting.has(view), `a second join of ${view}: ${this.world.log.slice(-30).join(" ")}`).toBe(false);
      this.join(view);
    }
    return true;
  }

  private join(view: number): void {
    const luck = this.world.isWell ? 1 : this.chance();
    if (luck < 0.1) this.send({ type: "refused", view, reason: "token", message: "expired" });
    else if (luck < 0.2) this.send({ type: "refused", view, reason: "mount", status: 503, message: "try again" });
    else if (luck < 0.3) this.send({ type: "ended", view, reason: "panic" });
    else if (luck < 0.4) this.mounting.add(view);
    else this.mounted(view);
  }

  mounted(view: number): void {
    this.mounting.delete(view);
    this.alive.add(view);
    this.send({ type: "joined", view, template: "0f3c9a5be27d4186", resume: null, html: `<button dj-click="a" dj-disable-with="…">x</button>` });
  }

  private forget(view: number): void {
    this.alive.delete(view);
    this.mounting.delete(view);
  }

  /** An instance ends, or has lost a patch. */
  disturb(): void {
    const [view] = this.alive;
    if (view === undefined) return;
    if (this.chance() < 0.5) return this.send({ type: "sync", view, patches: 7, mark: "x" });
    this.alive.delete(view);
    this.send({ type: "ended", view, reason: "lagged" });
  }

  finishMounts(): void {
    for (const view of this.mounting) this.mounted(view);
  }
}

class World {
  isWell = false;
  readonly log: string[] = [];
  readonly fetches: Array<(outcome: "token" | "error" | "500") => void> = [];
  private readonly peers = new Map<Socket, Peer>();

  constructor(
    private readonly chance: () => number,
    readonly regions: HTMLElement[],
  ) {}

  get peer(): Peer | undefined {
    const socket = Socket.all.find(({ readyState }) => readyState === 1);
    if (!socket) return undefined;
    if (!this.peers.has(socket)) this.peers.set(socket, new Peer(socket, this.chance, this));
    return this.peers.get(socket);
  }

  deliver(): void {
    const { peer } = this;
    const frame = peer?.out.shift();
    if (frame) peer!.socket.receive(frame);
  }

  step(): void {
    const { peer } = this;
    const connecting = Socket.all.find(({ readyState }) => readyState === 0);
    const actions: Record<string, () => void> = {
      open: () => connecting?.open(),
      drop: () => this.chance() < 0.3 && (peer?.socket ?? connecting)?.drop(),
      closing: () => this.chance() < 0.1 && peer && (peer.socket.readyState = 2),
      closed: () => Socket.all.find(({ readyState }) => readyState === 2)?.drop(),
      hear: () => void peer?.hear(),
      hearMore: () => void peer?.hear(),
      deliver: () => this.deliver(),
      deliverMore: () => this.deliver(),
      disturb: () => this.chance() < 0.3 && peer?.disturb(),
      mounts: () => peer?.finishMounts(),
      fetched: () => this.fetches.shift()?.((["token", "error", "500"] as const)[Math.floor(this.chance() * 3)]!),
      time: () => vi.advanceTimersByTime(this.chance() * 2_000),
      muchTime: () => this.chance() < 0.1 && vi.advanceTimersByTime(this.chance() * 80_000),
      hide: () => this.chance() < 0.2 && page("pagehide"),
      show: () => page("pageshow"),
      online: () => dispatchEvent(new Event("online")),
      click: () => this.click(),
    };
    const name = Object.keys(actions)[Math.floor(this.chance() * Object.keys(actions).length)]!;
    this.log.push(name);
    actions[name]!();
    const open = Socket.all.filter(({ readyState, closedWith }) => readyState < 2 && closedWith === undefined);
    expect(open.length, this.log.slice(-20).join(" ")).toBeLessThan(2);
  }

  private click(): void {
    const buttons = this.regions.map((region) => region.querySelector("button")!);
    buttons[Math.floor(this.chance() * VIEWS)]!.click();
  }

  /** From now on the server does what it should. */
  async recover(): Promise<void> {
    this.isWell = true;
    page("pageshow");
    for (let second = 0; second < 900; second++) {
      for (const settle of this.fetches.splice(0)) settle("token");
      await Promise.resolve();
      Socket.all.find(({ readyState }) => readyState === 2)?.drop();
      Socket.all.find(({ readyState }) => readyState === 0)?.open();
      const { peer } = this;
      peer?.finishMounts();
      while (peer?.hear());
      while (peer?.out.length) this.deliver();
      await vi.advanceTimersByTimeAsync(1_000);
    }
  }
}

function page(type: string): void {
  dispatchEvent(Object.assign(new Event(type), { persisted: true }));
}

let listeners: Array<[string, EventListener]>;
beforeEach(() => {
  vi.useFakeTimers();
  for (const level of ["error", "warn"] as const) vi.spyOn(console, level).mockImplementation(() => {});
  listeners = [];
  const add = window.addEventListener.bind(window);
  vi.spyOn(window, "addEventListener").mockImplementation((type: string, listener: unknown) => {
    listeners.push([type, listener as EventListener]);
    add(type, listener as EventListener);
  });
});
afterEach(() => {
  for (const [type, listener] of listeners) window.removeEventListener(type, listener);
  vi.clearAllTimers();
  vi.useRealTimers();
  vi.restoreAllMocks();
});

const TOKEN = `<div dj-view="a.B" dj-token="fresh"></div>`;

for (let seed = 0; seed < WALKS; seed++) {
  it(`after any order of mishaps every region is joined once: walk ${seed}`, async () => {
    const chance = random(seed);
    vi.spyOn(Math, "random").mockImplementation(chance);
    const world = new World(chance, start(Array(VIEWS).fill(`<button dj-click="a" dj-disable-with="…">x</button>`), false));
    vi.stubGlobal("fetch", () => {
      return new Promise((resolve, reject) => {
        world.fetches.push((outcome) => {
          if (outcome === "error") return reject(new TypeError("no network"));
          const ok = outcome === "token";
          resolve({ ok, redirected: false, status: ok ? 200 : 500, text: async () => TOKEN.repeat(VIEWS) });
        });
      });
    });
    for (let i = 0; i < STEPS; i++) {
      world.step();
      if (i % 8 === 0) await Promise.resolve();
    }
    await world.recover();
    const last = world.log.slice(-30).join(" ");
    for (const [view, region] of world.regions.entries()) {
      expect(region.className, last).toBe("dj-connected");
      expect(world.peer?.alive.has(view), last).toBe(true);
      expect(region.querySelector("button")!.disabled, last).toBe(false);
    }
  });
}
