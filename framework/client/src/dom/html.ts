/**
 * Reads HTML as a browser reads it inside a given element, under any policy for trusted types.
 */
import { call, get } from "./node";

/** A document that is never shown: it loads, upgrades and runs nothing. */
export const inert = (call(document, "createElement", "template") as HTMLTemplateElement).content.ownerDocument;

type Trust = (text: string) => string;

interface TrustedTypes {
  createPolicy(name: string, rules: Record<string, Trust>): Record<string, Trust>;
  getAttributeType(element: string, attribute: string): string | null;
}

const { trustedTypes } = globalThis as { trustedTypes?: TrustedTypes };
const same: Trust = (text) => text;
let policy: Record<string, Trust> | undefined;
try {
  policy = trustedTypes?.createPolicy("djust", { createHTML: same, createScript: same, createScriptURL: same });
} catch {
  // `isReadable` finds out whether a policy is needed.
}

function trust(type: string, text: string): string {
  return policy ? policy[`create${type}`]!(text) : text;
}

/** What may be written as the value of an attribute. */
export function trustAttribute(element: Element, name: string, value: string): string {
  const type = trustedTypes?.getAttributeType(get(element, "localName"), name);
  return type ? trust(type.slice(7), value) : value;
}

/** Whether the page's policy lets us read HTML at all; if not, the console says what to do. */
export function isReadable(): boolean {
  try {
    return !!parse("", inert.createElement("i"));
  } catch (error) {
    console.error("djust: add `trusted-types djust` to the Content-Security-Policy:", error);
    return false;
  }
}

/** Parses HTML as content of an element like `parent`, and returns the element that holds it. */
export function parse(html: string, parent: Element): Element {
  const context = inert.importNode(parent);
  // Outside of forms, Chromium's fast path decodes `&section=2&amp;` in attributes as in texts.
  if (/&(?!(amp|lt|gt|quot|#\w+);)/.test(html)) inert.createElement("form").append(context);
  // A form without fields shows its own properties.
  context.innerHTML = trust("HTML", html);
  // Where scripts run, a `noscript` contains text only.
  for (const element of call(context, "querySelectorAll", "noscript")) element.textContent = element.innerHTML;
  return context;
}

/** Parses attributes as an element in the same namespace as `element` would have them. */
export function parseAttributes(text: string, element: Element): Iterable<Attr> {
  const context = inert.createElementNS(get(element, "namespaceURI"), "a");
  return parse(`<a ${text}></a>`, context).firstElementChild!.attributes;
}
