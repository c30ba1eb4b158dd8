/**
 * Messages to the server, in order, and who waits for the reply to each.
 *
 * While the view isn't joined, messages wait, 32 at most: all clicks and submits, of the others the
 * newest of each element and handler. One too many is not taken, with a warning: what a person
 * did first must not be undone by what they did last. What was sent but not answered when the
 * connection closed is not sent again: the server may have handled it. The page is told of it, and
 * of a message that is larger than what the server takes.
 */
import type { Arguments, EventFrame, ModelFrame, ReplyError } from "../protocol";
import type { Connection } from "./connection";

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
  private isStarted = false;
  private refs = 0;
  private waiting: Waiting[] = [];
  private readonly unanswered = new Map<number, Message<EventFrame | ModelFrame>>();

  constructor(
    private readonly view: number,
    private readonly connection: Connection,
    private readonly tell: (error: ReplyError) => void,
  ) {}

  event(name: string, args: Arguments): EventFrame {
    return { type: "event", view: this.view, ref: ++this.refs, name, args };
  }

  model(field: string, value: unknown): ModelFrame {
    return { type: "model", view: this.view, ref: ++this.refs, field, value };
  }

  /** Sends a message at once or never (a model field's value is sent again after each join); false if the caller is to see to it. */
  send(message: Message<EventFrame | ModelFrame>): boolean {
    const { frame } = message;
    if (!this.connection.fits(frame)) {
      this.tell({ code: "too_large", message: `${nameOf(frame)} is too large for the server` });
      message.done(false);
      return true;
    }
    if (!this.isStarted || !this.connection.send(frame)) return false;
    this.unanswered.set(frame.ref, message);
    return true;
  }

  /** Sends an event, or has it wait, also while the socket is closing. */
  post(message: Waiting): void {
    const { frame, source } = message;
    if (this.send(message)) return;
    this.waiting = this.waiting.filter((other) => {
      if (!source || other.source !== source || other.frame.name !== frame.name) return true;
      other.done(false);
      return false;
    });
    if (this.waiting.length < WAITING) {
      this.waiting.push(message);
    } else {
      this.tell({ code: "dropped", message: `${nameOf(frame)} was dropped: too many are waiting` });
      message.done(false);
    }
  }

  answered(ref: number, ok: boolean): void {
    const message = this.unanswered.get(ref);
    this.unanswered.delete(ref);
    message?.done(ok);
  }

  /** The view is joined: from now on messages are sent. */
  start(): void {
    this.isStarted = true;
  }

  /** Sends what waited. */
  flush(): void {
    for (const message of this.waiting.splice(0)) this.post(message);
  }

  stop(): void {
    this.isStarted = false;
    for (const [ref, { frame }] of this.unanswered) {
      this.answered(ref, false);
      if (frame.type === "event") this.tell({ code: "unanswered", message: `${nameOf(frame)} was not answered; the server may have handled it` });
    }
  }
}

function nameOf(frame: EventFrame | ModelFrame): string {
  return frame.type === "event" ? `event ${frame.name}` : `field ${frame.field}`;
}
