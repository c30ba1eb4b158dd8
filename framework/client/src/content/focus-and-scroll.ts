/**
 * Keeps the focus, the selection, and the scroll positions of elements that a change of the page
 * moves. New HTML may ask for the focus by `autofocus`. All of this is best effort: where the
 * browser refuses, the change stands.
 *
 * Scroll positions are remembered when they change, since reading them later would cost a layout.
 */
import { active, call, get } from "../dom/node";
import type { MoveListener } from "../mirror/mirror";

export class FocusAndScroll implements MoveListener {
  private readonly scrolled = new Map<Element, [left: number, top: number]>();
  private readonly wanted: HTMLElement[] = [];
  focused!: HTMLInputElement;
  private selection!: Parameters<HTMLInputElement["setSelectionRange"]>;

  constructor(root: Element) {
    root.addEventListener("scroll", ({ target }) => this.remember(target as Element), true);
  }

  private remember(element: Element): void {
    for (const other of this.scrolled.keys()) if (!other.isConnected) this.scrolled.delete(other);
    this.scrolled.set(element, [get(element, "scrollLeft"), get(element, "scrollTop")]);
  }

  /** Elements of new HTML ask for the focus; the first that comes into the page gets it. */
  want(elements: Iterable<HTMLElement>): void {
    this.wanted.push(...elements);
  }

  before(): void {
    this.focused = (active() ?? document.documentElement) as HTMLInputElement;
    this.selection = [get(this.focused, "selectionStart"), get(this.focused, "selectionEnd")];
  }

  /** A node was taken out of the page and put back, which resets its scroll positions. */
  moved(node: Node): void {
    for (const [element, position] of this.scrolled) if (call(node, "contains", element)) call(element, "scrollTo", ...position);
  }

  after(): void {
    const { focused, selection } = this;
    const wanted = this.wanted.splice(0).find((element) => element.isConnected);
    try {
      wanted?.focus();
      // An element that isn't shown takes no focus.
      if (wanted && active() === wanted) return;
      if (active() !== focused) call(focused, "focus", { preventScroll: true });
      // Elements without a selection have neither.
      if (get(focused, "selectionStart") !== selection[0]) call(focused, "setSelectionRange", ...selection);
    } catch {
      // A field of another type has no selection.
    }
  }
}
