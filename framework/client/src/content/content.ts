/**
 * What a region shows, and the patches that change it.
 *
 * Every change by the server goes through `change`, which keeps what belongs to the user: what they
 * entered, the focus and scroll positions, and the buttons they wait for. A patch finds each slot
 * in its scope and writes the value for it. The content of a raw slot is merged with the new HTML.
 * A new branch replaces the old one, but a field that the user is using stays if the new branch has
 * the same field.
 */
import { parse, parseAttributes } from "../dom/html";
import { call, fail, get } from "../dom/node";
import type { Fields } from "../fields/fields";
import { find, inUse } from "../mirror/identity";
import { arrange, between, MirrorNode, put, read, remove, write } from "../mirror/mirror";
import { isOpaque, type Item, itemsBetween, Slot, Scope } from "../mirror/scope";
import type { ListChange, Patch } from "../protocol";
import { applyStyles, type Change, writeAttribute } from "./attributes";
import { FocusAndScroll } from "./focus-and-scroll";
import { Merger } from "./merge";
import type { PendingButtons } from "./pending-buttons";

export class Content {
  private readonly focus: FocusAndScroll;
  private readonly merger: Merger;
  private readonly mirror: MirrorNode;
  private scope?: Scope | undefined;

  constructor(
    root: Element,
    private readonly fields: Fields,
    private readonly buttons: PendingButtons,
  ) {
    this.focus = new FocusAndScroll(root);
    this.merger = new Merger(fields, this.focus);
    this.mirror = read(root, true);
    if (root.querySelector("[dj*='@style' i]")) applyStyles(this.mirror.first);
  }

  /** Applies a patch. That of a `joined` frame may repeat the content that a slot already shows. */
  patch(patch: Patch, joined = false): void {
    this.change(() => this.applyTo((this.scope ??= new Scope(this.mirror.first, null)), patch, joined));
  }

  /** Merges the HTML of the whole region into the page. */
  merge(html: string): void {
    this.scope = undefined;
    this.change(() => this.insert(new Slot(this.mirror, null, "[", ""), html, true));
  }

  private change(change: () => void): void {
    this.buttons.suspend();
    this.focus.before();
    this.fields.before();
    try {
      change();
    } finally {
      this.fields.settle();
      this.buttons.resume();
      this.focus.after();
    }
  }

  /** Applies a patch to a scope. */
  private applyTo(scope: Scope, patch: Patch, joined = false): void {
    for (let i = 0; i < patch.length; i += 2) {
      const slot = scope.slot(patch[i] as number, this.mirror);
      const value = patch[i + 1];
      if (slot.kind === "@") this.attribute(slot, value as string);
      else if (Array.isArray(value)) this.list(slot, value as ListChange);
      else this.fill(scope, slot, value as string, joined);
    }
  }

  private attribute({ anchor, attribute }: Slot, value: string | string[]): void {
    const element = anchor.live as Element;
    // Tags in upper case are HTML's.
    if (typeof value === "string" && !/[&"\r\0]/.test(value) && anchor.tag < "a") return writeAttribute(anchor, { name: attribute, value }, this.fields);
    const [text, ...removed] = typeof value === "string" ? [`${attribute}="${value.replace(/"/g, "&quot;")}"`] : value;
    const changes: Change[] = [...parseAttributes(text!, element)];
    const differs = ({ name, value }: Change) => anchor.attribute(name) !== value;
    // If nothing differs from the mirror, the server wants the page to have these values again.
    const news = changes.some(differs) ? changes.filter(differs) : changes;
    for (const { name } of removed[0] ? parseAttributes(removed.join(" "), element) : []) news.push({ name, value: null });
    for (const change of news) writeAttribute(anchor, change, this.fields);
  }

  private fill(scope: Scope, slot: Slot, html: string, joined: boolean): void {
    const { parent, first, end } = slot;
    // A parser drops a line break after these tags; for a text in a `pre` the server adds one.
    if (!end && (slot.kind ? /^(PRE|LISTING)$/ : /^LISTING$/).test(parent.tag)) html = html.replace(/^(\r\n?|\n)/, "");
    if (first?.tag === "#text" && first.after === end && !/[<&\r\0]/.test(html)) {
      this.fields.touch(parent.live as Element);
      write(first, html);
    } else {
      this.insert(slot, html, joined || !slot.kind);
    }
    slot.known = undefined;
    if (!isOpaque(slot)) scope.scan(slot.first, end);
  }

  /** Writes HTML for what a slot shows. */
  private insert(slot: Slot, html: string, merged: boolean): void {
    const { parent, end } = slot;
    const old = between(slot.first, end);
    const used = [...this.fields.owned, this.focus.focused].flatMap((element) => inUse(element, old, this.fields.isSameTemplate));
    const next = this.readHtml(html, parent, !slot.kind);
    if (merged) {
      this.merger.mergeAll(parent, old, next, end);
    } else {
      this.fields.touch(parent.live as Element);
      remove(old);
      for (const node of next) put(parent, node, end, this.focus);
    }
    for (const [node, identity, alike] of used) {
      const heir = find(between(slot.first, end), identity, this.fields.isSameTemplate)[alike.indexOf(node)];
      if (!heir || alike.includes(heir) || get(node.live, "isConnected")) continue;
      put(heir.parent!, node, heir, this.focus);
      remove([heir]);
      this.merger.merge(node, heir);
    }
  }

  private readHtml(html: string, parent: MirrorNode, isRaw = false): MirrorNode[] {
    const context = parse(html, parent.live as Element);
    this.focus.want(call(context, "querySelectorAll", "[autofocus]") as NodeListOf<HTMLElement>);
    // In a mirror, but without a parent there yet.
    const source = new MirrorNode(parent.live, "", null);
    for (const node of get(context, "childNodes")) source.link(read(node), null);
    if (!isRaw && /@style/i.test(html)) applyStyles(source.first);
    return source.children;
  }

  private list(slot: Slot, [order, changes]: ListChange): void {
    const { parent } = slot;
    if (order) {
      this.fields.touch(parent.live as Element);
      this.reorder(slot, order);
    }
    for (let i = 0; i < changes.length; i += 2) {
      const item = slot.items[changes[i] as number] ?? fail(`item ${changes[i]}`, parent.live);
      this.applyTo(item.scope, changes[i + 1] as Patch);
    }
  }

  private reorder(slot: Slot, order: Exclude<ListChange[0], 0>): void {
    const { items: old, parent } = slot;
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
    arrange(parent, slot.end, items, this.focus);
    slot.known = items;
  }
}
