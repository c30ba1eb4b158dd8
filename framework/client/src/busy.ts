/**
 * Buttons that show `dj-disable-with` until the server has answered.
 *
 * The text stands in for the button's own nodes, which come back while the page is changed: so
 * a patch finds its places in them.
 */
type Button = HTMLButtonElement | HTMLInputElement;

interface Waiting {
  text: string;
  disabled: boolean;
  /** The nodes, or of an `input` the value, that the text replaces. */
  own: ChildNode[] | string;
  focused: boolean;
}

export class Busy {
  private readonly buttons = new Map<Button, Waiting>();

  /** Disables a button; what is returned enables it again. */
  add(button: Button, text: string): () => void {
    if (this.buttons.has(button)) return () => {};
    const waiting = { text, disabled: false, own: "", focused: document.activeElement === button };
    this.buttons.set(button, waiting);
    disable(button, waiting);
    return () => {
      this.buttons.delete(button);
      enable(button, waiting);
    };
  }

  /** Shows all buttons as they are without us. */
  suspend(): void {
    this.buttons.forEach((waiting, button) => enable(button, waiting));
  }

  resume(): void {
    this.buttons.forEach((waiting, button) => disable(button, waiting));
  }
}

function disable(button: Button, waiting: Waiting): void {
  waiting.disabled = button.disabled;
  button.disabled = true;
  if (button.localName === "input") {
    waiting.own = button.value;
    button.value = waiting.text;
  } else {
    waiting.own = [...button.childNodes];
    button.replaceChildren(waiting.text);
  }
}

function enable(button: Button, waiting: Waiting): void {
  button.disabled = waiting.disabled;
  if (typeof waiting.own === "string") button.value = waiting.own;
  else button.replaceChildren(...waiting.own);
  if (waiting.focused && document.activeElement === document.body) button.focus({ preventScroll: true });
}
