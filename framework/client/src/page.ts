/**
 * The document: its live regions, numbered in document order, and the one connection they share.
 *
 * Each frame goes to the region it names. The page closes its socket when it is left, and opens one
 * again when the browser shows it from the back/forward cache.
 */
import { isReadable } from "./dom/html";
import { call } from "./dom/node";
import type { ServerFrame } from "./protocol";
import { Region } from "./region/region";
import { Connection } from "./transport/connection";

/** The largest frame that the server accepts, in bytes, unless the page says otherwise. */
const LIMIT = 65_536;

export class Page {
  private regions: Region[] = [];

  start(): void {
    const roots = [...(call(document, "querySelectorAll", "[dj-view]") as NodeListOf<HTMLElement>)];
    if (!roots[0] || !isReadable()) return;
    const limit = +(roots[0].getAttribute("dj-limit") ?? LIMIT);
    const connection = new Connection(roots[0].getAttribute("dj-socket")!, limit, this);
    this.regions = roots.map((root, number) => new Region(root, number, connection));
    addEventListener("pagehide", () => connection.stop());
    addEventListener("pageshow", ({ persisted }) => persisted && connection.start());
    connection.start();
  }

  opened(): void {
    for (const region of this.regions) region.opened();
  }

  received(frame: ServerFrame): void {
    if (Array.isArray(frame)) this.regions[0]!.patch(frame);
    else this.regions[frame.view ?? 0]?.receive(frame);
  }

  closed(): void {
    for (const region of this.regions) region.closed();
  }
}
