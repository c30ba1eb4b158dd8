/**
 * Merges what the server writes now into what it wrote before: the differences are brought into
 * the page, what is alike stays, with its focus, form state and scroll position, and what the server
 * didn't write isn't touched.
 *
 * Nodes are alike that the server wrote in the same place, for the same record, under the same name. Of
 * those, such as are equal throughout are matched first, the others in document order.
 */
import { call } from "../dom/node";
import type { Fields } from "../fields/fields";
import { arrange, comment, type Group, type MirrorNode, type MoveListener, remove, write } from "../mirror/mirror";
import { writeAttribute } from "./attributes";

/** Of equal values in these, nodes may be alike. */
const IDENTITY = ["dj-key", "id", "name", "type", "dj-view", "dj-update"];
/** The same, if both were written by one template. */
const TEMPLATE = ["dj", "dj-field"];

export class Merger {
  constructor(
    private readonly fields: Fields,
    private readonly listener: MoveListener,
  ) {}

  /** Makes `node` what `next` is. */
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

  /** Makes `old`, which are children of `parent` before `end`, what `next` are. */
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

/** For the new nodes: the old ones that stay in their places. */
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

/** For each sibling a text that is equal for nodes that may take each other's place. */
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

/** All that the server wrote of a node. */
function outline({ tag, characters, written, first }: MirrorNode): string {
  let all = `<${tag} ${characters ?? JSON.stringify([...written])}>`;
  for (let child = first; child; child = child.after) all += outline(child);
  return all;
}
