/**
 * The page's WebSocket: opens it, opens it again for ever when it is lost, and notices when the
 * other side is dead although nothing was closed.
 *
 * The delegate hears `opened`, then `received` for each frame, then `closed`; after `stop` it
 * hears nothing more.
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
  private socket?: WebSocket | undefined;
  private watch?: ReturnType<typeof setTimeout>;
  private readonly backoff = new Backoff(() => this.open());

  constructor(
    private readonly path: string,
    private readonly delegate: ConnectionDelegate,
  ) {}

  start(): void {
    document.addEventListener("visibilitychange", this.hurry);
    addEventListener("online", this.hurry);
    this.open();
  }

  stop(): void {
    document.removeEventListener("visibilitychange", this.hurry);
    removeEventListener("online", this.hurry);
    this.backoff.stop();
    this.drop();
  }

  /** Sends a frame; without an open socket it is gone, which the delegate knows. */
  send(frame: ClientFrame): void {
    if (this.socket?.readyState === 1) this.socket.send(JSON.stringify(frame));
  }

  /** Says that the server took this connection for good, so that backoff may start anew. */
  succeeded(): void {
    this.backoff.succeeded();
  }

  /** Gives the socket up and opens another later. */
  lost(): void {
    this.drop();
    this.backoff.later();
    this.delegate.closed();
  }

  private readonly hurry = (): void => {
    if (!document.hidden) this.backoff.now();
  };

  private open(): void {
    const socket = new WebSocket(location.origin.replace(/^http/, "ws") + this.path);
    const current = <E>(listener: (event: E) => void) => (event: E) => {
      if (this.socket === socket) listener(event);
    };
    this.socket = socket;
    socket.onopen = current(() => {
      this.alive();
      this.delegate.opened();
    });
    socket.onmessage = current((event: MessageEvent<string>) => {
      this.alive();
      this.delegate.received(JSON.parse(event.data));
    });
    socket.onclose = current(() => this.lost());
  }

  private alive(): void {
    clearTimeout(this.watch);
    this.watch = setTimeout(() => {
      this.watch = setTimeout(() => this.lost(), DEAD);
      this.send({ type: "ping" });
    }, QUIET);
  }

  private drop(): void {
    clearTimeout(this.watch);
    const socket = this.socket;
    this.socket = undefined;
    socket?.close(1000);
  }
}
