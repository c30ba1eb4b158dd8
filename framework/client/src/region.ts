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
import type { Patch, ViewFrame } from "./protocol";

/** A page is not reloaded before it is this old (ms), so that refusing it always isn't a hot loop. */
const RELOAD = 2_000;

export class Region {
  private readonly content: Content;
  private readonly outbox: Outbox;
  private readonly events: Events;
  private readonly backoff = new Backoff(() => this.join());
  private patches = 0;
  /** Those of the page as the server wrote it; empty once anything was changed. */
  private digests: string;

  constructor(
    readonly root: HTMLElement,
    readonly number: number,
    private readonly connection: Connection,
  ) {
    this.digests = this.get("digests");
    this.content = new Content(root);
    this.outbox = new Outbox(number, connection);
    this.events = new Events(root, this.content, this.outbox);
  }

  join(): void {
    this.connection.send({
      type: "join",
      view: this.number,
      token: this.get("token"),
      template: this.get("template"),
      digests: this.digests,
    });
  }

  /** The instance is gone. */
  leave(): void {
    this.backoff.stop();
    this.outbox.close();
    this.show("disconnected", "connected");
  }

  patch(patch: Patch): void {
    if (!this.outbox.joined) return;
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
        return this.reset(frame);
      case "refused":
        return this.refused(frame);
      case "navigate":
        return location.assign(frame.to);
      case "ended":
        return this.away(frame.reason);
      case "error":
        return this.complain(frame.message);
    }
  }

  private enter({ template, patch, html }: Extract<ViewFrame, { type: "joined" }>): void {
    this.patches = 0;
    this.digests = "";
    this.content.fields.joining(template === this.get("template"));
    this.root.setAttribute("dj-template", template);
    this.outbox.joined = true;
    this.change(() => (patch ? this.content.patch(patch, true) : this.content.replace(html!)));
    if (!this.outbox.joined) return;
    this.connection.backoff.succeeded();
    this.backoff.succeeded();
    this.events.recover();
    this.outbox.open();
    this.show("connected", "disconnected");
  }

  private reset({ form, field }: Extract<ViewFrame, { type: "reset" }>): void {
    if (!this.content.fields.resetNamed(form, field)) this.complain(`there is no ${form ? `form #${form}` : `field ${field}`} to reset`, "warn");
  }

  private answered({ ref, error, refused }: Extract<ViewFrame, { type: "reply" }>): void {
    this.outbox.answered(ref, !error && !refused);
    if (!error) return;
    this.complain(error, "warn");
    this.dispatch("error", error);
  }

  private sync({ patches, mark }: Extract<ViewFrame, { type: "sync" }>): void {
    if (!this.outbox.joined) return;
    if (patches === this.patches) this.connection.send({ type: "ack", view: this.number, mark });
    else this.heal("lost a patch");
  }

  private refused({ reason, message }: Extract<ViewFrame, { type: "refused" }>): void {
    if (reason === "token") return void this.renew();
    this.complain(message);
    setTimeout(() => location.reload(), RELOAD - performance.now());
  }

  /** Takes the token of the same region in the page as the server writes it now. */
  private async renew(): Promise<void> {
    try {
      const response = await fetch(location.href, { cache: "reload" });
      if (response.ok) {
        const page = new DOMParser().parseFromString(await response.text(), "text/html");
        const token = page.querySelectorAll("[dj-view]")[this.number]?.getAttribute("dj-token");
        if (!token) return location.reload();
        this.root.setAttribute("dj-token", token);
      }
    } catch {
      // The browser has logged it; the old token is refused again, and this is tried again.
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
    this.leave();
    this.backoff.later();
  }

  private complain(problem: unknown, level: "warn" | "error" = "error"): void {
    console[level](`djust: ${describe(this.root)}:`, problem);
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
