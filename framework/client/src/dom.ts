/**
 * What the other modules need of the DOM: properties that a form's fields can't hide, HTML read in
 * its context, and trusted types.
 *
 * A form has its fields as properties, by their names, and a document its forms: a field called
 * `attributes` hides the form's own attributes. So a property of a node that may be a form, or
 * of the document, is never read or called by its name, but by `get` and `call`.
 */

/** A property of a node, whatever its fields are called. */
export function get<N extends Node, K extends keyof N>(node: N, key: K): N[K] {
  return Reflect.get(Reflect.getPrototypeOf(node)!, key, node) as N[K];
}

/** Calls a method of a node, whatever its fields are called. */
export function call<N extends Node, K extends keyof N>(node: N, key: K, ...args: unknown[]): N[K] extends (...args: never[]) => infer R ? R : never {
  return (get(node, key) as (...args: unknown[]) => never).apply(node, args);
}

/** The element that has the focus; mostly the body, if none has it. */
export function active(): Element | null {
  return get(document, "activeElement");
}

/** An element without its content, for messages: only what names it, never a token or what a field holds. */
export function describe(element: Element): string {
  const tag = get(element, "localName");
  const names = [...get(element, "attributes")].filter(({ name }) => /^(dj|dj-view|id|class|name|title|type)$/.test(name));
  return `<${[tag, ...names.map(({ name, value }) => `${name}="${value}"`)].join(" ")}></${tag}>`;
}

/** Throws an error that says what is missing in which element. */
export function fail(missing: string, element: Node): never {
  throw new Error(`no ${missing} in ${describe(element as Element)}`);
}

export function isElement(node: Node | null): node is Element {
  return node instanceof Element;
}

/** A document that is never shown: nothing in it is loaded, upgraded or run. */
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
  // Whether it is needed shows below.
}

function trust(type: string, text: string): string {
  return policy ? policy[`create${type}`]!(text) : text;
}

/** What may be written as the value of an attribute. */
export function trustAttribute(element: Element, name: string, value: string): string {
  const type = trustedTypes?.getAttributeType(get(element, "localName"), name);
  return type ? trust(type.slice(7), value) : value;
}

/** Whether the page's policy lets HTML be read at all; if not, the console says what to do. */
export function isReadable(): boolean {
  try {
    return !!parse("", inert.createElement("i"));
  } catch (error) {
    console.error("djust: the Content-Security-Policy must have `trusted-types djust`:", error);
    return false;
  }
}

/** Reads HTML that is to stand inside an element like `parent`, and returns what holds it. */
export function parse(html: string, parent: Element): Element {
  const context = inert.importNode(parent);
  // Chromium's short cut decodes `&section=2&amp;` in an attribute as in a text; it takes it outside of forms only.
  if (/&(?!(amp|lt|gt|quot|#\w+);)/.test(html)) inert.createElement("form").append(context);
  // Still without fields, a form has its own properties.
  context.innerHTML = trust("HTML", html);
  // Where scripts run, this has text only.
  for (const element of call(context, "querySelectorAll", "noscript")) element.textContent = element.innerHTML;
  return context;
}

/** Reads attributes as an element of the same language as `element` has them. */
export function parseAttributes(text: string, element: Element): Iterable<Attr> {
  const context = inert.createElementNS(get(element, "namespaceURI"), "a");
  return parse(`<a ${text}></a>`, context).firstElementChild!.attributes;
}

/** The indices of one longest increasing run of `values`, negative ones left out. */
export function longestIncreasing(values: number[]): Set<number> {
  const tails: number[] = [];
  const previous: number[] = [];
  values.forEach((value, i) => {
    if (value < 0) return;
    let low = 0;
    let high = tails.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (values[tails[middle]!]! < value) low = middle + 1;
      else high = middle;
    }
    previous[i] = low ? tails[low - 1]! : -1;
    tails[low] = i;
  });
  const run = new Set<number>();
  for (let i = tails.length ? tails[tails.length - 1]! : -1; i >= 0; i = previous[i]!) run.add(i);
  return run;
}
