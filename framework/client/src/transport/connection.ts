/**
 * The page's WebSocket: opens it, opens it again for ever when it is lost, and notices when the
 * other side is dead although nothing was closed, or never answers the handshake.
 *
 * There is one socket at a time. Its callbacks go when it is given up, so that none of them acts late.
 * The delegate hears `opened`, then `received` for each frame, then `closed`; only the latter if it never
 * opened.
 */
import type { ClientFrame, ServerFrame } from "../protocol";
import { Backoff } from "./backoff";

/** Without any frame for this long (ms) the server is asked for one by `ping`. */
const QUIET = 20_000;
/** And is taken for dead when none came this much later (ms); so is one that doesn't answer the handshake. */
const DEAD = 10_000;

export interface ConnectionDelegate {
  opened(): void;
  received(frame: ServerFrame): void;
  closed(): void;
}

export class Connection {
  private socket: WebSocket | undefined;
  private watch?: ReturnType<typeof setTimeout>;
  private readonly backoff = new Backoff(() => this.start());

  /** `limit`: the largest frame that the server takes, in bytes. */
  constructor(
    private readonly path: string,
    private readonly limit: number,
    private readonly delegate: ConnectionDelegate,
  ) {
    const hurry = () => document.hidden || this.backoff.retry();
    addEventListener("visibilitychange", hurry);
    addEventListener("online", hurry);
  }

  start(): void {
    this.stop();
    const socket = new WebSocket(location.origin.replace("http", "ws") + this.path);
    this.socket = socket;
    this.watch = setTimeout(() => this.lost(), DEAD);
    socket.onopen = () => {
      this.alive();
      this.delegate.opened();
    };
    socket.onmessage = ({ data }: MessageEvent<string>) => {
      this.alive();
      this.delegate.received(JSON.parse(data));
    };
    socket.onclose = () => this.lost();
  }

  stop(): void {
    const { socket } = this;
    clearTimeout(this.watch);
    this.backoff.stop();
    if (!socket) return;
    this.socket = undefined;
    socket.onopen = socket.onmessage = socket.onclose = null;
    socket.close(1000);
    this.delegate.closed();
  }

  /** A view was joined: the server works. */
  succeeded(): void {
    this.backoff.succeeded();
  }

  /** Sends a frame; false without an open socket. */
  send(frame: ClientFrame): boolean {
    if (this.socket?.readyState !== 1) return false;
    this.socket.send(JSON.stringify(frame));
    return true;
  }

  /** Whether the server takes a frame as large as this one. */
  fits(frame: ClientFrame): boolean {
    return new Blob([JSON.stringify(frame)]).size <= this.limit;
  }

  private alive(): void {
    clearTimeout(this.watch);
    this.watch = setTimeout(() => {
      this.watch = setTimeout(() => this.lost(), DEAD);
      this.send({ type: "ping" });
    }, QUIET);
  }

  /** Gives the socket up and opens another later. */
  private lost(): void {
    try {
      this.stop();
    } finally {
      this.backoff.later();
    }
  }
}
