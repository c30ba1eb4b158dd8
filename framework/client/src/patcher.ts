/**
 * Applies patches: looks each place up in its scope and writes the value that is meant for it.
 *
 * New HTML replaces what a place shows, unless the person is using something in it that is in the
 * new HTML too: then it is merged.
 */
import { arrange, between, decode, parse, writeAttribute } from "./dom";
import type { Fields } from "./fields";
import type { Keeper } from "./keeper";
import { counterparts, Merge } from "./merge";
import type { ListChange, Patch } from "./protocol";
import { type Item, itemsBetween, type Place, type Scope, showsElse } from "./scope";

export class Patcher {
  constructor(
    private readonly root: Element,
    private readonly fields: Fields,
    private readonly keeper: Keeper,
  ) {}

  /** Applies a patch to a scope; `within` is named if a place is missing. */
  apply(scope: Scope, patch: Patch, within = this.root): void {
    for (let i = 0; i < patch.length; i += 2) {
      const place = scope.place(patch[i] as number, within);
      const value = patch[i + 1];
      if (place.ignored) continue;
      if (place.kind === "@") this.attribute(place, value as string);
      else if (Array.isArray(value)) this.list(place, value as ListChange);
      else this.content(scope, place, value as string);
    }
  }

  /** Merges the HTML of the whole region into the page. */
  merge(html: string): void {
    this.replace(this.root, this.root.firstChild, null, html, true);
  }

  private attribute({ anchor, attribute }: Place, value: string | string[]): void {
    const element = anchor as Element;
    this.fields.touch(element);
    if (typeof value === "string") return writeAttribute(element, attribute, decode(value));
    const [text, ...removed] = value;
    for (const name of removed) writeAttribute(element, name, null);
    for (const { name, value } of (parse(`<i ${text}>`, this.root).firstChild as Element).attributes) {
      writeAttribute(element, name, value);
    }
  }

  private content(scope: Scope, place: Place, html: string): void {
    const { parent, first, end } = place;
    this.fields.touch(parent);
    if (html.includes("<")) this.replace(parent, first, end, html);
    else if (first?.nodeType === 3 && first.nextSibling === end) first.nodeValue = decode(html);
    else {
      remove(between(first, end));
      parent.insertBefore(document.createTextNode(decode(html)), end);
    }
    if (!place.kind) return;
    place.items = undefined;
    if (place.kind === "[" || showsElse(place)) scope.scan(place.first, end);
  }

  private replace(parent: Element, first: Node | null, end: Node | null, html: string, whole = false): void {
    const source = parse(html, parent);
    const old = between(first, end);
    const range = document.createRange();
    range.selectNodeContents(parent);
    if (end) range.setEndBefore(end);
    if (first && end) range.setStartBefore(first);
    const { focused } = this.keeper;
    const using = counterparts([...(focused ? [focused] : []), ...this.fields.owned], range, source);
    if (whole || using.size) return new Merge(using, this.fields, this.keeper).children(parent, first, end, source);
    remove(old);
    parent.insertBefore(source, end);
  }

  private list(place: Place, [order, changes]: ListChange): void {
    const { parent } = place;
    if (order) {
      this.fields.touch(parent);
      this.reorder(place, order);
    }
    for (let i = 0; i < changes.length; i += 2) {
      const item = place.items[changes[i] as number];
      if (!item) throw new Error(`no item ${changes[i]} in ${parent.outerHTML}`);
      this.apply(item.scope, changes[i + 1] as Patch, parent);
    }
  }

  private reorder(place: Place, order: Exclude<ListChange[0], 0>): void {
    const { items: old, parent } = place;
    const items: Item[] = [];
    const from: number[] = [];
    for (const entry of order) {
      if (typeof entry === "string") {
        items.push(...itemsBetween(parse(entry, parent).firstChild, null));
      } else {
        const [index, count] = typeof entry === "number" ? [entry, 1] : entry;
        items.push(...old.slice(index, index + count));
        for (let i = index; i < index + count; i++) from[items.length - count + i - index] = i;
      }
    }
    for (let i = 0; i < items.length; i++) from[i] ??= -1;
    const kept = new Set(items);
    for (const item of old) if (!kept.has(item)) remove(item.nodes);
    arrange(parent, place.end, items.map((item) => item.nodes), from, (node) => this.keeper.note(node));
    place.items = items;
  }
}

function remove(nodes: Node[]): void {
  for (const node of nodes) node.parentNode!.removeChild(node);
}
