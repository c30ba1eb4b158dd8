/**
 * Turns DOM events in a region into messages. Listens on the region's root only, so elements that
 * come later need no listeners.
 *
 * An event is handled by the nearest element, at or around the target, that has the attribute for
 * it, else by the form that a field belongs to by `form="…"`. Events about the element itself (a
 * dialog that closes, `details` that are toggled) are handled there only; for keys, see `keys.ts`.
 * Changes by the server are not events, and a click that opens a link elsewhere is the browser's.
 *
 * A form's fields may hide any property of the form, so elements that may be forms are only read by
 * `get` and `call`.
 */
import { closed } from "../content/attributes";
import type { Button, PendingButtons } from "../content/pending-buttons";
import { call, get } from "../dom/node";
import { type Field, fieldsOf, group } from "../fields/field";
import type { Fields } from "../fields/fields";
import type { Outbox } from "../transport/outbox";
import { argumentsOf } from "./arguments";
import type { Delays } from "./delays";
import { isShortcut, matchesKey } from "./keys";
import type { Models } from "./models";

const TYPES = "click submit reset input change keydown keyup focus blur close toggle cancel".split(" ");
/** These don't bubble. */
const CAPTURED = /focus|blur|close|toggle|cancel/;
const DISABLE = "dj-disable-with";

export class Events {
  /** While the server changes the page, events are not the user's. */
  private isChanging = false;
  /** For each element that toggles: whether it is open, as far as the server knows. */
  private readonly knownOpen: WeakMap<Element, boolean>;

  constructor(
    private readonly root: HTMLElement,
    private readonly fields: Fields,
    private readonly buttons: PendingButtons,
    private readonly outbox: Outbox,
    private readonly models: Models,
    private readonly delays: Delays,
  ) {
    for (const type of TYPES) root.addEventListener(type, (event) => this.hear(event), CAPTURED.test(type));
    this.knownOpen = new WeakMap(this.states);
  }

  private hear(event: Event): void {
    const { type, target } = event as Event & { target: HTMLElement };
    if (this.isChanging || call(target, "closest", "[dj-view]") !== this.root) return;
    this.models.observe(event, target);
    if (type === "blur") this.delays.flush(target);
    if (event.defaultPrevented || opensElsewhere(event) || this.isKnown(event as ToggleEvent & { target: Element })) return;
    const attribute = this.findHandler(target, event);
    if (attribute) this.handle(event, attribute);
  }

  /** Makes a change of the page. The `toggle` events for it come later, and are not reported. */
  during(change: () => void): void {
    const before = this.states;
    try {
      this.applying(change);
      this.fields.tell();
    } finally {
      for (const [element, open] of this.states) if (before.get(element) !== open) this.knownOpen.set(element, open);
    }
  }

  private applying(change: () => void): void {
    this.isChanging = true;
    try {
      change();
    } finally {
      this.isChanging = false;
    }
  }

  /** The elements that toggle, and whether each is open. */
  private get states(): Map<Element, boolean> {
    return new Map((["details", "dialog"] as const).flatMap((tag) => Array.from(this.root.getElementsByTagName(tag), (element) => [element, element.open])));
  }

  /** Whether the event is about a change that the server made or has heard of. */
  private isKnown({ type, target, newState }: Event & { target: Element; newState?: string }): boolean {
    if (type === "close") return closed.delete(target);
    if (type !== "toggle") return false;
    const open = newState === "open";
    const known = this.knownOpen.get(target) === open;
    this.knownOpen.set(target, open);
    return known;
  }

  /** The attribute that handles the event. */
  private findHandler(target: Element, event: Event): Attr | undefined {
    const { type } = event;
    const isOwn = /close|toggle|cancel/.test(type);
    for (let element: Element | null = target; element && element !== this.root; element = isOwn ? null : get(element, "parentElement")) {
      // Browsers fire clicks on the content of a disabled button.
      if (type === "click" && call(element, "matches", "button:disabled")) return undefined;
      const found = [...get(element, "attributes")].filter(({ name }) => {
        const [word, ...keys] = name.split(".");
        return word === `dj-${type}` && (!keys[0] || keys.some((key) => matchesKey(key, event as KeyboardEvent)));
      });
      // `dj-keydown.ctrl-enter` wins over `dj-keydown.enter`.
      if (found[0]) return found.find(isShortcut) ?? found[0];
    }
    const form = /input|change/.test(type) && get(target as HTMLInputElement, "form");
    return form && call(form, "closest", "[dj-view]") === this.root ? this.findHandler(form, event) : undefined;
  }

  private handle(event: Event, attribute: Attr): void {
    const { type } = event;
    const element = attribute.ownerElement as HTMLElement;
    if (type === "submit" || isShortcut(attribute) || (type === "click" && leaves(element))) event.preventDefault();
    const question = call(element, "getAttribute", "dj-confirm") ?? (event as SubmitEvent).submitter?.getAttribute("dj-confirm");
    if (question && !confirm(question)) event.preventDefault();
    else this.time(event, element, attribute);
  }

  /** Posts the event now or later, after what was typed before it. */
  private time(event: Event, element: HTMLElement, { name, value }: Attr): void {
    const { type } = event;
    const target = event.target as Element;
    const filtered = name.includes(".");
    const post = () => {
      if (filtered || !/key|input|change/.test(type)) this.delays.flush();
      this.post(event, element, value);
    };
    // A field's own delay wins over that of its form.
    const isField = /input|change/.test(type) && call(target, "matches", "[dj-debounce],[dj-throttle]");
    const debounces = !filtered && !(CAPTURED.test(type) || type === "submit");
    if (this.delays.delay(isField ? target : element, name, post, target, debounces)) return;
    if (!/key/.test(type)) this.delays.flush();
    post();
  }

  private post(event: Event, element: HTMLElement, name: string): void {
    const { fields, buttons } = this;
    const { type } = event;
    const frame = this.outbox.event(name, argumentsOf(event, element));
    if (/submit|input|change/.test(type)) fields.carry(frame, carried(type, element, event.target as Element));
    const text = call(element, "getAttribute", DISABLE);
    // The text of a form is for the button that submits it.
    const pending = !(element instanceof HTMLFormElement) ? [element] : type === "submit" ? [...get(element, "elements")] : [];
    for (const button of pending) {
      const shown = call(button, "getAttribute", DISABLE) ?? (button === (event as SubmitEvent).submitter && text);
      if (shown) buttons.disable(button as Button, shown);
    }
    this.outbox.post({
      frame,
      source: /click|submit/.test(type) ? undefined : (event.target as Element),
      done: (ok) => {
        for (const button of pending) buttons.enable(button as Button);
        fields.answered(frame, ok);
      },
    });
  }
}

/** The fields whose values an event of `element` carries. */
function carried(type: string, element: Element, target: Element): Field[] {
  if (!(element instanceof HTMLFormElement)) return group(target);
  return fieldsOf(element).filter((field) => type === "submit" || (field.name && !field.matches(":disabled")));
}

/** Whether a click makes the browser open a link in another tab or window, or save it. */
function opensElsewhere(event: Event): unknown {
  const { type, target, ctrlKey, shiftKey, metaKey, altKey, button } = event as MouseEvent;
  return type === "click" && (ctrlKey || shiftKey || metaKey || altKey || button) && call(target as Element, "closest", "a[href],area[href]");
}

/** Whether a click on this element would leave the page or submit a form. */
function leaves(element: Element): boolean {
  const target = call(element, "getAttribute", "target") ?? "";
  const isLink = call(element, "matches", "a,area");
  return isLink ? /^(_self|_top|_parent)?$/i.test(target) && !call(element, "hasAttribute", "download") : call(element, "matches", "button,[type=submit],[type=image]");
}
