/**
 * Which record's field an element is: a field that the server writes again has the same identity.
 */
import { type MirrorNode, mirrorOf } from "./mirror";

/**
 * Of an element that the user is using, if it is below `nodes`: its mirror, its identity, and all
 * nodes there that have the same identity.
 */
export function inUse(element: Element, nodes: MirrorNode[], isSameTemplate: boolean): Array<[MirrorNode, string, MirrorNode[]]> {
  const node = mirrorOf(element);
  let top = node;
  while (top && !nodes.includes(top)) top = top.parent ?? undefined;
  if (!top || !nameOf(node!)) return [];
  const identity = identityOf(node!, isSameTemplate);
  return [[node!, identity, find(nodes, identity, isSameTemplate)]];
}

/** All nodes at or below `nodes` that have this identity. */
export function find(nodes: MirrorNode[], identity: string, isSameTemplate: boolean): MirrorNode[] {
  return nodes.flatMap((node) => [...(identityOf(node, isSameTemplate) === identity ? [node] : []), ...find(node.children, identity, isSameTemplate)]);
}

function nameOf(node: MirrorNode): string | undefined {
  return node.attribute("name") || node.attribute("id");
}

/** Says which record's field this is: equal for a field and for the one that replaces it. */
export function identityOf(node: MirrorNode, isSameTemplate: boolean): string {
  const value = /checkbox|radio/.test(node.attribute("type") ?? "") && node.attribute("value");
  let identity = `${[node.tag, nameOf(node), node.attribute("form"), value, isSameTemplate && node.attribute("dj-field")]}`;
  for (let around: MirrorNode | null = node; around; around = around.parent) {
    const names = [around.attribute("dj-key"), around.tag === "FORM" && around.attribute("id")];
    if (names.some(Boolean)) identity += `\n${names}`;
  }
  return identity;
}
