/**
 * Buttons that show `dj-disable-with` until the server has answered.
 *
 * The text stands in for the button's own nodes, which come back while the page is changed: so
 * a patch finds its places in them.
 */
import { active, get } from "../dom/node";

export type Button = HTMLButtonElement | HTMLInputElement;

interface Waiting {
  text: string;
  /** A disabled button loses the focus. */
  focused: boolean;
  disabled?: boolean;
  nodes?: ChildNode[];
  value?: string;
}

export class PendingButtons {
  private readonly buttons = new Map<Button, Waiting>();

  /** Disables a button. */
  disable(button: Button, text: string): void {
    const waiting: Waiting = { text, focused: active() === button };
    if (this.buttons.has(button)) return;
    this.buttons.set(button, waiting);
    disable(waiting, button);
  }

  /** Enables it again. */
  enable(button: Button): void {
    const waiting = this.buttons.get(button);
    this.buttons.delete(button);
    if (waiting) enable(waiting, button);
  }

  /** Shows all buttons as they are without us. */
  suspend(): void {
    this.buttons.forEach(enable);
  }

  resume(): void {
    this.buttons.forEach(disable);
  }
}

function disable(waiting: Waiting, button: Button): void {
  waiting.disabled = button.disabled;
  button.disabled = true;
  if (button.localName === "input") {
    waiting.value = button.value;
    button.value = waiting.text;
  } else {
    waiting.nodes = [...button.childNodes];
    button.replaceChildren(waiting.text);
  }
}

function enable({ disabled, value, nodes, focused }: Waiting, button: Button): void {
  button.disabled = disabled!;
  if (nodes) button.replaceChildren(...nodes);
  else button.value = value!;
  if (focused && active() === get(document, "body")) button.focus();
}
