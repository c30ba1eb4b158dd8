/**
 * A WebSocket that the test drives, and a page with regions that is started on it.
 */
import { Page } from "../../src/page";

export class Socket {
  static all: Socket[] = [];
  static get last(): Socket {
    return Socket.all[Socket.all.length - 1]!;
  }

  readyState = 0;
  sent: string[] = [];
  closedWith?: number;
  onopen?: (() => void) | null;
  onmessage?: ((event: { data: string }) => void) | null;
  onclose?: (() => void) | null;

  constructor(readonly url: string) {
    Socket.all.push(this);
  }

  send(text: string): void {
    this.sent.push(text);
  }

  close(code: number): void {
    this.closedWith = code;
    this.readyState = 3;
  }

  open(): void {
    this.readyState = 1;
    this.onopen?.();
  }

  receive(text: string): void {
    this.onmessage?.({ data: text });
  }

  drop(): void {
    this.readyState = 3;
    this.onclose?.();
  }
}

/** Starts a page with one region for each HTML; each joined unless `joined` is false. */
export function start(html: string[], joined = true): HTMLElement[] {
  Socket.all = [];
  Object.assign(globalThis, { WebSocket: Socket });
  globalThis.CSS ??= { escape: (text: string) => text } as typeof CSS;
  document.body.innerHTML = html
    .map((inner) => `<div dj-view="a.B" dj-token="dG9rZW4.c2ln" dj-template="0f3c9a5be27d4186" dj-digests="AAAAAAAAbbbbbbbb" dj-socket="/djust/live">${inner}</div>`)
    .join("");
  new Page().start();
  if (joined) {
    Socket.last.open();
    html.forEach((_, view) => Socket.last.receive(JSON.stringify({ type: "joined", view, template: "0f3c9a5be27d4186", resume: null, patch: [] })));
    Socket.last.sent = [];
  }
  return [...document.querySelectorAll<HTMLElement>("[dj-view]")];
}
