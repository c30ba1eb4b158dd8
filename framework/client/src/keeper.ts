/**
 * Keeps where the person is across a change of the page: the focused element with its selection,
 * and the scroll positions of elements that the change moves. New HTML may ask for the focus by
 * `autofocus`. All of this is best effort: where the browser refuses, the change stands.
 *
 * Positions are noted as they are scrolled to, since asking for them later would cost a layout.
 */
import { active, call, get } from "./dom";

export class Keeper {
  private readonly scrolled = new Map<Element, [left: number, top: number]>();
  focused!: HTMLInputElement;
  private selection!: Parameters<HTMLInputElement["setSelectionRange"]>;

  constructor(root: Element) {
    root.addEventListener("scroll", this, true);
  }

  handleEvent({ target }: Event): void {
    for (const element of this.scrolled.keys()) if (!element.isConnected) this.scrolled.delete(element);
    const element = target as Element;
    this.scrolled.set(element, [get(element, "scrollLeft"), get(element, "scrollTop")]);
  }

  /** Elements of new HTML that ask for the focus, in so far as they come into the page. */
  readonly autofocus: HTMLElement[] = [];

  before(): void {
    this.focused = (active() ?? document.documentElement) as HTMLInputElement;
    this.selection = [get(this.focused, "selectionStart"), get(this.focused, "selectionEnd")];
  }

  /** A node was taken out of the page and put back. */
  moved(node: Node): void {
    for (const [element, position] of this.scrolled) if (call(node, "contains", element)) call(element, "scrollTo", ...position);
  }

  after(): void {
    const { focused, selection } = this;
    const wanted = this.autofocus.splice(0).find((element) => element.isConnected);
    try {
      wanted?.focus();
      // What isn't shown takes no focus.
      if (wanted && active() === wanted) return;
      if (active() !== focused) call(focused, "focus", { preventScroll: true });
      // In what has no selection, both are missing.
      if (get(focused, "selectionStart") !== selection[0]) call(focused, "setSelectionRange", ...selection);
    } catch {
      // A field of another type has no selection.
    }
  }
}
