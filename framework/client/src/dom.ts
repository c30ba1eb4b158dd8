/**
 * What the other modules need of the DOM: reading HTML in the right context, writing attributes,
 * finding the nodes between two others, and bringing siblings into an order.
 */

const HTML = "http://www.w3.org/1999/xhtml";

/** The opening tag of an element, for messages. */
export function describe(element: Element): string {
  return (element.cloneNode(false) as Element).outerHTML.replace(/<\/.*|\s+dj-token="[^"]*"/g, "").slice(0, 200);
}

export function isElement(node: Node | null): node is Element {
  return node?.nodeType === 1;
}

/** The text of a comment, and nothing of other nodes. */
export function comment(node: Node | null): string | undefined {
  return node?.nodeType === 8 ? (node as Comment).data : undefined;
}

/** Reads HTML that is to stand inside `parent`, which may be SVG or MathML. */
export function parse(html: string, parent: Element): DocumentFragment {
  const template = document.createElement("template");
  const fragment = template.content;
  if (parent.namespaceURI === HTML) {
    template.innerHTML = html;
  } else {
    const language = parent.namespaceURI!.endsWith("svg") ? "svg" : "math";
    template.innerHTML = `<${language}><${parent.localName}>${html}`;
    fragment.replaceChildren(...fragment.firstChild!.firstChild!.childNodes);
  }
  allowStyles(fragment);
  return fragment;
}

/** Decodes character references. */
export function decode(text: string): string {
  if (!/[&\r]/.test(text)) return text;
  const area = document.createElement("textarea");
  area.innerHTML = text;
  return area.textContent!;
}

/** Sets by CSSOM what a Content-Security-Policy forbids as an attribute. */
export function allowStyles(root: ParentNode): void {
  for (const element of root.querySelectorAll<HTMLElement>("[style]")) {
    if (!element.style.length) element.style.cssText = element.getAttribute("style")!;
  }
}

/** Writes an attribute, or removes it when `value` is null, with the property that goes along. */
export function writeAttribute(element: Element, name: string, value: string | null): void {
  if (value === null) element.removeAttribute(name);
  else if (name === "style") (element as HTMLElement).style.cssText = value;
  else element.setAttribute(name, value);
  if (name === "muted") (element as HTMLMediaElement).muted = value !== null;
}

/** The siblings from `first` up to but not including `end`. */
export function between(first: Node | null, end: Node | null): Node[] {
  const nodes: Node[] = [];
  for (let node = first; node && node !== end; node = node.nextSibling) nodes.push(node);
  return nodes;
}

/** Puts a node where it belongs, keeping its state where the browser can. */
export function move(parent: Element, node: Node, before: Node | null): void {
  const { moveBefore } = parent as Element & { moveBefore?: typeof parent.insertBefore };
  if (moveBefore && node.isConnected) moveBefore.call(parent, node, before);
  else parent.insertBefore(node, before);
}

/**
 * Brings groups of siblings into the given order before `end`. `from[i]` is the place that group i
 * had before, or -1 if it is new. Groups on a longest increasing run of `from` are not touched;
 * each run of new ones is inserted as one fragment; `moved` hears of the others.
 */
export function arrange(parent: Element, end: Node | null, groups: Node[][], from: number[], moved: (node: Node) => void): void {
  const still = longestIncreasing(from);
  let before = end;
  const fragment = document.createDocumentFragment();
  for (let i = groups.length; i-- > 0; ) {
    const group = groups[i]!;
    if (from[i]! < 0 && !group[0]!.isConnected) {
      fragment.prepend(...group);
      continue;
    }
    before = insert(parent, fragment, before);
    if (!still.has(i) && !stands(parent, group, before)) {
      for (const node of group) {
        move(parent, node, before);
        moved(node);
      }
    }
    before = group[0]!;
  }
  insert(parent, fragment, before);
}

function stands(parent: Element, group: Node[], before: Node | null): boolean {
  const last = group[group.length - 1]!;
  return last.parentNode === parent && last.nextSibling === before;
}

function insert(parent: Element, fragment: DocumentFragment, before: Node | null): Node | null {
  const first = fragment.firstChild;
  parent.insertBefore(fragment, before);
  return first ?? before;
}

/** The indices of one longest increasing run of `values`, negative ones left out. */
export function longestIncreasing(values: number[]): Set<number> {
  const tails: number[] = [];
  const previous: number[] = [];
  values.forEach((value, i) => {
    if (value < 0) return;
    let low = 0;
    let high = tails.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (values[tails[middle]!]! < value) low = middle + 1;
      else high = middle;
    }
    previous[i] = low ? tails[low - 1]! : -1;
    tails[low] = i;
  });
  const run = new Set<number>();
  for (let i = tails.length ? tails[tails.length - 1]! : -1; i >= 0; i = previous[i]!) run.add(i);
  return run;
}
