/**
 * Buttons that show `dj-disable-with` until the server has answered.
 *
 * The text replaces the button's own nodes. They come back while the page changes, so that a patch
 * finds its slots in them.
 */
import { active, get } from "../dom/node";

export type Button = HTMLButtonElement | HTMLInputElement;

interface Waiting {
  text: string;
  /** The button had the focus, which it loses when it is disabled. */
  focused: boolean;
  disabled?: boolean;
  nodes?: ChildNode[];
  value?: string;
}

export class PendingButtons {
  private readonly buttons = new Map<Button, Waiting>();

  /** Disables a button and shows the text. */
  disable(button: Button, text: string): void {
    const waiting: Waiting = { text, focused: active() === button };
    if (this.buttons.has(button)) return;
    this.buttons.set(button, waiting);
    disable(waiting, button);
  }

  /** Enables the button and shows its own content. */
  enable(button: Button): void {
    const waiting = this.buttons.get(button);
    this.buttons.delete(button);
    if (waiting) enable(waiting, button);
  }

  /** Shows all buttons as they are otherwise, until `resume`. */
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
