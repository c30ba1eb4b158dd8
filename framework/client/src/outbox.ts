/**
 * Messages to the server, in order, and who waits for the reply to each.
 *
 * While the view isn't joined, messages wait, 32 at most: all clicks and submits, of the others the
 * newest of each element and handler. One too many is not taken, with a warning: what a person
 * did first must not be undone by what they did last. What was sent but not answered when the
 * connection closed is not sent again: the server may have handled it.
 */
import type { Connection } from "./connection";
import type { Arguments, EventFrame, ModelFrame } from "./protocol";

const WAITING = 32;

export interface Message<Frame = EventFrame> {
  frame: Frame;
  /** Called once: accepted or not, or given up. */
  done(ok: boolean): void;
}

interface Waiting extends Message {
  /** A newer one from here with the same name makes it obsolete. */
  source: Element | undefined;
}

export class Outbox {
  joined = false;
  private refs = 0;
  private waiting: Waiting[] = [];
  private readonly unanswered = new Map<number, Message<EventFrame | ModelFrame>>();

  constructor(
    private readonly view: number,
    private readonly connection: Connection,
  ) {}

  event(name: string, args: Arguments): EventFrame {
    return { type: "event", view: this.view, ref: ++this.refs, name, args };
  }

  model(field: string, value: unknown): ModelFrame {
    return { type: "model", view: this.view, ref: ++this.refs, field, value };
  }

  /** Sends a message at once or never: a model field's value is sent again after each join. */
  send(message: Message<EventFrame | ModelFrame>): boolean {
    if (!this.joined || !this.connection.send(message.frame)) return false;
    this.unanswered.set(message.frame.ref, message);
    return true;
  }

  /** Sends an event, or has it wait, also while the socket is closing. */
  post(message: Waiting): void {
    const { frame, source } = message;
    if (this.send(message)) return;
    this.waiting = this.waiting.filter((other) => !source || other.source !== source || other.frame.name !== frame.name);
    if (this.waiting.length < WAITING) {
      this.waiting.push(message);
    } else {
      console.warn("djust: dropped", frame);
      message.done(false);
    }
  }

  answered(ref: number, ok: boolean): void {
    const message = this.unanswered.get(ref);
    this.unanswered.delete(ref);
    message?.done(ok);
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
