/**
 * Finds the places of a scope by their anchors. A scope is the region, or one item of a list.
 *
 * Places are found once, when the scope is scanned, and again in HTML that is put into it later.
 * A scan doesn't go into raw places, into the items of a list (scopes of their own), nor into
 * a live region inside this one.
 */
import { between, comment, fail, isElement } from "./dom";

/** What stands after the number in an anchor: text or raw, block, list, attribute(s). */
export type PlaceKind = "" | "[" | "*" | "@";

/** An item of a list: the nodes from `first` to `last`, which stay whatever changes between them. */
export class Item {
  last: Node;
  /** In the list, before the last change of its order. */
  position = -1;
  private known?: Scope;

  constructor(readonly first: Node) {
    this.last = first;
  }

  get nodes(): Node[] {
    return between(this.first, this.last.nextSibling);
  }

  get scope(): Scope {
    return (this.known ??= new Scope(this.first, this.last.nextSibling));
  }
}

export class Place {
  known?: Item[] | undefined;

  constructor(
    /** The element whose content or attribute this is, or the comment that begins it. */
    readonly anchor: Element | Comment,
    readonly end: Node | null,
    readonly kind: PlaceKind,
    readonly attribute: string,
    /** The page keeps this content to itself: `dj-update="ignore"`. */
    readonly ignored: boolean,
  ) {}

  get parent(): Element {
    return (this.end ? this.anchor.parentNode : this.anchor) as Element;
  }

  get first(): Node | null {
    return this.end ? this.anchor.nextSibling : this.anchor.firstChild;
  }

  /** Of a list; found when first needed, then kept by who changes them. */
  get items(): Item[] {
    return (this.known ??= itemsBetween(this.first, this.end));
  }
}

/** For an element that is not patched: its content as the server last wrote it. */
export const ignoredContent = new WeakMap<Element, Element>();

export function isIgnored(element: Element): boolean {
  return element.getAttribute("dj-update") === "ignore";
}

export class Scope {
  private readonly places: Place[] = [];

  constructor(first: Node | null, end: Node | null) {
    this.scan(first, end);
  }

  place(number: number, within: Element): Place {
    const place = this.places[number];
    if (place && (place.ignored || place.anchor.isConnected)) return place;
    return fail(`place ${number}`, within);
  }

  /** Finds the places from `first` up to but not including `end`. */
  scan(first: Node | null, end: Node | null, ignored = false): void {
    for (let node = first; node && node !== end; node = node.nextSibling) {
      if (isElement(node)) this.scanElement(node, ignored);
      else node = this.scanComment(node, ignored);
    }
  }

  private scanElement(element: Element, ignored: boolean): void {
    const inside = ignored || isIgnored(element);
    let whole = element.hasAttribute("dj-view");
    for (const [, number, kind, attribute] of (element.getAttribute("dj") ?? "").matchAll(/(\d+)([[*@]?)(\S*)/g)) {
      const place = new Place(element, null, kind as PlaceKind, attribute!, kind === "@" ? ignored : inside);
      this.places[+number!] = place;
      whole ||= isOpaque(place);
    }
    if (!whole) this.scan((ignoredContent.get(element) ?? element).firstChild, null, inside);
  }

  /** Returns the node to go on after. */
  private scanComment(node: Node, ignored: boolean): Node {
    const [, number, kind] = comment(node)?.match(/^d(\d+)([[*]?)$/) ?? [];
    if (!number) return node;
    const end = closing(node);
    const place = new Place(node as Comment, end, kind as PlaceKind, "", ignored);
    this.places[+number] = place;
    if (!isOpaque(place)) this.scan(place.first, end, ignored);
    return end;
  }
}

/** Whether what the place covers holds no places of the same scope: not a block, nor the `else` of a list. */
export function isOpaque({ kind, first }: Place): boolean {
  let node = first;
  while (node?.nodeType === 3) node = node.nextSibling;
  return !kind || (kind === "*" && comment(node) !== "e");
}

/** The comment that ends the place which `node` begins. */
function closing(node: Node): Node {
  let depth = 1;
  for (let next = node.nextSibling; next; next = next.nextSibling) {
    const text = comment(next) ?? "";
    if (/^d\d/.test(text)) depth++;
    else if (text === "/" && !--depth) return next;
  }
  return fail(`end of ${comment(node)}`, node.parentNode as Element);
}

/** The items from `first` up to but not including `end`; white space goes with the item before it. */
export function itemsBetween(first: Node | null, end: Node | null): Item[] {
  const items: Item[] = [];
  let marked = false;
  for (let node = first; node && node !== end; node = node.nextSibling) {
    const mark = comment(node) === "i";
    marked ||= mark;
    if (mark || (!marked && isElement(node))) items.push(new Item(node));
    else if (/^d\d/.test(comment(node) ?? "")) node = closing(node);
    if (items.length) items[items.length - 1]!.last = node;
  }
  return items;
}
