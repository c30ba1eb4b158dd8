/**
 * Messages to the server, in order, and who waits for the reply to each.
 *
 * While the view isn't joined, messages wait, 32 at most: everything before the first join; later
 * clicks, submits and the newest value of each `dj-input` and `dj-change`, but no keys and no focus,
 * which would make no sense later. One too many is not taken, with a warning, because what a
 * person did first must not be undone by what they did last. What was sent but not answered when the connection
 * closed is not sent again: the server may have handled it.
 */
import type { Connection } from "./connection";
import type { Arguments, EventFrame, ModelFrame } from "./protocol";

const WAITING = 32;

export interface Message {
  frame: EventFrame;
  /** Of a message that tells a value: a newer one from here makes it obsolete while it waits. */
  source?: Element | undefined;
  /** Is kept while disconnected. */
  lasting: boolean;
  /** Called once: answered without an error or not, or given up. */
  done(ok: boolean): void;
}

export class Outbox {
  private joined = false;
  private joinedBefore = false;
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

  /** A model field's value is not kept: it is sent again after each join. */
  model(field: string, value: unknown): void {
    const frame: ModelFrame = { type: "model", view: this.view, ref: ++this.refs, field, value };
    if (this.joined) this.connection.send(frame);
  }

  post(message: Message): void {
    if (this.joined) return this.send(message);
    const waiting = this.waiting.filter((other) => !isObsolete(other, message));
    if ((message.lasting || !this.joinedBefore) && waiting.length < WAITING) {
      this.waiting = [...waiting, message];
    } else {
      console.warn(`djust: not connected, dropped ${JSON.stringify(message.frame)}`);
      message.done(false);
    }
  }

  answered(ref: number, ok: boolean): void {
    const message = this.unanswered.get(ref);
    this.unanswered.delete(ref);
    message?.done(ok);
  }

  open(): void {
    this.joined = this.joinedBefore = true;
  }

  /** Sends what waited. */
  flush(): void {
    const { waiting } = this;
    this.waiting = [];
    for (const message of waiting) this.send(message);
  }

  close(): void {
    this.joined = false;
    for (const ref of [...this.unanswered.keys()]) this.answered(ref, false);
  }

  private send(message: Message): void {
    this.unanswered.set(message.frame.ref, message);
    this.connection.send(message.frame);
  }
}

function isObsolete(message: Message, by: Message): boolean {
  return message.source !== undefined && message.source === by.source && message.frame.name === by.frame.name;
}
