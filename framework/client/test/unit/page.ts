/**
 * A page with regions, started on the WebSocket that stands in for the server.
 */
import "../harness/websocket.js";
import { Page } from "../../src/page";

export interface Socket {
  readonly url: string;
  readyState: number;
  sent: string[];
  closedWith?: number;
  open(): void;
  receive(text: string): void;
  drop(): void;
}

export const Socket = globalThis.WebSocket as unknown as { readonly all: Socket[]; readonly last: Socket };

/** Starts a page with one region for each HTML; each joined unless `joined` is false. */
export function start(html: string[], joined = true): HTMLElement[] {
  Socket.all.length = 0;
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
