/**
 * One live view in the page: joins it, hands its frames to the content and the outbox, and joins
 * it again after whatever ended it.
 *
 *     | state   | event                             | next                                  |
 *     |---------|-----------------------------------|---------------------------------------|
 *     | away    | the connection opens, or backoff  | sends `join`                          |
 *     | away    | `joined`                          | joined; waiting events are sent       |
 *     | joined  | the connection closes             | away                                  |
 *     | joined  | `ended`                           | away; backoff                         |
 *     | joined  | a patch fails, or one is missing  | sends `leave`; away; backoff          |
 *     | away    | `refused` token                   | takes a fresh token; backoff          |
 *     | away    | `refused` mount                   | reloads the page                      |
 *
 * While away, what still arrives for the instance that was left is ignored.
 */
import { Backoff } from "./backoff";
import type { Connection } from "./connection";
import { Content } from "./content";
import { describe } from "./dom";
import { Events } from "./events";
import { Outbox } from "./outbox";
import type { Page } from "./page";
import type { Patch, ViewFrame } from "./protocol";

/** A page that was reloaded less than this ago (ms) is not reloaded again for the same reason. */
const RELOADED = 10_000;

export class Region {
  readonly content: Content;
  private readonly outbox: Outbox;
  private readonly events: Events;
  private readonly backoff = new Backoff(() => this.join());
  private joined = false;
  private patches = 0;
  /** Those of the page as the server wrote it; empty once anything was changed. */
  private digests: string;

  constructor(
    readonly root: HTMLElement,
    readonly number: number,
    private readonly connection: Connection,
    private readonly page: Page,
  ) {
    this.digests = this.get("digests");
    this.content = new Content(root);
    this.outbox = new Outbox(number, connection);
    this.events = new Events(root, this.content, this.outbox);
  }

  start(): void {
    this.content.start();
    this.events.start();
  }

  stop(): void {
    this.backoff.stop();
    this.events.stop();
    this.content.stop();
  }

  join(): void {
    this.backoff.stop();
    this.connection.send({
      type: "join",
      view: this.number,
      token: this.get("token"),
      template: this.get("template"),
      digests: this.digests,
    });
  }

  disconnected(): void {
    this.backoff.stop();
    this.joined = false;
    this.outbox.close();
    this.show("disconnected", "connected");
  }

  patch(patch: Patch): void {
    if (!this.joined) return;
    this.patches++;
    this.change(() => this.content.patch(patch));
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
        return this.content.reset(frame.form);
      case "refused":
        return this.refused(frame);
      case "navigate":
        return location.assign(frame.to);
      case "ended":
        return this.away(`the view ended: ${frame.reason}`);
      case "error":
        return this.complain(`${frame.code}: ${frame.message}`);
    }
  }

  private enter({ template, patch, html }: Extract<ViewFrame, { type: "joined" }>): void {
    this.joined = true;
    this.patches = 0;
    this.digests = "";
    this.root.setAttribute("dj-template", template);
    this.change(() => (patch ? this.content.patch(patch) : this.content.replace(html!)));
    if (!this.joined) return;
    this.connection.succeeded();
    this.backoff.succeeded();
    this.outbox.open();
    this.events.recover();
    this.outbox.flush();
    this.show("connected", "disconnected");
  }

  private answered({ ref, error }: Extract<ViewFrame, { type: "reply" }>): void {
    this.outbox.answered(ref, !error);
    if (!error) return;
    console.warn(`djust: ${error.code}: ${error.message} (in ${describe(this.root)})`);
    this.dispatch("error", error);
  }

  private sync({ patches, mark }: Extract<ViewFrame, { type: "sync" }>): void {
    if (!this.joined) return;
    if (patches === this.patches) this.connection.send({ type: "ack", view: this.number, mark });
    else this.heal(`${this.patches} of ${patches} patches arrived`);
  }

  private refused({ reason, message }: Extract<ViewFrame, { type: "refused" }>): void {
    if (reason === "token") return void this.renew();
    this.complain(message);
    if (justReloaded()) this.backoff.later();
    else location.reload();
  }

  /** Takes the token of the same region in the page as the server writes it now. */
  private async renew(): Promise<void> {
    try {
      const regions = (await this.page.fresh()).querySelectorAll("[dj-view]");
      const token = regions[this.number]?.getAttribute("dj-token");
      if (!token) return location.reload();
      this.root.setAttribute("dj-token", token);
    } catch (error) {
      this.complain(error);
    }
    this.backoff.later();
  }

  private change(change: () => void): void {
    try {
      change();
    } catch (error) {
      return this.heal(error);
    }
    this.dispatch("patched");
  }

  /** Leaves the instance and joins anew, which fetches the whole region. */
  private heal(problem: unknown): void {
    this.connection.send({ type: "leave", view: this.number });
    this.away(problem);
  }

  private away(problem: unknown): void {
    this.complain(problem);
    this.disconnected();
    this.backoff.later();
  }

  private complain(problem: unknown): void {
    console.error(`djust: ${describe(this.root)}:`, problem);
  }

  private show(now: string, before: string): void {
    const { classList } = this.root;
    if (classList.contains(`dj-${now}`)) return;
    classList.remove(`dj-${before}`);
    classList.add(`dj-${now}`);
    this.dispatch(now);
  }

  private dispatch(name: string, detail?: unknown): void {
    this.root.dispatchEvent(new CustomEvent(`dj:${name}`, { bubbles: true, detail }));
  }

  private get(name: string): string {
    return this.root.getAttribute(`dj-${name}`) ?? "";
  }
}

function justReloaded(): boolean {
  const [navigation] = performance.getEntriesByType("navigation") as PerformanceNavigationTiming[];
  return navigation?.type === "reload" && performance.now() < RELOADED;
}
