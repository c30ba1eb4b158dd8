/**
 * Messages to the server, in order, and who waits for the reply to each.
 *
 * While the view isn't joined, messages wait, 32 at most: all clicks and submits, of the others the
 * newest of each element and handler. One too many is not taken, with a warning: what a person
 * did first must not be undone by what they did last. What was sent but not answered when the
 * connection closed is not sent again: the server may have handled it.
 */
import type { Connection } from "./connection";
import type { Arguments, EventFrame } from "./protocol";

const WAITING = 32;

export interface Message {
  frame: EventFrame;
  /** While it waits, a newer one from here with the same name makes it obsolete. */
  source: Element | undefined;
  /** Called once: answered without an error or not, or given up. */
  done(ok: boolean): void;
}

export class Outbox {
  joined = false;
  private refs = 0;
  private waiting: Message[] = [];
  private readonly unanswered = new Map<number, Message>();

  constructor(
    private readonly view: number,
    private readonly connection: Connection,
  ) {}

  event(name: string, args: Arguments): EventFrame {
    return { type: "event", view: this.view, ref: ++this.refs, name, args };
  }

  /** A model field's value doesn't wait: it is sent again after each join. */
  model(field: string, value: unknown): void {
    if (this.joined) this.connection.send({ type: "model", view: this.view, ref: ++this.refs, field, value });
  }

  post(message: Message): void {
    const { frame, source } = message;
    if (this.joined) {
      this.unanswered.set(frame.ref, message);
      return this.connection.send(frame);
    }
    this.waiting = this.waiting.filter((other) => !source || other.source !== source || other.frame.name !== frame.name);
    if (this.waiting.length < WAITING) {
      this.waiting.push(message);
    } else {
      console.warn("djust: dropped", frame);
      message.done(false);
    }
  }

  answered(ref: number, ok: boolean): void {
    this.unanswered.get(ref)?.done(ok);
    this.unanswered.delete(ref);
  }

  /** Sends what waited. */
  open(): void {
    for (const message of this.waiting.splice(0)) this.post(message);
  }

  close(): void {
    this.joined = false;
    for (const ref of this.unanswered.keys()) this.answered(ref, false);
  }
}
