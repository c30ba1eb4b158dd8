/**
 * Merges new nodes into nodes that are there: what is alike stays, with its focus, form state and
 * scroll position; the rest is inserted and removed.
 *
 * Children of one kind with equal id, name and type are matched in document order: anchors don't
 * count, because the HTML may come from a newer template. Then they are brought into order with as
 * few moves as can be.
 */
import { arrange, isElement, remove, writeAttribute } from "./dom";
import type { Content } from "./content";
import { ignoredContent, isIgnored } from "./scope";

/** Makes an element like `next`; what the page keeps to itself stays. */
export function mergeElement(element: Element, next: Element, content: Content): void {
  const ignored = isIgnored(element);
  const write = (name: string, value: string | null) => writeAttribute(element, name, value, content.fields);
  for (const { name, value } of next.attributes) if (element.getAttribute(name) !== value) write(name, value);
  for (const { name } of [...element.attributes]) if (!ignored && !next.hasAttribute(name)) write(name, null);
  if (ignored) ignoredContent.set(element, next);
  else if (!element.hasAttribute("dj-view")) mergeChildren(element, next, content);
}

/** Makes the children of `parent` like those of `source`. */
export function mergeChildren(parent: Element, source: Node, content: Content): void {
  const old: Node[] = [...parent.childNodes];
  const next = [...source.childNodes];
  const matches = match(old, next);
  const nodes = next.map((node) => matches.get(node) ?? node);
  content.fields.touch(parent);
  remove(old.filter((node) => !nodes.includes(node)));
  arrange(parent, null, nodes.map((node) => ({ nodes: [node], position: old.indexOf(node) })), content.keeper);
  for (const [node, found] of matches) {
    if (isElement(found)) mergeElement(found, node as Element, content);
    else if (found.nodeValue !== node.nodeValue) found.nodeValue = node.nodeValue;
  }
}

/** For the new nodes: the old ones that stay in their places. */
function match(old: Node[], next: Node[]): Map<Node, Node> {
  const matches = new Map<Node, Node>();
  const free: Record<string, Node[]> = {};
  for (const node of old) (free[likeness(node)] ??= []).push(node);
  for (const node of next) {
    const found = free[likeness(node)]?.shift();
    if (found) matches.set(node, found);
  }
  return matches;
}

/** Equal for nodes that may take each other's place. */
function likeness(node: Node): string {
  return node.nodeName + ["id", "name", "type", "dj-key"].map((name) => isElement(node) && node.getAttribute(name));
}
