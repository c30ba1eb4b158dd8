/**
 * The page's WebSocket: opens it, opens it again for ever when it is lost, and notices when the
 * other side is dead although nothing was closed.
 *
 * The delegate hears `opened`, then `received` for each frame, then `closed`.
 */
import { Backoff } from "./backoff";
import type { ClientFrame, ServerFrame } from "./protocol";

/** Without any frame for this long (ms) the server is asked for one by `ping`. */
const QUIET = 20_000;
/** And is taken for dead when none came this much later (ms). */
const DEAD = 10_000;

export interface ConnectionDelegate {
  opened(): void;
  received(frame: ServerFrame): void;
  closed(): void;
}

export class Connection {
  private socket!: WebSocket;
  private watch?: ReturnType<typeof setTimeout>;
  readonly backoff = new Backoff(() => this.start());

  constructor(
    private readonly path: string,
    private readonly delegate: ConnectionDelegate,
  ) {
    const hurry = () => document.hidden || this.backoff.now();
    addEventListener("visibilitychange", hurry);
    addEventListener("online", hurry);
  }

  start(): void {
    const socket = new WebSocket(location.origin.replace("http", "ws") + this.path);
    this.socket = socket;
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
    clearTimeout(this.watch);
    this.backoff.stop();
    this.socket.onmessage = this.socket.onclose = null;
    this.socket.close(1000);
    this.delegate.closed();
  }

  /** Sends a frame; false without an open socket. */
  send(frame: ClientFrame): boolean {
    if (this.socket.readyState !== 1) return false;
    this.socket.send(JSON.stringify(frame));
    return true;
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
    this.stop();
    this.backoff.later();
  }
}
