/**
 * Turns what happens in a region into messages. Listens on the region's root only, so elements
 * that come later need nothing.
 *
 * The nearest element at or around the target that has the attribute for the event handles it;
 * for keys, one whose filter holds the key (`dj-keydown.enter.escape="send"`).
 */
import { fieldArguments, formArguments, valueOf, valuesOf } from "./arguments";
import type { Content } from "./content";
import type { Outbox } from "./outbox";
import type { Arguments } from "./protocol";
import { Timing } from "./timing";

const TYPES = ["click", "submit", "reset", "input", "change", "keydown", "keyup", "focusin", "focusout"];

/** An attribute `dj-<event>` and the element that has it. */
interface Binding {
  element: HTMLElement;
  attribute: Attr;
}

export class Events {
  private readonly timing = new Timing();

  constructor(
    private readonly root: HTMLElement,
    private readonly content: Content,
    private readonly outbox: Outbox,
  ) {}

  start(): void {
    for (const type of TYPES) this.root.addEventListener(type, this);
  }

  stop(): void {
    for (const type of TYPES) this.root.removeEventListener(type, this);
    this.timing.stop();
  }

  handleEvent(event: Event): void {
    const target = event.target as HTMLElement;
    if (this.content.changing || target.closest("[dj-view]") !== this.root) return;
    this.observe(event.type, target);
    const binding = this.find(target, event);
    if (binding && !event.defaultPrevented && !isForTheBrowser(event, binding)) this.handle(event, target, binding);
  }

  /** Tells the server what the person entered while it could not hear. */
  recover(): void {
    for (const field of this.content.fields.owned) this.model(field);
  }

  /** What concerns the fields, whether or not anybody handles the event. */
  private observe(type: string, target: HTMLElement): void {
    const { fields } = this.content;
    if (type === "input" || type === "change") fields.own(target);
    if (type === "reset") fields.forget(target as HTMLFormElement);
    if (type === "focusout") this.timing.blur(target);
    if (type === "input" && !this.timing.delay(target, "dj-model", () => this.model(target))) this.model(target);
  }

  private model(field: Element): void {
    const name = field.getAttribute("dj-model");
    if (name) this.outbox.model(name, valueOf(field));
  }

  private find(target: Element, event: Event): Binding | undefined {
    const type = event.type.replace("focusin", "focus").replace("focusout", "blur");
    for (let element: Element | null = target; element && element !== this.root; element = element.parentElement) {
      for (const attribute of element.attributes) {
        const [name, ...keys] = attribute.name.split(".");
        if (name !== `dj-${type}` || (keys.length && !keys.includes(keyOf(event)))) continue;
        return { element: element as HTMLElement, attribute };
      }
    }
    return undefined;
  }

  private handle(event: Event, target: HTMLElement, { element, attribute }: Binding): void {
    const question = element.getAttribute("dj-confirm");
    const refused = question !== null && !confirm(question);
    if (refused || event.type === "submit" || (event.type === "click" && element.matches("a,button,[type=submit]"))) {
      event.preventDefault();
    }
    if (refused) return;
    const call = () => this.post(event, target, element, attribute.value);
    const filtered = attribute.name.includes(".");
    const atOnce = filtered || /submit|focus/.test(event.type);
    if (!atOnce && this.timing.delay(element, attribute.name, call)) return;
    if (filtered || !event.type.startsWith("key")) this.timing.flush();
    call();
  }

  private post(event: Event, target: HTMLElement, element: HTMLElement, name: string): void {
    const submitter = (event as SubmitEvent).submitter;
    const frame = this.outbox.event(name, { ...argumentsOf(event, target, element), ...valuesOf(element) });
    if (event.type === "submit") this.content.fields.submit(frame.ref, element as HTMLFormElement);
    const enable = buttonsOf(event.type, element, submitter).map(([button, text]) => this.content.busy.add(button, text));
    this.outbox.post({
      frame,
      source: /input|change/.test(event.type) ? target : undefined,
      lasting: !/key|focus/.test(event.type),
      done: (ok) => {
        enable.forEach((call) => call());
        this.content.fields.answered(frame.ref, ok);
      },
    });
  }
}

function keyOf(event: Event): string {
  const { key } = event as KeyboardEvent;
  return key === " " ? "space" : key?.toLowerCase();
}

/** Links that are opened elsewhere, and keys that compose a character. */
function isForTheBrowser(event: Event, { element }: Binding): boolean {
  const { ctrlKey, metaKey, isComposing } = event as MouseEvent & KeyboardEvent;
  return isComposing ? event.type.startsWith("key") : event.type === "click" && element.matches("a[href]") && (ctrlKey || metaKey);
}

function argumentsOf(event: Event, target: HTMLElement, element: HTMLElement): Arguments {
  switch (event.type) {
    case "click":
      return {};
    case "keydown":
    case "keyup":
      return { key: (event as KeyboardEvent).key, value: valueOf(target) };
    case "focusin":
    case "focusout":
      return { value: valueOf(target) };
    default:
      return element instanceof HTMLFormElement ? formArguments(element, (event as SubmitEvent).submitter) : fieldArguments(target);
  }
}

/** The buttons to disable until the reply, with the text for each. */
function buttonsOf(type: string, element: HTMLElement, submitter: HTMLElement | null | undefined): Array<[HTMLButtonElement, string]> {
  const text = element.getAttribute("dj-disable-with");
  const form = type === "submit" ? (element as HTMLFormElement) : undefined;
  const buttons = form ? [...form.elements].filter((button) => button.matches("button,[type=submit]")) : [element];
  const main = submitter ?? buttons.find((button) => !button.matches("[type=button],[type=reset]"));
  return buttons.flatMap((button): Array<[HTMLButtonElement, string]> => {
    const own = button.getAttribute("dj-disable-with") ?? (button === main ? text : null);
    return own !== null && "disabled" in button ? [[button as HTMLButtonElement, own]] : [];
  });
}
