/**
 * Finds the slots of a scope in the mirror, by their anchors. A scope is the region, or one item of
 * a list.
 *
 * A scope is scanned once, and HTML that is put into it later is scanned then. A scan skips raw
 * slots, and the items of lists, which are other scopes.
 */
import { fail } from "../dom/node";
import { between, comment, type MirrorNode } from "./mirror";

/** The character after the number in an anchor: text or raw HTML, block, list, attributes. */
export type SlotKind = "" | "[" | "*" | "@";

/**
 * An item of a list: the nodes from `first` to `last`, which stay whatever changes between them.
 */
export class Item {
  last: MirrorNode;
  /** Its index in the list before the last reordering. */
  position = -1;
  private known?: Scope;

  constructor(readonly first: MirrorNode) {
    this.last = first;
  }

  get nodes(): MirrorNode[] {
    return between(this.first, this.last.after);
  }

  get scope(): Scope {
    return (this.known ??= new Scope(this.first, this.last.after));
  }
}

export class Slot {
  known?: Item[] | undefined;

  constructor(
    /** The element whose content or attribute is the slot, or the comment that begins it. */
    readonly anchor: MirrorNode,
    readonly end: MirrorNode | null,
    readonly kind: SlotKind,
    readonly attribute: string,
  ) {}

  get parent(): MirrorNode {
    return this.end ? this.anchor.parent! : this.anchor;
  }

  get first(): MirrorNode | null {
    return this.end ? this.anchor.after : this.anchor.first;
  }

  /** The items of a list slot: found on first use; whoever changes them writes `known`. */
  get items(): Item[] {
    return (this.known ??= itemsBetween(this.first, this.end));
  }
}

export class Scope {
  private readonly slots: Slot[] = [];

  constructor(first: MirrorNode | null, end: MirrorNode | null) {
    this.scan(first, end);
  }

  slot(number: number, root: MirrorNode): Slot {
    const slot = this.slots[number];
    let top: MirrorNode | null | undefined = slot?.anchor;
    while (top && top !== root) top = top.parent;
    return top ? slot! : fail(`slot ${number}`, root.live);
  }

  /** Finds the slots from `first` up to but not including `end`. */
  scan(first: MirrorNode | null, end: MirrorNode | null): void {
    for (let node = first; node && node !== end; node = node.after) {
      node = comment(node) === undefined ? this.scanElement(node) : this.scanComment(node);
    }
  }

  private scanElement(element: MirrorNode): MirrorNode {
    let whole = false;
    for (const [, number, kind, attribute] of (element.attribute("dj") ?? "").matchAll(/(\d+)([[*@]?)(\S*)/g)) {
      const slot = new Slot(element, null, kind as SlotKind, attribute!);
      this.slots[+number!] = slot;
      whole ||= isOpaque(slot);
    }
    if (!whole) this.scan(element.first, null);
    return element;
  }

  /** Returns the node to continue after. */
  private scanComment(node: MirrorNode): MirrorNode {
    const [, number, kind] = node.characters!.match(/^d(\d+)([[*]?)$/) ?? [];
    if (!number) return node;
    const end = closing(node);
    const slot = new Slot(node, end, kind as SlotKind, "");
    this.slots[+number] = slot;
    if (!isOpaque(slot)) this.scan(slot.first, end);
    return end;
  }
}

/**
 * Whether the slot's content has no slots of its scope. A block and the `else` of a list may have.
 */
export function isOpaque({ kind, first }: Slot): boolean {
  let node = first;
  while (node?.tag === "#text") node = node.after;
  return !kind || (kind === "*" && comment(node) !== "e");
}

/** The comment that ends the slot that `node` begins. */
export function closing(node: MirrorNode): MirrorNode {
  let depth = 1;
  for (let next = node.after; next; next = next.after) {
    const text = comment(next) ?? "";
    if (/^d\d/.test(text)) depth++;
    else if (text === "/" && !--depth) return next;
  }
  return fail(`end of ${comment(node)}`, node.parent!.live);
}

/** The items from `first` up to but not including `end`; white space belongs to the item before. */
export function itemsBetween(first: MirrorNode | null, end: MirrorNode | null): Item[] {
  const items: Item[] = [];
  let marked = false;
  for (let node = first; node && node !== end; node = node.after) {
    const mark = comment(node) === "i";
    marked ||= mark;
    if (mark || (!marked && node.tag[0] !== "#")) items.push(new Item(node));
    else if (/^d\d/.test(comment(node) ?? "")) node = closing(node);
    if (items.length) items[items.length - 1]!.last = node;
  }
  return items;
}
