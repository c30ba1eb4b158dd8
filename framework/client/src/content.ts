/**
 * What a region shows, and the patches that change it.
 *
 * Every change by the server goes through `change`, which keeps what belongs to the person: what
 * they entered, where they are, and the buttons they wait for. A patch looks each place up in its
 * scope and writes the value that is meant for it. What a raw place shows is merged with the new
 * HTML; another branch replaces the old one, but a field that the person is using stays if the
 * branch has its like.
 */
import { applyStyles, type Change, writeAttribute } from "./attributes";
import { Busy } from "./busy";
import { call, fail, get, parse, parseAttributes } from "./dom";
import { Fields } from "./fields";
import { Keeper } from "./keeper";
import { find, inUse, mergeNode, mergeNodes } from "./merge";
import { arrange, between, MirrorNode, put, read, remove, write } from "./mirror";
import type { ListChange, Patch } from "./protocol";
import { isOpaque, type Item, itemsBetween, Place, Scope } from "./scope";

export class Content {
  readonly busy = new Busy();
  readonly fields: Fields;
  readonly keeper: Keeper;
  /** While this is set, events are of our own making. */
  changing = false;
  private readonly mirror: MirrorNode;
  private scope?: Scope | undefined;

  constructor(root: Element) {
    this.fields = new Fields(root);
    this.keeper = new Keeper(root);
    this.mirror = read(root, true);
    if (root.querySelector("[dj*='@style' i]")) applyStyles(this.mirror.first);
  }

  /** Applies a patch; the one of `joined` may have the old content of a place in full. */
  patch(patch: Patch, joined = false): void {
    this.change(() => this.applyTo((this.scope ??= new Scope(this.mirror.first, null)), patch, joined));
  }

  /** Merges the HTML of the whole region into the page. */
  replace(html: string): void {
    this.scope = undefined;
    this.change(() => this.insert(new Place(this.mirror, null, "[", ""), html, true));
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

  /** Applies a patch to a scope. */
  private applyTo(scope: Scope, patch: Patch, joined = false): void {
    for (let i = 0; i < patch.length; i += 2) {
      const place = scope.place(patch[i] as number, this.mirror);
      const value = patch[i + 1];
      if (place.kind === "@") this.attribute(place, value as string);
      else if (Array.isArray(value)) this.list(place, value as ListChange);
      else this.fill(scope, place, value as string, joined);
    }
  }

  private attribute({ anchor, attribute }: Place, value: string | string[]): void {
    const element = anchor.live as Element;
    // Upper case is HTML's.
    if (typeof value === "string" && !/[&"\r\0]/.test(value) && anchor.tag < "a") return writeAttribute(anchor, { name: attribute, value }, this.fields);
    const [text, ...removed] = typeof value === "string" ? [`${attribute}="${value.replace(/"/g, "&quot;")}"`] : value;
    const changes: Change[] = [...parseAttributes(text!, element)];
    const differs = ({ name, value }: Change) => anchor.attribute(name) !== value;
    // The server doesn't say twice what it means only once: the page is to have what it writes.
    const news = changes.some(differs) ? changes.filter(differs) : changes;
    for (const { name } of removed[0] ? parseAttributes(removed.join(" "), element) : []) news.push({ name, value: null });
    for (const change of news) writeAttribute(anchor, change, this.fields);
  }

  private fill(scope: Scope, place: Place, html: string, joined: boolean): void {
    const { parent, first, end } = place;
    // A parser drops a line break after these tags; for a text in a `pre` the server writes one more.
    if (!end && (place.kind ? /^(PRE|LISTING)$/ : /^LISTING$/).test(parent.tag)) html = html.replace(/^(\r\n?|\n)/, "");
    if (first?.tag === "#text" && first.after === end && !/[<&\r\0]/.test(html)) {
      this.fields.touch(parent.live as Element);
      write(first, html);
    } else {
      this.insert(place, html, joined || !place.kind);
    }
    place.known = undefined;
    if (!isOpaque(place)) scope.scan(place.first, end);
  }

  /** Writes HTML for what a place shows. */
  private insert(place: Place, html: string, merged: boolean): void {
    const { parent, end } = place;
    const old = between(place.first, end);
    const used = [...this.fields.owned, this.keeper.focused].flatMap((element) => inUse(element, old, this.fields.isSameTemplate));
    const next = this.readHtml(html, parent, !place.kind);
    if (merged) {
      mergeNodes(parent, old, next, end, this);
    } else {
      this.fields.touch(parent.live as Element);
      remove(old);
      for (const node of next) put(parent, node, end, this.keeper);
    }
    for (const [node, identity, alike] of used) {
      const heir = find(between(place.first, end), identity, this.fields.isSameTemplate)[alike.indexOf(node)];
      if (!heir || alike.includes(heir) || get(node.live, "isConnected")) continue;
      put(heir.parent!, node, heir, this.keeper);
      remove([heir]);
      mergeNode(node, heir, this);
    }
  }

  private readHtml(html: string, parent: MirrorNode, isRaw = false): MirrorNode[] {
    const context = parse(html, parent.live as Element);
    this.keeper.autofocus.push(...(call(context, "querySelectorAll", "[autofocus]") as NodeListOf<HTMLElement>));
    // Of the mirror, but not yet of a parent in it.
    const source = new MirrorNode(parent.live, "", null);
    for (const node of get(context, "childNodes")) source.link(read(node), null);
    if (!isRaw && /@style/i.test(html)) applyStyles(source.first);
    return source.children;
  }

  private list(place: Place, [order, changes]: ListChange): void {
    const { parent } = place;
    if (order) {
      this.fields.touch(parent.live as Element);
      this.reorder(place, order);
    }
    for (let i = 0; i < changes.length; i += 2) {
      const item = place.items[changes[i] as number] ?? fail(`item ${changes[i]}`, parent.live);
      this.applyTo(item.scope, changes[i + 1] as Patch);
    }
  }

  private reorder(place: Place, order: Exclude<ListChange[0], 0>): void {
    const { items: old, parent } = place;
    const items: Item[] = [];
    for (const entry of order) {
      if (typeof entry === "string") {
        const [first] = this.readHtml(entry, parent);
        items.push(...itemsBetween(first ?? null, null));
        continue;
      }
      const [first, count] = typeof entry === "number" ? [entry, 1] : entry;
      for (let i = first; i < first + count; i++) items.push(old[i] ?? fail(`item ${i}`, parent.live));
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
