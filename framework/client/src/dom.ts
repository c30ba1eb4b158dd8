/**
 * What the other modules need of the DOM: reading HTML in the right context, writing attributes,
 * finding the nodes between two others, and bringing siblings into an order.
 */
import type { Fields } from "./fields";
import type { Keeper } from "./keeper";

/** A property of a node, whatever its fields are called. */
export function get<N extends Node, K extends keyof N>(node: N, key: K): N[K] {
  return Reflect.get(Reflect.getPrototypeOf(node)!, key, node) as N[K];
}

/** Calls a method of a node, whatever its fields are called. */
export function call<N extends Node, K extends keyof N>(node: N, key: K, ...args: unknown[]): N[K] extends (...args: never[]) => infer R ? R : never {
  return (get(node, key) as (...args: unknown[]) => never).apply(node, args);
}

/** An element without its content, for messages: only what names it, never a token or what a field holds. */
export function describe(element: Element): string {
  const tag = get(element, "localName");
  const names = [...get(element, "attributes")].filter(({ name }) => /^(dj|dj-view|id|class|name|type)$/.test(name));
  return `<${[tag, ...names.map(({ name, value }) => `${name}="${value}"`)].join(" ")}></${tag}>`;
}

/** Throws an error that says what is missing in which element. */
export function fail(missing: string, element: Element): never {
  throw new Error(`no ${missing} in ${describe(element)}`);
}

export function isElement(node: Node | null): node is Element {
  return node?.nodeType === 1;
}

/** The text of a comment, and nothing of other nodes. */
export function comment(node: Node | null): string | undefined {
  return node?.nodeType === 8 ? (node as Comment).data : undefined;
}

/** Reads HTML that is to stand inside `parent`, which may be SVG or MathML. */
export function parse(html: string, parent: Element): DocumentFragment {
  const template = document.createElement("template");
  const fragment = template.content;
  const [, foreign] = parent.namespaceURI!.match(/(svg|math)/i) ?? [];
  template.innerHTML = foreign ? `<${foreign}><${parent.localName}>${html}` : html;
  if (foreign) fragment.replaceChildren(...fragment.firstChild!.firstChild!.childNodes);
  allowStyles(fragment);
  return fragment;
}

/** Decodes character references. */
export function decode(text: string): string {
  if (!/[&\r]/.test(text)) return text;
  const area = document.createElement("textarea");
  area.innerHTML = text;
  return area.textContent!;
}

/** Sets by CSSOM what a Content-Security-Policy forbids as an attribute. */
export function allowStyles(root: ParentNode): void {
  for (const element of root.querySelectorAll<HTMLElement>("[style]")) {
    if (!element.style.length) element.style.cssText = element.getAttribute("style")!;
  }
}

/** Writes an attribute, or removes it when `value` is null, with the property that goes along. */
export function writeAttribute(element: Element, name: string, value: string | null, fields: Fields): void {
  fields.touch(element);
  if (value === null) element.removeAttribute(name);
  else if (name === "style") (element as HTMLElement).style.cssText = value;
  else element.setAttribute(name, value);
  if (name === "muted") (element as HTMLMediaElement).muted = value !== null;
}

export function remove(nodes: Node[]): void {
  for (const node of nodes) (node as ChildNode).remove();
}

/** The siblings from `first` up to but not including `end`. */
export function between(first: Node | null, end: Node | null): Node[] {
  const nodes: Node[] = [];
  for (let node = first; node && node !== end; node = node.nextSibling) nodes.push(node);
  return nodes;
}

/** Siblings that stay together. */
export interface Group {
  nodes: Node[];
  /** Among the groups before, or -1 if it is new. */
  position: number;
}

/**
 * Brings groups of siblings into the given order before `end`. Those on a longest increasing run
 * of positions are not touched.
 */
export function arrange(parent: Element, end: Node | null, groups: Group[], keeper: Keeper): void {
  const still = longestIncreasing(groups.map(({ position }) => position));
  let before = end;
  for (let i = groups.length; i--; ) {
    const { nodes } = groups[i]!;
    if (!still.has(i)) {
      for (const node of nodes) {
        parent.insertBefore(node, before);
        keeper.moved(node);
      }
    }
    before = nodes[0]!;
  }
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
