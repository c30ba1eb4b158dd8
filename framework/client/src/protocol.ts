/**
 * The frames of the wire protocol, as the book's chapter "Wire protocol" defines them. Types only.
 *
 * A frame for the server is an object literal with its keys in the chapter's order, because the
 * fixtures compare its JSON byte for byte.
 */

/** Values that a handler receives by name. */
export type Arguments = Record<string, unknown>;

/** `[slot, value, slot, value, …]` for one scope. */
export type Patch = unknown[];

/** `[order, changes]` of a list slot. */
export type ListChange = [order: 0 | Array<number | [index: number, count: number] | string>, changes: unknown[]];

export interface JoinFrame {
  type: "join";
  view: number;
  token: string;
  template: string;
  digests: string;
}

export interface EventFrame {
  type: "event";
  view: number;
  ref: number;
  name: string;
  args: Arguments;
}

export interface ModelFrame {
  type: "model";
  view: number;
  ref: number;
  field: string;
  value: unknown;
}

export type ClientFrame =
  | JoinFrame
  | EventFrame
  | ModelFrame
  | { type: "ack"; view: number; mark: string }
  | { type: "leave"; view: number }
  | { type: "ping" };

export interface ReplyError {
  code: string;
  message: string;
}

/** A patch of an instance other than the main view. */
export interface PatchFrame {
  type?: undefined;
  view: number;
  patch: Patch;
}

/** Frames for one view instance; those without `view` are about the connection. */
export type ViewFrame =
  | PatchFrame
  | { type: "joined"; view: number; template: string; resume: unknown; patch?: Patch; html?: string }
  | { type: "reply"; view: number; ref: number; error?: ReplyError; refused?: true }
  | { type: "sync"; view: number; patches: number; mark: string }
  | { type: "reset"; view: number; form?: string; field?: string }
  | { type: "focus"; view: number; id: string }
  | { type: "stale"; view: number; stale: boolean }
  | { type: "refused"; view: number; reason: string; message: string; status?: number }
  | { type: "navigate"; view: number; to: string }
  | { type: "ended"; view: number; reason: string }
  | { type: "error"; view?: number; code: string; message: string }
  | { type: "pong"; view?: undefined };

/** Everything that the server sends. */
export type ServerFrame = Patch | ViewFrame;
