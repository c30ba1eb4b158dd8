/**
 * The document: its live regions, numbered in document order, and the one connection they share.
 *
 * Frames are handed to the region they name. The page is left with its socket closed, and joined
 * again when the browser shows it from its back/forward cache.
 */
import { Connection } from "./connection";
import type { ServerFrame } from "./protocol";
import { Region } from "./region";

export class Page {
  private regions: Region[] = [];
  private connection?: Connection;
  private fetching?: Promise<Document> | undefined;

  start(): void {
    const roots = [...document.querySelectorAll<HTMLElement>("[dj-view]")];
    if (!roots[0]) return;
    const connection = new Connection(roots[0].getAttribute("dj-socket")!, this);
    this.connection = connection;
    this.regions = roots.map((root, number) => new Region(root, number, connection, this));
    for (const region of this.regions) region.start();
    addEventListener("pagehide", this.hidden);
    addEventListener("pageshow", this.shown);
    connection.start();
  }

  stop(): void {
    removeEventListener("pagehide", this.hidden);
    removeEventListener("pageshow", this.shown);
    this.hidden();
    for (const region of this.regions) region.stop();
  }

  opened(): void {
    for (const region of this.regions) region.join();
  }

  received(frame: ServerFrame): void {
    if (Array.isArray(frame)) {
      this.regions[0]!.patch(frame);
    } else if (frame.view !== undefined) {
      this.regions[frame.view]?.receive(frame);
    } else if (frame.type === "error") {
      console.error(`djust: ${frame.code}: ${frame.message}`);
    }
  }

  closed(): void {
    for (const region of this.regions) region.disconnected();
  }

  /** This page as the server writes it now, fetched once for all the regions that ask meanwhile. */
  fresh(): Promise<Document> {
    this.fetching ??= fetchPage().finally(() => (this.fetching = undefined));
    return this.fetching;
  }

  private readonly hidden = (): void => {
    this.connection!.stop();
    this.closed();
  };

  private readonly shown = (event: PageTransitionEvent): void => {
    for (const region of this.regions) region.content.fields.adopt();
    if (event.persisted) this.connection!.start();
  };
}

async function fetchPage(): Promise<Document> {
  const response = await fetch(location.href, { credentials: "same-origin", cache: "reload" });
  if (!response.ok) throw new Error(`${location.href} answered ${response.status}`);
  return new DOMParser().parseFromString(await response.text(), "text/html");
}
