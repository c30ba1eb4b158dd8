/**
 * One live view in the page: joins it, hands its frames to the content and the outbox, and joins
 * it again whatever ended it. It owns the state, which `become` alone changes, as the table in
 * `state.ts` says. Each change ends what the state before had started (a timer, the backoff, a
 * renewal), so that no late callback acts.
 */
import { Content } from "../content/content";
import { PendingButtons } from "../content/pending-buttons";
import { parse } from "../dom/html";
import { active, call, describe, get } from "../dom/node";
import { Delays } from "../events/delays";
import { Events } from "../events/events";
import { Models } from "../events/models";
import { Fields } from "../fields/fields";
import type { Patch, ReplyError, ViewFrame } from "../protocol";
import { Backoff } from "../transport/backoff";
import type { Connection } from "../transport/connection";
import { Outbox } from "../transport/outbox";
import { next, State, Trigger } from "./state";

/** A page is reloaded no younger than this (ms), so that a permanent refusal isn't a hot loop. */
const RELOAD_AGE = 2_000;
/**
 * A join has to be answered within this time (ms): twice the default limit of `mount`. The time is
 * doubled after each join in a row without an answer.
 */
const ANSWER_TIMEOUT = 60_000;

type Frame<Type> = Extract<ViewFrame, { type: Type }>;

export class Region {
  private readonly fields: Fields;
  private readonly content: Content;
  private readonly outbox: Outbox;
  private readonly models: Models;
  private readonly events: Events;
  private readonly backoff = new Backoff(() => this.become(Trigger.Retry));
  private state = State.Away;
  /** Counts the transitions: a renewal compares it to see whether it still matters. */
  private turn = 0;
  private timer?: ReturnType<typeof setTimeout>;
  /** Joins in a row that were not answered. */
  private unanswered = 0;
  /** Patches since the view was joined. */
  private patchCount = 0;
  /** The digests of the page as the server wrote it; empty once anything was changed. */
  private digests: string;

  constructor(
    private readonly root: HTMLElement,
    private readonly number: number,
    private readonly connection: Connection,
  ) {
    const buttons = new PendingButtons();
    const delays = new Delays();
    this.digests = this.attribute("digests");
    this.fields = new Fields(root);
    this.content = new Content(root, this.fields, buttons);
    this.outbox = new Outbox(number, connection, (error) => this.report(error));
    this.models = new Models(this.fields, this.outbox, delays);
    this.events = new Events(root, this.fields, buttons, this.outbox, this.models, delays);
  }

  /** The connection is open. */
  opened(): void {
    this.become(Trigger.Opened);
  }

  /** The connection is closed. */
  closed(): void {
    this.become(Trigger.Closed);
  }

  patch(patch: Patch): void {
    if (this.state !== State.Joined) return;
    this.patchCount++;
    this.change(() => this.content.patch(patch));
  }

  receive(frame: ViewFrame): void {
    switch (frame.type) {
      case undefined:
        return this.patch(frame.patch);
      case "joined":
        return this.joined(frame);
      case "reply":
        return this.answered(frame);
      case "sync":
        return this.acknowledge(frame);
      case "reset":
        return this.resetFields(frame);
      case "focus":
        return this.focusOn(frame.id);
      case "stale":
        return this.showStale(frame.stale);
      case "refused":
        return this.mountRefused(frame);
      case "navigate":
        return this.navigate(frame.to);
      case "ended":
        return void this.become(frame.reason === "revoked" ? Trigger.Revoked : Trigger.Ended, frame.reason);
      case "error":
        return this.complain(frame.message);
    }
  }

  /**
   * Enters the state that a trigger leads to and says why in the console; false if it leads to
   * none.
   */
  private become(trigger: Trigger, problem?: string): boolean {
    const state = next(this.state, trigger);
    if (state === undefined) return false;
    if (problem !== undefined) this.complain(problem);
    this.turn++;
    clearTimeout(this.timer);
    this.backoff.stop();
    this.state = state;
    this.outbox.stop();
    // Listeners of the page hear what was given up, and may have closed the connection.
    if (this.state === state) this.enter(state);
    return true;
  }

  private enter(state: State): void {
    switch (state) {
      case State.Joining:
        this.timer = setTimeout(() => this.heal("the join timed out"), ANSWER_TIMEOUT * 2 ** this.unanswered++);
        return this.sendJoin();
      case State.Joined:
        this.unanswered = 0;
        return this.outbox.start();
      case State.Renewing:
        return void this.renew(this.turn);
      case State.Gone:
        this.timer = setTimeout(() => location.reload(), RELOAD_AGE - performance.now());
        break;
      case State.Left:
        this.connection.send({ type: "leave", view: this.number });
    }
    if (state === State.Left || state === State.Ended) this.backoff.later();
    this.showStale(false);
    this.showConnection("disconnected", "connected");
  }

  private sendJoin(): void {
    const { number: view, digests } = this;
    const frame = { type: "join", view, token: this.attribute("token"), template: this.attribute("template"), digests } as const;
    // Without digests the server sends the whole region, so they may be left out.
    this.connection.send(this.connection.fits(frame) ? frame : { ...frame, digests: "" });
  }

  private joined({ template, patch, html }: Frame<"joined">): void {
    if (!this.become(Trigger.Joined)) return;
    this.patchCount = 0;
    this.digests = "";
    this.fields.joining(template === this.attribute("template"));
    const { entered } = this.models;
    this.root.setAttribute("dj-template", template);
    this.change(() => (patch ? this.content.patch(patch, true) : this.content.merge(html!)));
    if (this.state !== State.Joined) return;
    this.connection.succeeded();
    this.backoff.succeeded();
    this.models.recover(entered);
    this.outbox.flush();
    this.showConnection("connected", "disconnected");
  }

  private resetFields({ form, field }: Frame<"reset">): void {
    if (!this.fields.resetNamed(form, field)) this.complain(`no ${form ? `form #${form}` : `field ${field}`} to reset`, "warn");
  }

  private answered({ ref, error, refused }: Frame<"reply">): void {
    this.outbox.answered(ref, !error && !refused);
    if (error) this.report(error);
  }

  private acknowledge({ patches, mark }: Frame<"sync">): void {
    if (this.state !== State.Joined) return;
    if (patches === this.patchCount) this.connection.send({ type: "ack", view: this.number, mark });
    else this.heal("a patch is missing");
  }

  private focusOn(id: string): void {
    const element = call(document, "getElementById", id);
    if (element) call(element, "focus");
    if (!element || active() !== element) this.complain(`can't focus #${id}`, "warn");
  }

  private mountRefused({ reason, message, status }: Frame<"refused">): void {
    if (reason === "token") this.become(Trigger.BadToken);
    else this.become(status! >= 500 ? Trigger.Unavailable : Trigger.Refused, message);
  }

  /** Fetches the page and takes the token of the same region in it. */
  private async renew(turn: number): Promise<void> {
    let trigger = Trigger.Renewed;
    try {
      const response = await fetch(location.href, { cache: "reload", signal: AbortSignal.timeout(ANSWER_TIMEOUT) });
      const { status } = response;
      if (response.ok && !response.redirected) {
        const region = parse(await response.text(), this.root).querySelectorAll("[dj-view]")[this.number];
        const token = region?.getAttribute("dj-view") === this.attribute("view") && region.getAttribute("dj-token");
        if (token) this.root.setAttribute("dj-token", token);
        else trigger = Trigger.NotFound;
      } else if (status < 500 && status !== 429) trigger = Trigger.NotFound;
    } catch {
      // The browser has logged the error. The join with the old token leads here again.
    }
    if (turn === this.turn) this.become(trigger);
  }

  /** Goes to another page, but never to a URL that would run a script in this one. */
  private navigate(to: string): void {
    // `URL` ignores what browsers ignore: tabs, line breaks, leading spaces and control characters.
    let url;
    try {
      url = new URL(to, get(document, "baseURI"));
    } catch {
      // The complaint follows below.
    }
    if (url && /^https?:$/.test(url.protocol)) location.assign(url.href);
    else this.complain(`refused to navigate to ${JSON.stringify(to)}: not an http(s) or relative URL`);
  }

  private change(change: () => void): void {
    try {
      this.events.during(change);
    } catch (error) {
      return this.heal(error);
    }
    this.dispatch("dj:patched");
  }

  /** Leaves the instance and joins again, which brings the whole region. */
  private heal(problem: unknown): void {
    this.complain(problem);
    this.become(Trigger.Failed);
  }

  /** Tells the page that an event failed. */
  private report(error: ReplyError): void {
    this.complain(error, "warn");
    this.dispatch("dj:error", error);
  }

  private complain(problem: unknown, level: "warn" | "error" = "error"): void {
    console[level](`djust: ${describe(this.root)}:`, problem);
  }

  private showConnection(now: string, before: string): void {
    const { classList } = this.root;
    if (classList.contains(`dj-${now}`)) return;
    classList.remove(`dj-${before}`);
    classList.add(`dj-${now}`);
    this.dispatch(`dj:${now}`);
  }

  /** Shows that the region may be out of date, which only the server that it has joined can say. */
  private showStale(stale: boolean): void {
    const { classList } = this.root;
    stale &&= this.state === State.Joined;
    if (classList.contains("dj-stale") === stale) return;
    classList.toggle("dj-stale");
    this.dispatch("djust:stale", { stale });
  }

  private dispatch(name: string, detail?: unknown): void {
    this.root.dispatchEvent(new CustomEvent(name, { bubbles: true, detail }));
  }

  private attribute(name: string): string {
    return this.root.getAttribute(`dj-${name}`) ?? "";
  }
}
