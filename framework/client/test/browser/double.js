/**
 * Stands in for the WebSocket inside a test page, and for the server behind it: `server.sent`
 * is what the client sent on the newest socket, `server.push` hands it a frame.
 */
const server = {
  sockets: [],
  violations: [],

  get socket() {
    return this.sockets[this.sockets.length - 1];
  },

  get sent() {
    return this.socket.frames;
  },

  open() {
    this.socket.readyState = 1;
    this.socket.onopen?.({});
  },

  push(frame) {
    this.socket.onmessage?.({ data: JSON.stringify(frame) });
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
    this.socket.readyState = 3;
    this.socket.onclose?.({});
  },
};

window.WebSocket = class {
  constructor(url) {
    this.url = url;
    this.readyState = 0;
    this.frames = [];
    server.sockets.push(this);
  }

  send(text) {
    this.frames.push(JSON.parse(text));
  }

  close(code) {
    this.closedWith = code;
    this.readyState = 3;
  }
};

document.addEventListener("securitypolicyviolation", (event) => {
  server.violations.push(`${event.violatedDirective} ${event.sample}`);
});
