/**
 * Keeps where the person is across a change of the page: the focused element with its selection,
 * and the scroll positions of elements that the change moves.
 *
 * Positions are noted as they are scrolled to, since asking for them later would cost a layout.
 */
type Selected = [start: number | null, end: number | null, direction: "forward" | "backward" | "none" | null];

export class Keeper {
  private readonly scrolled = new Map<Element, [left: number, top: number]>();
  private readonly moved = new Set<Element>();
  private active: HTMLElement | null = null;
  private selected?: Selected | undefined;

  constructor(private readonly root: Element) {}

  start(): void {
    this.root.addEventListener("scroll", this, true);
  }

  stop(): void {
    this.root.removeEventListener("scroll", this, true);
  }

  handleEvent({ target }: Event): void {
    for (const element of this.scrolled.keys()) if (!element.isConnected) this.scrolled.delete(element);
    const element = target as Element;
    this.scrolled.set(element, [element.scrollLeft, element.scrollTop]);
  }

  /** The focused element, if it is in the region. */
  get focused(): HTMLElement | null {
    const active = document.activeElement as HTMLElement | null;
    return this.root.contains(active) ? active : null;
  }

  before(): void {
    this.active = this.focused;
    this.selected = selectionOf(this.active);
  }

  /** A node was taken out of the page and put back. */
  note(node: Node): void {
    for (const element of this.scrolled.keys()) if (node.contains(element)) this.moved.add(element);
  }

  after(): void {
    for (const element of this.moved) element.scrollTo(...this.scrolled.get(element)!);
    this.moved.clear();
    const { active, selected } = this;
    if (!active?.isConnected) return;
    if (document.activeElement !== active) active.focus({ preventScroll: true });
    if (selected && String(selectionOf(active)) !== String(selected)) {
      (active as HTMLInputElement).setSelectionRange(...(selected as [number, number, "none"]));
    }
  }
}

/** The caret or selection in a text field. */
function selectionOf(element: Element | null): Selected | undefined {
  const { selectionStart, selectionEnd, selectionDirection } = (element ?? {}) as HTMLInputElement;
  return typeof selectionStart === "number" ? [selectionStart, selectionEnd, selectionDirection] : undefined;
}
