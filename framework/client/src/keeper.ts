/**
 * Keeps where the person is across a change of the page: the focused element with its selection,
 * and the scroll positions of elements that the change moves.
 *
 * Positions are noted as they are scrolled to, since asking for them later would cost a layout.
 */
export class Keeper {
  private readonly scrolled = new Map<Element, [left: number, top: number]>();
  focused!: HTMLInputElement;
  private selection!: Parameters<HTMLInputElement["setSelectionRange"]>;

  constructor(root: Element) {
    root.addEventListener("scroll", this, true);
  }

  handleEvent({ target }: Event): void {
    for (const element of this.scrolled.keys()) if (!element.isConnected) this.scrolled.delete(element);
    const { scrollLeft, scrollTop } = target as Element;
    this.scrolled.set(target as Element, [scrollLeft, scrollTop]);
  }

  before(): void {
    this.focused = (document.activeElement ?? document.body) as HTMLInputElement;
    this.selection = [this.focused.selectionStart, this.focused.selectionEnd];
  }

  /** A node was taken out of the page and put back. */
  moved(node: Node): void {
    for (const [element, position] of this.scrolled) if (node.contains(element)) element.scrollTo(...position);
  }

  after(): void {
    const { focused, selection } = this;
    if (document.activeElement !== focused) focused.focus({ preventScroll: true });
    // In what has no selection, both are missing.
    if (focused.selectionStart !== selection[0]) focused.setSelectionRange(...selection);
  }
}
