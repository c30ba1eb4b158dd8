/**
 * The mirror: a tree of the region as the server last wrote it, each node with the page's node.
 *
 * The page also contains what scripts, extensions and the user put there. None of that is ever in
 * the mirror, so slots, items and differences are found here, and the page changes only where the
 * server's HTML does: each function below changes the mirror and the page together.
 *
 * The content of `dj-update="ignore"` isn't in the mirror either. While a user edits an element in
 * place (`contenteditable`), `inner` is a hidden copy that receives the server's changes, from the
 * user's first change until `endEdit`.
 */
import { inert } from "../dom/html";
import { call, get } from "../dom/node";
import { longestIncreasing } from "./increasing";

const NONE = new Map<string, string>();

export class MirrorNode {
  parent: MirrorNode | null = null;
  before: MirrorNode | null = null;
  after: MirrorNode | null = null;
  first: MirrorNode | null = null;
  last: MirrorNode | null = null;
  /** The attributes as the server last wrote them. */
  readonly written: Map<string, string>;
  /** The node that has the content: `live`, a copy of it, or the content of a template. */
  inner: Node;
  /** A custom element that was there before the client: part of the content may be its own. */
  isMixed = false;
  /** The `style` attribute is a slot. */
  isStyled = false;

  constructor(
    /** The page's node. */
    public live: Node,
    readonly tag: string,
    public characters: string | null,
  ) {
    this.inner = live;
    this.written = characters === null ? new Map() : NONE;
  }

  /** An attribute as the server last wrote it. */
  attribute(name: string): string | undefined {
    return this.written.get(name);
  }

  get children(): MirrorNode[] {
    return between(this.first, null);
  }

  /** Puts `node` before `next`, or last if that is null; in the mirror only. */
  link(node: MirrorNode, next: MirrorNode | null): void {
    unlink(node);
    const before = next ? next.before : this.last;
    node.parent = this;
    node.before = before;
    node.after = next;
    if (before) before.after = node;
    else this.first = node;
    if (next) next.before = node;
    else this.last = node;
  }
}

const mirrors = new WeakMap<Node, MirrorNode>();

/** The mirror of an element of the page; undefined if the server didn't write it. */
export function mirrorOf(element: Node): MirrorNode | undefined {
  return mirrors.get(element);
}

// `get` looks at prototypes, which takes too long for each node of a large page.
const { getAttributeNames, getAttribute } = Element.prototype;
const getter = (key: string) => Object.getOwnPropertyDescriptor(Node.prototype, key)!.get!;
const firstChild = getter("firstChild");
const nextSibling = getter("nextSibling");
const nodeName = getter("nodeName");

/** Mirrors a node that the server wrote. A region inside of this one has its own mirror. */
export function read(node: Node, isRoot = false, isShown = isRoot): MirrorNode {
  if (!(node instanceof Element)) return new MirrorNode(node, node.nodeName, node.nodeValue);
  const mirror = new MirrorNode(node, nodeName.call(node), null);
  mirrors.set(node, mirror);
  for (const name of getAttributeNames.call(node)) mirror.written.set(name, getAttribute.call(node, name)!);
  mirror.isMixed = isShown && mirror.tag.includes("-") && !mirror.written.has("dj");
  if (mirror.tag === "TEMPLATE") mirror.inner = (node as HTMLTemplateElement).content;
  if (isRoot || !(mirror.written.has("dj-view") || mirror.attribute("dj-update") === "ignore")) {
    for (let child = firstChild.call(mirror.inner); child; child = nextSibling.call(child)) mirror.link(read(child, false, isShown), null);
  }
  return mirror;
}

/** The siblings from `first` up to but not including `end`. */
export function between(first: MirrorNode | null, end: MirrorNode | null): MirrorNode[] {
  const nodes: MirrorNode[] = [];
  for (let node = first; node && node !== end; node = node.after) nodes.push(node);
  return nodes;
}

/** The text of a comment; undefined for other nodes. */
export function comment(node: MirrorNode | null): string | undefined {
  return node?.tag === "#comment" ? node.characters! : undefined;
}

/**
 * The user has edited the content of `host`, if it is editable: the server now writes to a copy.
 */
export function beginEdit(host: Element): void {
  const node = mirrors.get(host);
  if (node?.inner !== host || !call(host, "hasAttribute", "contenteditable")) return;
  copy(node);
  node.live = host;
}

/** Shows what the server wrote to the copy. */
export function endEdit(host: Element): void {
  const node = mirrors.get(host);
  if (!node || node.inner === host) return;
  call(host, "replaceChildren", ...get(node.inner, "childNodes"));
  node.inner = host;
}

/** Makes a node as the server last wrote it, and has it replace the page's node in the mirror. */
function copy(node: MirrorNode): Node {
  const made = inert.importNode(node.live);
  if (node.characters !== null) made.nodeValue = node.characters;
  for (const child of node.children) call(made as Element, "append", copy(child));
  return (node.live = node.inner = made);
}

/** Writes a text; if a translation has replaced it with a `<font>`, puts it back. */
export function write(node: MirrorNode, characters: string | null): void {
  const { tag, parent } = node;
  const live = node.live as CharacterData;
  const { inner } = parent!;
  if (node.characters === characters) return;
  node.characters = characters;
  live.data = characters!;
  if (live.parentNode || tag !== "#text") return;
  call(inner, "insertBefore", live, spot(node, inner));
  for (const other of [live.previousSibling, live.nextSibling]) if (other?.nodeName === "FONT" && !mirrors.has(other)) (other as Element).remove();
}

export function remove(nodes: MirrorNode[]): void {
  for (const node of nodes) {
    const isOwn = node.parent?.isMixed;
    unlink(node);
    if (!isOwn) call(node.live as ChildNode, "remove");
  }
}

/** Hears which nodes were taken out of the page and put back. */
export interface MoveListener {
  moved(node: Node): void;
}

/** Puts `node`, new or moved, before `next`, or last. Nodes that others added stay in place. */
export function put(parent: MirrorNode, node: MirrorNode, next: MirrorNode | null, listener: MoveListener): void {
  parent.link(node, next);
  const { live } = node;
  const inner = parent.inner as Element & { moveBefore?: Node["insertBefore"] };
  const moves = inner.isConnected && live.isConnected && get(inner, "moveBefore");
  call(inner, moves ? "moveBefore" : "insertBefore", live, spot(node, inner));
  if (!moves) listener.moved(live);
}

/** The page's node to insert `node` before. */
function spot({ before, after }: MirrorNode, inner: Node): Node | null {
  const isThere = ({ live }: MirrorNode) => get(live, "parentNode") === inner;
  for (let node = after; node; node = node.after) if (isThere(node)) return node.live;
  for (let node = before; node; node = node.before) if (isThere(node)) return get(node.live, "nextSibling");
  return null;
}

function unlink(node: MirrorNode): void {
  const { parent, before, after } = node;
  if (!parent) return;
  if (before) before.after = after;
  else parent.first = after;
  if (after) after.before = before;
  else parent.last = before;
  node.parent = null;
}

/** Siblings that stay together. */
export interface Group {
  nodes: MirrorNode[];
  /** The index among the groups before the change, or -1 for a new one. */
  position: number;
}

/**
 * Brings groups of siblings into the given order before `end`. It doesn't move those on a longest
 * increasing run of positions.
 */
export function arrange(parent: MirrorNode, end: MirrorNode | null, groups: Group[], listener: MoveListener): void {
  const still = longestIncreasing(groups.map(({ position }) => position));
  let next = end;
  for (let i = groups.length; i--; ) {
    const { nodes } = groups[i]!;
    if (!still.has(i)) for (const node of nodes) put(parent, node, next, listener);
    next = nodes[0]!;
  }
}
