/**
 * Stands in for the WebSocket of a page, and for the server behind it: `server.sent` is what the
 * client sent on the newest socket, `server.push` hands it a frame.
 *
 * A plain script, without imports and exports: pages in Chromium load it before the client, and the
 * unit tests import it for what it does to `globalThis`.
 */
globalThis.WebSocket = class Socket {
  static all = [];

  static get last() {
    return Socket.all[Socket.all.length - 1];
  }

  /** What the client sent: as texts, and the frames in them. */
  sent = [];
  frames = [];
  readyState = 0;
  onopen = null;
  onmessage = null;
  onclose = null;

  constructor(url) {
    this.url = url;
    Socket.all.push(this);
  }

  send(text) {
    this.sent.push(text);
    this.frames.push(JSON.parse(text));
  }

  close(code) {
    this.closedWith = code;
    this.readyState = 3;
  }

  /** The server accepts the connection. */
  open() {
    this.readyState = 1;
    this.onopen?.({});
  }

  receive(text) {
    this.onmessage?.({ data: text });
  }

  /** The connection is lost. */
  drop() {
    this.readyState = 3;
    this.onclose?.({});
  }
};

globalThis.server = {
  sockets: WebSocket.all,
  violations: [],

  get socket() {
    return WebSocket.last;
  },

  get sent() {
    return this.socket.frames;
  },

  open() {
    this.socket.open();
  },

  push(frame) {
    this.socket.receive(JSON.stringify(frame));
  },

  join(patch, view = 0) {
    this.push({ type: "joined", view, template: "0123456789abcdef", resume: null, patch });
  },

  joinWhole(html, view = 0) {
    this.push({ type: "joined", view, template: "0123456789abcdef", resume: null, html });
  },

  reply(ref = this.last("event").ref, error) {
    this.push({ type: "reply", view: 0, ref, ...(error && { error }) });
  },

  /** The handler refused an event. */
  refuse(ref = this.last("event").ref) {
    this.push({ type: "reply", view: 0, ref, refused: true });
  },

  /** Accepts everything that was sent and not answered. */
  accept() {
    for (const { type, ref } of this.sent.splice(0)) if (/event|model/.test(type)) this.reply(ref);
  },

  /** Ends the instance and joins a new one, whose page is `html`. */
  rejoin(html) {
    this.push({ type: "ended", view: 0, reason: "panic" });
    this.joinWhole(html);
  },

  /** What was sent to the view, without refs. */
  get told() {
    return this.sent.flatMap(({ type, name, args, field, value }) => (type === "event" ? [[name, args]] : type === "model" ? [[field, value]] : []));
  },

  last(type) {
    return this.sent.filter((frame) => frame.type === type).pop();
  },

  drop() {
    this.socket.drop();
  },
};

document.addEventListener("securitypolicyviolation", (event) => {
  server.violations.push(`${event.violatedDirective} ${event.sample}`);
});
