/**
 * Merges new HTML of the server into what it wrote before. Only the differences change the page:
 * nodes that match stay, with their focus, form state and scroll position, and nodes that the
 * server didn't write aren't touched.
 *
 * Two nodes match if the server wrote them at the same position, for the same record, under the
 * same name. Nodes with equal content are matched first, the others in document order.
 */
import { call } from "../dom/node";
import type { Fields } from "../fields/fields";
import { arrange, comment, type Group, type MirrorNode, type MoveListener, remove, write } from "../mirror/mirror";
import { writeAttribute } from "./attributes";

/** Nodes match only if these attributes are equal. */
const IDENTITY = ["dj-key", "id", "name", "type", "dj-view", "dj-update"];
/** And these, if one template wrote both. */
const TEMPLATE = ["dj", "dj-field"];

export class Merger {
  constructor(
    private readonly fields: Fields,
    private readonly listener: MoveListener,
  ) {}

  /** Makes `node` equal to `next`. */
  merge(node: MirrorNode, next: MirrorNode): void {
    if (next.characters !== null) {
      if (node.characters !== next.characters) this.fields.touch(node.parent!.live as Element);
      return write(node, next.characters);
    }
    node.isStyled = next.isStyled;
    for (const [name, value] of next.written) {
      if (node.attribute(name) === value) continue;
      const { namespaceURI } = call(next.live as Element, "getAttributeNode", name)!;
      writeAttribute(node, { name, value, namespaceURI }, this.fields);
    }
    for (const name of [...node.written.keys()]) {
      if (!next.written.has(name)) writeAttribute(node, { name, value: null }, this.fields);
    }
    this.mergeAll(node, node.children, next.children, null);
    node.isMixed = false;
  }

  /** Makes `old`, children of `parent` before `end`, equal to `next`. */
  mergeAll(parent: MirrorNode, old: MirrorNode[], next: MirrorNode[], end: MirrorNode | null): void {
    const matches = match(old, next, this.fields.isSameTemplate);
    const nodes = next.map((node) => matches.get(node) ?? node);
    const kept = new Set(nodes);
    const gone = old.filter((node) => !kept.has(node));
    if (gone.length || nodes.some((node, i) => node !== old[i])) this.fields.touch(parent.live as Element);
    remove(gone);
    const positions = new Map(old.map((node, i) => [node, i]));
    arrange(parent, end, nodes.map((node): Group => ({ nodes: [node], position: positions.get(node) ?? -1 })), this.listener);
    for (const [node, found] of matches) this.merge(found, node);
  }
}

/** For each new node, the old node that stays in its stead. */
function match(old: MirrorNode[], next: MirrorNode[], isSameTemplate: boolean): Map<MirrorNode, MirrorNode> {
  const matches = new Map<MirrorNode, MirrorNode>();
  const [ours, theirs] = [likenesses(old, isSameTemplate), likenesses(next, isSameTemplate)];
  const taken = new Set<MirrorNode>();
  const seen = new Set<string>();
  const several = new Set(ours.filter((like) => seen.size === seen.add(like).size));
  for (const exact of [true, false]) {
    const key = (node: MirrorNode, like: string) => like + (exact && several.has(like) ? outline(node) : "");
    const free = new Map<string, MirrorNode[]>();
    old.forEach((node, i) => {
      if (taken.has(node)) return;
      const text = key(node, ours[i]!);
      const others = free.get(text);
      if (others) others.push(node);
      else free.set(text, [node]);
    });
    next.forEach((node, i) => {
      const found = !matches.has(node) && free.get(key(node, theirs[i]!))?.shift();
      if (!found) return;
      matches.set(node, found);
      taken.add(found);
    });
  }
  return matches;
}

/** For each sibling, a text that is equal for nodes that may match. */
function likenesses(nodes: MirrorNode[], isSameTemplate: boolean): string[] {
  const names = isSameTemplate ? [...IDENTITY, ...TEMPLATE] : IDENTITY;
  let around = "";
  return nodes.map((node) => {
    const mark = isSameTemplate && comment(node);
    if (mark === "/") around = around.replace(/\S* $/, "");
    const like = `${around}${mark} ${node.tag}` + names.map((name) => node.attribute(name));
    if (mark && mark[0] === "d") around += `${mark} `;
    return like;
  });
}

/** Everything that the server wrote of a node. */
function outline({ tag, characters, written, first }: MirrorNode): string {
  let all = `<${tag} ${characters ?? JSON.stringify([...written])}>`;
  for (let child = first; child; child = child.after) all += outline(child);
  return all;
}
