/**
 * Merges HTML into nodes that are there: what is alike stays, with its focus, form state and
 * scroll position; the rest is inserted and removed.
 *
 * Children are matched in this order: elements that the person is using (`counterparts`, and the
 * elements around them); then those with equal id, name and anchor; then those with equal id and
 * name. After that they are brought into order with as few moves as can be.
 */
import { arrange, between, isElement, writeAttribute } from "./dom";
import { type Fields, isCheckable } from "./fields";
import type { Keeper } from "./keeper";
import { ignoredContent, isIgnored } from "./scope";

/** For nodes of the new HTML: the node of the page that takes their place. */
export type Counterparts = Map<Node, Node>;

export class Merge {
  private readonly reserved: Set<Node>;

  constructor(
    private readonly counterparts: Counterparts,
    private readonly fields: Fields,
    private readonly keeper: Keeper,
  ) {
    this.reserved = new Set(counterparts.values());
  }

  /** Makes the children of `parent` from `first` up to but not including `end` like those of `source`. */
  children(parent: Element, first: Node | null, end: Node | null, source: Node): void {
    const old = between(first, end);
    const next = [...source.childNodes];
    if (!old.length && !next.length) return;
    this.fields.touch(parent);
    const matches = this.match(old, next);
    const kept = new Set(matches.values());
    for (const node of old) if (!kept.has(node)) node.parentNode!.removeChild(node);
    const groups = next.map((node) => [matches.get(node) ?? this.shell(node)]);
    const from = groups.map(([node]) => (isElement(node!) ? old.indexOf(node) : -1));
    arrange(parent, end, groups, from, (node) => this.keeper.note(node));
    groups.forEach(([node], i) => {
      if (node !== next[i]) this.node(node!, next[i]!);
    });
  }

  private match(old: Node[], next: Node[]): Map<Node, Node> {
    const matches = new Map<Node, Node>();
    const used = new Set(this.reserved);
    for (const node of next) {
      const counterpart = this.counterparts.get(node);
      if (counterpart) matches.set(node, counterpart);
    }
    for (const likeness of [exact, loose]) {
      const free = new Map<string, Node[]>();
      for (const node of old) {
        if (used.has(node)) continue;
        const key = likeness(node);
        free.get(key)?.push(node) ?? free.set(key, [node]);
      }
      for (const node of next) {
        const found = matches.has(node) ? undefined : free.get(likeness(node))?.shift();
        if (!found) continue;
        matches.set(node, found);
        used.add(found);
      }
    }
    return matches;
  }

  /** A new node; without its content if some of that is in the page already. */
  private shell(node: Node): Node {
    for (const inner of this.counterparts.keys()) if (node.contains(inner)) return node.cloneNode(false);
    return node;
  }

  private node(old: Node, next: Node): void {
    if (!isElement(old) || !isElement(next)) {
      if (old.nodeValue !== next.nodeValue) old.nodeValue = next.nodeValue;
      return;
    }
    const ignored = isIgnored(old) && isIgnored(next);
    this.attributes(old, next, ignored);
    if (ignored) ignoredContent.set(old, next);
    else if (!old.hasAttribute("dj-view")) this.children(old, old.firstChild, null, next);
  }

  private attributes(old: Element, next: Element, keep: boolean): void {
    for (const { name, value } of next.attributes) {
      if (old.getAttribute(name) !== value) this.attribute(old, name, value);
    }
    for (const { name } of [...old.attributes]) {
      if (!keep && !next.hasAttribute(name) && !isPersonal(name, next)) this.attribute(old, name, null);
    }
  }

  private attribute(element: Element, name: string, value: string | null): void {
    this.fields.touch(element);
    writeAttribute(element, name, value);
  }
}

/** Whether the person, not the server, opened or closed this `details` or `dialog`. */
function isPersonal(name: string, element: Element): boolean {
  return name === "open" && !/@(open)?( |$)/.test(element.getAttribute("dj") ?? "");
}

function loose(node: Node): string {
  if (!isElement(node)) return node.nodeName;
  const { nodeName, id } = node;
  return [nodeName, id, node.getAttribute("name"), node.getAttribute("type"), isCheckable(node) && node.getAttribute("value")].join("\n");
}

function exact(node: Node): string {
  return loose(node) + "\n" + (isElement(node) ? node.getAttribute("dj") : node.nodeType === 8 && node.nodeValue);
}

/**
 * Finds in new HTML the counterparts of `elements`, which are in the page: by id, or by name and
 * position among those of that name. The elements around them are counterparts too, as long as they are of one kind.
 */
export function counterparts(elements: Iterable<Element>, range: Range, source: ParentNode): Counterparts {
  const found: Counterparts = new Map();
  const taken = new Set<Node>();
  const container = range.commonAncestorContainer as Element;
  for (const element of elements) {
    const selector = selectorOf(element);
    if (!selector || !container.contains(element) || !range.intersectsNode(element)) continue;
    const alike = [...container.querySelectorAll(selector)].filter((other) => range.intersectsNode(other));
    const next = source.querySelectorAll(selector)[alike.indexOf(element)];
    let old: Node | null = element;
    for (let node: Node | null = next ?? null; node && old && node !== source && old !== container; node = node.parentNode, old = old.parentNode) {
      if (node.nodeName !== old.nodeName || found.has(node) || taken.has(old)) break;
      found.set(node, old);
      taken.add(old);
    }
  }
  return found;
}

function selectorOf(element: Element): string | undefined {
  if (element.id) return `#${CSS.escape(element.id)}`;
  const parts = ["name", "type", ...(isCheckable(element) ? ["value"] : [])].map((name) => {
    const value = element.getAttribute(name);
    return value === null ? "" : `[${name}="${CSS.escape(value)}"]`;
  });
  return element.hasAttribute("name") ? element.localName + parts.join("") : undefined;
}
