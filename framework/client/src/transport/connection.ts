/**
 * The page's WebSocket: opens it, reopens it whenever it is lost, and gives it up when the server
 * is silent although nothing was closed, or never answers the handshake.
 *
 * There is one socket at a time. A socket that is given up loses its callbacks, so that none of
 * them acts late. The delegate hears `opened`, then `received` for each frame, then `closed`; only
 * `closed` if the socket never opened.
 */
import type { ClientFrame, ServerFrame } from "../protocol";
import { Backoff } from "./backoff";

/** After this long (ms) without a frame, `ping` asks the server for one. */
const PING_INTERVAL = 20_000;
/** The server counts as dead this long (ms) after a `ping` or a handshake without an answer. */
const ANSWER_TIMEOUT = 10_000;

export interface ConnectionDelegate {
  opened(): void;
  received(frame: ServerFrame): void;
  closed(): void;
}

export class Connection {
  private socket: WebSocket | undefined;
  private watch?: ReturnType<typeof setTimeout>;
  private readonly backoff = new Backoff(() => this.start());

  /** `limit`: the largest frame that the server accepts, in bytes. */
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
    this.watch = setTimeout(() => this.lost(), ANSWER_TIMEOUT);
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

  /** Whether the frame is small enough for the server. */
  fits(frame: ClientFrame): boolean {
    return new Blob([JSON.stringify(frame)]).size <= this.limit;
  }

  private alive(): void {
    clearTimeout(this.watch);
    this.watch = setTimeout(() => {
      this.watch = setTimeout(() => this.lost(), ANSWER_TIMEOUT);
      this.send({ type: "ping" });
    }, PING_INTERVAL);
  }

  /** Gives up the socket and opens another after the backoff. */
  private lost(): void {
    try {
      this.stop();
    } finally {
      this.backoff.later();
    }
  }
}
