/**
 * One live view in the page: joins it, hands its frames to the content and the outbox, and joins
 * it again after whatever ended it. `become` is the only transition; each one ends what the state
 * before had under way (a timer, the backoff, a renewal), so that no late callback acts.
 *
 *     | state    | event                                        | next                         |
 *     |----------|----------------------------------------------|------------------------------|
 *     | Away     | the connection opens                         | Joining: sends `join`        |
 *     | Joining  | `joined`                                     | Joined: sends what waited    |
 *     | Joining  | `refused` token                              | Renewing: fetches the page   |
 *     | Joining  | `refused` mount, 5xx                         | Ended                        |
 *     | Joining  | `refused` mount, else                        | Gone                         |
 *     | Joining  | `ended`: it may be the former instance's     | Left                         |
 *     | Joining  | no answer in time                            | Left                         |
 *     | Joined   | `ended`                                      | Ended                        |
 *     | Joined   | a patch fails, or one is missing             | Left                         |
 *     | Ended    | backoff                                      | Joining                      |
 *     | Ended    | `joined`: the server was faster              | Joined                       |
 *     | Left     | backoff (on entry `leave` was sent)          | Joining                      |
 *     | Renewing | a token, 5xx, 429, or no page in time        | Ended                        |
 *     | Renewing | other 4xx, redirect, page without this view  | Gone                         |
 *     | any      | `ended` revoked                              | Gone                         |
 *     | not Gone | the connection closes                        | Away                         |
 *     | Gone     | (on entry the page is about to be reloaded)  |                              |
 *
 * All other frames that don't fit the state are of an instance that is gone, and are ignored.
 */
import { Backoff } from "./backoff";
import type { Connection } from "./connection";
import { Content } from "./content";
import { active, call, describe, get, parse } from "./dom";
import { Events } from "./events";
import { Outbox } from "./outbox";
import type { Patch, ReplyError, ViewFrame } from "./protocol";

/** A page is not reloaded before it is this old (ms), so that refusing it always isn't a hot loop. */
const RELOAD = 2_000;
/** A join is answered within this time (ms), twice of what `mount` may take by default; each time in a row it is doubled. */
const ANSWER = 60_000;

const enum State {
  Away,
  Joining,
  Joined,
  Ended,
  Left,
  Renewing,
  Gone,
}

type Frame<Type> = Extract<ViewFrame, { type: Type }>;

export class Region {
  private readonly contents: Content;
  private readonly outbox: Outbox;
  private readonly events: Events;
  private readonly backoff = new Backoff(() => this.become(State.Joining));
  private state = State.Away;
  /** Counts the transitions: what waits finds out whether its state is still the one. */
  private turn = 0;
  private timer?: ReturnType<typeof setTimeout>;
  /** Joins in a row that were not answered. */
  private unheard = 0;
  private patches = 0;
  /** Those of the page as the server wrote it; empty once anything was changed. */
  private digests: string;

  constructor(
    readonly root: HTMLElement,
    readonly number: number,
    private readonly connection: Connection,
  ) {
    this.digests = this.get("digests");
    this.contents = new Content(root);
    this.outbox = new Outbox(number, connection, (error) => this.tell(error));
    this.events = new Events(root, this.contents, this.outbox);
  }

  /** The connection is open. */
  join(): void {
    if (this.state === State.Away) this.become(State.Joining);
  }

  /** The connection is gone. */
  leave(): void {
    if (this.state !== State.Gone) this.become(State.Away);
  }

  patch(patch: Patch): void {
    if (this.state !== State.Joined) return;
    this.patches++;
    this.change(() => this.contents.patch(patch));
  }

  receive(frame: ViewFrame): void {
    switch (frame.type) {
      case undefined:
        return this.patch(frame.patch);
      case "joined":
        return this.enter(frame);
      case "reply":
        return this.answered(frame);
      case "sync":
        return this.sync(frame);
      case "reset":
        return this.reset(frame);
      case "focus":
        return this.focusOn(frame.id);
      case "stale":
        return this.mark(frame.stale);
      case "refused":
        return this.wasRefused(frame);
      case "navigate":
        return this.navigate(frame.to);
      case "ended":
        return this.ended(frame.reason);
      case "error":
        return this.complain(frame.message);
    }
  }

  private become(state: State): void {
    this.turn++;
    clearTimeout(this.timer);
    this.backoff.stop();
    this.state = state;
    this.outbox.close();
    // What was given up may have told the page, and that may have changed the state.
    if (this.state !== state) return;
    switch (state) {
      case State.Joining:
        this.timer = setTimeout(() => this.heal("the join was not answered"), ANSWER * 2 ** this.unheard++);
        return this.ask();
      case State.Joined:
        this.unheard = 0;
        this.outbox.joined = true;
        return;
      case State.Left:
        this.connection.send({ type: "leave", view: this.number });
        this.backoff.later();
        break;
      case State.Ended:
        this.backoff.later();
        break;
      case State.Gone:
        this.timer = setTimeout(() => location.reload(), RELOAD - performance.now());
        break;
      case State.Renewing:
        return void this.renew(this.turn);
    }
    this.mark(false);
    this.show("disconnected", "connected");
  }

  private ask(): void {
    const { number: view, digests } = this;
    const frame = { type: "join", view, token: this.get("token"), template: this.get("template"), digests } as const;
    // Without digests the server sends the whole region.
    this.connection.send(this.connection.fits(frame) ? frame : { ...frame, digests: "" });
  }

  private enter({ template, patch, html }: Frame<"joined">): void {
    if (![State.Joining, State.Joined, State.Ended].includes(this.state)) return;
    this.become(State.Joined);
    this.patches = 0;
    this.digests = "";
    this.contents.fields.joining(template === this.get("template"));
    const { models } = this.events;
    const { entered } = models;
    this.root.setAttribute("dj-template", template);
    this.change(() => (patch ? this.contents.patch(patch, true) : this.contents.replace(html!)));
    if (!this.outbox.joined) return;
    this.connection.backoff.succeeded();
    this.backoff.succeeded();
    models.recover(entered);
    this.outbox.open();
    this.show("connected", "disconnected");
  }

  private reset({ form, field }: Frame<"reset">): void {
    if (!this.contents.fields.resetNamed(form, field)) this.complain(`there is no ${form ? `form #${form}` : `field ${field}`} to reset`, "warn");
  }

  private answered({ ref, error, refused }: Frame<"reply">): void {
    this.outbox.answered(ref, !error && !refused);
    if (error) this.tell(error);
  }

  private sync({ patches, mark }: Frame<"sync">): void {
    if (this.state !== State.Joined) return;
    if (patches === this.patches) this.connection.send({ type: "ack", view: this.number, mark });
    else this.heal("lost a patch");
  }

  private focusOn(id: string): void {
    const element = call(document, "getElementById", id);
    if (element) call(element, "focus");
    if (!element || active() !== element) this.complain(`can't focus #${id}`, "warn");
  }

  private wasRefused({ reason, message, status }: Frame<"refused">): void {
    if (this.state !== State.Joining) return;
    if (reason === "token") return this.become(State.Renewing);
    this.complain(message);
    this.become(status! >= 500 ? State.Ended : State.Gone);
  }

  /** Takes the token of the same region in the page as the server writes it now. */
  private async renew(turn: number): Promise<void> {
    let next = State.Ended;
    try {
      const response = await fetch(location.href, { cache: "reload", signal: AbortSignal.timeout(ANSWER) });
      const { status } = response;
      if (response.ok && !response.redirected) {
        const region = parse(await response.text(), this.root).querySelectorAll("[dj-view]")[this.number];
        const token = region?.getAttribute("dj-view") === this.get("view") && region.getAttribute("dj-token");
        if (token) this.root.setAttribute("dj-token", token);
        else next = State.Gone;
      } else if (status < 500 && status !== 429) next = State.Gone;
    } catch {
      // The browser has logged it; the old token is refused again, and this is tried again.
    }
    if (turn === this.turn) this.become(next);
  }

  /** Goes to another page; a URL that would run a script here is none. */
  private navigate(to: string): void {
    // The parser leaves out what browsers leave out: tabs, line breaks, leading spaces and control characters.
    let url;
    try {
      url = new URL(to, get(document, "baseURI"));
    } catch {
      // Complained of below.
    }
    if (url && /^https?:$/.test(url.protocol)) location.assign(url.href);
    else this.complain(`refused to navigate to ${JSON.stringify(to)}: it is no http(s) or relative URL`);
  }

  private ended(reason: string): void {
    const { state } = this;
    if (reason !== "revoked" && state !== State.Joining && state !== State.Joined) return;
    this.complain(reason);
    this.become(reason === "revoked" ? State.Gone : state === State.Joined ? State.Ended : State.Left);
  }

  private change(change: () => void): void {
    try {
      this.events.during(change);
    } catch (error) {
      return this.heal(error);
    }
    this.dispatch("dj:patched");
  }

  /** Leaves the instance and joins anew, which fetches the whole region. */
  private heal(problem: unknown): void {
    this.complain(problem);
    this.become(State.Left);
  }

  /** Tells the page of an event that failed. */
  private tell(error: ReplyError): void {
    this.complain(error, "warn");
    this.dispatch("dj:error", error);
  }

  private complain(problem: unknown, level: "warn" | "error" = "error"): void {
    console[level](`djust: ${describe(this.root)}:`, problem);
  }

  private show(now: string, before: string): void {
    const { classList } = this.root;
    if (classList.contains(`dj-${now}`)) return;
    classList.remove(`dj-${before}`);
    classList.add(`dj-${now}`);
    this.dispatch(`dj:${now}`);
  }

  /** Says whether what the region shows may be out of date, as the server does that it is joined to. */
  private mark(stale: boolean): void {
    const { classList } = this.root;
    stale &&= this.outbox.joined;
    if (classList.contains("dj-stale") === stale) return;
    classList.toggle("dj-stale");
    this.dispatch("djust:stale", { stale });
  }

  private dispatch(name: string, detail?: unknown): void {
    this.root.dispatchEvent(new CustomEvent(name, { bubbles: true, detail }));
  }

  private get(name: string): string {
    return this.root.getAttribute(`dj-${name}`) ?? "";
  }
}
