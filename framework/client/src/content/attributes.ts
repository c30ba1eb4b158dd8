/**
 * Writes attributes by a three-way merge of what the server wrote before, what it writes now, and
 * what the page has. Classes and styles that scripts have added stay, and so does every attribute
 * that the server doesn't change.
 */
import { inert, trustAttribute } from "../dom/html";
import { call, get } from "../dom/node";
import type { Fields } from "../fields/fields";
import { comment, type MirrorNode } from "../mirror/mirror";
import { closing } from "../mirror/scope";

/** A new value of an attribute; null removes it. */
export interface Change {
  name: string;
  value: string | null;
  namespaceURI?: string | null;
}

/** Dialogs that the server has closed and whose `close` event is still to come. */
export const closed = new WeakSet<Node>();

/** Writes or removes an attribute, and sets the property that doesn't follow it. */
export function writeAttribute(node: MirrorNode, { name, value, namespaceURI = null }: Change, fields: Fields): void {
  const element = node.live as HTMLElement;
  const before = node.attribute(name);
  if (value === null) node.written.delete(name);
  else node.written.set(name, value);
  fields.touch(element);
  if (fields.defers(element, name, value)) return;
  if (name === "muted") (element as HTMLMediaElement).muted = value !== null;
  // A modal dialog that only loses the attribute would go on blocking the page.
  if (name === "open" && value === null && call(element, "matches", "dialog:modal")) {
    (element as HTMLDialogElement).close();
    closed.add(element);
  }
  if (name === "style" && get(element, "style")) return writeStyle(node, before, value);
  const merged = name === "class" ? mergeClasses(call(element, "getAttribute", name), before, value) : value;
  if (merged === null) call(element, "removeAttribute", name);
  else setAttribute(element, namespaceURI, name, trustAttribute(element, name, merged));
}

function setAttribute(element: Element, namespace: string | null, name: string, value: string): void {
  // Without a namespace a name may have any colons.
  if (namespace) call(element, "setAttributeNS", namespace, name, value);
  else call(element, "setAttribute", name, value);
}

function mergeClasses(shown: string | null, before = "", value: string | null): string | null {
  const words = (text: string | null) => (text ?? "").split(/\s+/).filter(Boolean);
  const [old, now] = [words(before), words(value)];
  const added = words(shown).filter((word) => !old.includes(word) && !now.includes(word));
  return added.length ? [...now, ...added].join(" ") : value;
}

/**
 * Writes a style, and keeps what scripts have added. A style that is a slot is written by CSSOM,
 * since a Content-Security-Policy may forbid the attribute; all others are left to the policy.
 */
function writeStyle({ live, isStyled }: MirrorNode, before = "", value: string | null): void {
  const element = live as HTMLElement;
  const style = get(element, "style");
  const old = inert.createElement("i").style;
  old.cssText = before;
  // The server's own text is kept whole, since a shorthand with `var()` can't be taken apart.
  const added = style.cssText === old.cssText ? [] : [...style].filter((name) => !old.getPropertyValue(name));
  const kept = added.map((name) => `${name}:${style.getPropertyValue(name)}${style.getPropertyPriority(name) && "!important"};`);
  const text = kept.join("") + (value ?? "");
  if (isStyled || value === null) style.cssText = text;
  else call(element, "setAttribute", "style", text);
  if (!style.length && value === null) call(element, "removeAttribute", "style");
}

/**
 * Marks the elements whose style is a slot, and applies the style, which a policy may have blocked.
 * Raw HTML has no slots.
 */
export function applyStyles(first: MirrorNode | null): void {
  for (let node = first; node; node = node.after) {
    if (/^d\d+$/.test(comment(node) ?? "")) node = closing(node);
    const anchor = node.attribute("dj") ?? "";
    const style = node.attribute("style");
    node.isStyled = /@style( |$)/i.test(anchor);
    if (style && node.isStyled) {
      const shown = get(node.live as HTMLElement, "style");
      if (shown && !shown.length) shown.cssText = style;
    }
    if (!/\d( |$)/.test(anchor)) applyStyles(node.first);
  }
}
