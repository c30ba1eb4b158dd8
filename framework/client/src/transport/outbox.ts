/**
 * Sends messages to the server, in order, and hands each reply to whoever waits for it.
 *
 * While the view isn't joined, at most 32 messages wait: every click and submit, and of other
 * events the newest of each element and handler. A message that finds the queue full is dropped,
 * with a warning, so that later actions never push out earlier ones. What was sent but not answered
 * when the connection closed is not sent again, since the server may have handled it. The page
 * hears of every event that is dropped, unanswered or too large for the server.
 */
import type { Arguments, EventFrame, ModelFrame, ReplyError } from "../protocol";
import type { Connection } from "./connection";

const CAPACITY = 32;

export interface Message<Frame = EventFrame> {
  frame: Frame;
  /** Called once, with whether the server accepted the message; false if it is given up. */
  done(ok: boolean): void;
}

interface Waiting extends Message {
  /** A newer message from this element with the same name replaces it. */
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

  /**
   * Sends a message now or not at all; false if it wasn't sent and the caller has to call `done`.
   * The values of models need no queue, since they are sent after each join.
   */
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

  /** Sends an event, or queues it, also while the socket is closing. */
  post(message: Waiting): void {
    const { frame, source } = message;
    if (this.send(message)) return;
    this.waiting = this.waiting.filter((other) => {
      if (!source || other.source !== source || other.frame.name !== frame.name) return true;
      other.done(false);
      return false;
    });
    if (this.waiting.length < CAPACITY) {
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
