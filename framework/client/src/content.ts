/**
 * What a region shows, and the patches that change it.
 *
 * Every change by the server goes through `change`, which keeps what belongs to the person: what
 * they entered, where they are, and the buttons they wait for. A patch looks each place up in its
 * scope and writes the value that is meant for it. New HTML replaces what a place shows; a field
 * that the person is using stays if the new HTML has its like.
 */
import { Busy } from "./busy";
import { allowStyles, arrange, between, decode, fail, parse, remove, writeAttribute } from "./dom";
import { Fields } from "./fields";
import { Keeper } from "./keeper";
import { mergeChildren, mergeElement } from "./merge";
import type { ListChange, Patch } from "./protocol";
import { isOpaque, type Item, itemsBetween, type Place, Scope } from "./scope";

export class Content {
  readonly busy = new Busy();
  readonly fields: Fields;
  readonly keeper: Keeper;
  /** While this is set, events are of our own making. */
  changing = false;
  private scope?: Scope | undefined;

  constructor(private readonly root: Element) {
    this.fields = new Fields(root);
    this.keeper = new Keeper(root);
    allowStyles(root);
  }

  patch(patch: Patch): void {
    this.change(() => this.apply((this.scope ??= new Scope(this.root.firstChild, null)), patch, this.root));
  }

  /** Merges the HTML of the whole region into the page. */
  replace(html: string): void {
    this.scope = undefined;
    this.change(() => this.insert(this.root, this.root.firstChild, null, html, true));
  }

  private change(change: () => void): void {
    this.changing = true;
    this.busy.suspend();
    this.keeper.before();
    this.fields.before();
    try {
      change();
    } finally {
      this.fields.settle();
      this.busy.resume();
      this.keeper.after();
      this.changing = false;
    }
    this.fields.tell();
  }

  /** Applies a patch to a scope; `within` is named if a place is missing. */
  private apply(scope: Scope, patch: Patch, within: Element): void {
    for (let i = 0; i < patch.length; i += 2) {
      const place = scope.place(patch[i] as number, within);
      const value = patch[i + 1];
      if (place.ignored) continue;
      if (place.kind === "@") this.attribute(place, value as string);
      else if (Array.isArray(value)) this.list(place, value as ListChange);
      else this.fill(scope, place, value as string);
    }
  }

  private attribute({ anchor, attribute }: Place, value: string | string[]): void {
    const write = (name: string, value: string | null) => writeAttribute(anchor as Element, name, value, this.fields);
    if (typeof value === "string") return write(attribute, decode(value));
    const [text, ...removed] = value;
    for (const name of removed) write(name, null);
    for (const { name, value } of parse(`<i ${text}>`, this.root).querySelector("i")!.attributes) write(name, value);
  }

  private fill(scope: Scope, place: Place, html: string): void {
    const { parent, first, end } = place;
    if (first?.nodeType === 3 && first.nextSibling === end && !html.includes("<")) {
      this.fields.touch(parent);
      first.nodeValue = decode(html);
    } else {
      this.insert(parent, first, end, html);
    }
    place.known = undefined;
    if (!isOpaque(place)) scope.scan(place.first, end);
  }

  private insert(parent: Element, first: Node | null, end: Node | null, html: string, merged = false): void {
    const source = parse(html, parent);
    const old = between(first, end);
    const used = this.inUse(parent, old);
    this.fields.touch(parent);
    if (merged) {
      mergeChildren(parent, source, this);
    } else {
      remove(old);
      parent.insertBefore(source, end);
    }
    for (const [element, selector, alike] of used) {
      const heir = parent.querySelectorAll(selector)[alike.indexOf(element)];
      if (!heir || element.isConnected || alike.includes(heir)) continue;
      heir.replaceWith(element);
      mergeElement(element, heir, this);
    }
  }

  /** What the person is using in `nodes`, with a selector for its like, and what that selects in `parent` now. */
  private inUse(parent: Element, nodes: Node[]): Array<[Element, string, Element[]]> {
    return [...this.fields.owned, this.keeper.focused].flatMap((element): Array<[Element, string, Element[]]> => {
      const name = element.id ? "id" : "name";
      const value = element.getAttribute(name);
      const selector = value && `[${name}="${CSS.escape(value)}"]`;
      if (!selector || !nodes.some((node) => node.contains(element))) return [];
      return [[element, selector, [...parent.querySelectorAll(selector)]]];
    });
  }

  private list(place: Place, [order, changes]: ListChange): void {
    const { parent } = place;
    if (order) {
      this.fields.touch(parent);
      this.reorder(place, order);
    }
    for (let i = 0; i < changes.length; i += 2) {
      const item = place.items[changes[i] as number] ?? fail(`item ${changes[i]}`, parent);
      this.apply(item.scope, changes[i + 1] as Patch, parent);
    }
  }

  private reorder(place: Place, order: Exclude<ListChange[0], 0>): void {
    const { items: old, parent } = place;
    const items: Item[] = [];
    for (const entry of order) {
      if (typeof entry === "string") {
        items.push(...itemsBetween(parse(entry, parent).firstChild, null));
        continue;
      }
      const [first, count] = typeof entry === "number" ? [entry, 1] : entry;
      for (let i = first; i < first + count; i++) items.push(old[i] ?? fail(`item ${i}`, parent));
    }
    const kept = new Set(items);
    old.forEach((item, i) => {
      item.position = i;
      if (!kept.has(item)) remove(item.nodes);
    });
    arrange(parent, place.end, items, this.keeper);
    place.known = items;
  }
}
