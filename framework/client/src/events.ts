/**
 * Turns what happens in a region into messages. Listens on the region's root only, so elements
 * that come later need nothing.
 *
 * The nearest element at or around the target that has the attribute for the event handles it;
 * for keys, one whose filter holds the key (`dj-keydown.enter.escape="send"`).
 */
import { argumentsOf, valueOf } from "./arguments";
import type { Content } from "./content";
import type { Outbox } from "./outbox";
import type { Button } from "./busy";
import { Timing } from "./timing";

const TYPES = "click submit reset input change keydown keyup focus blur".split(" ");
const DISABLE = "dj-disable-with";

export class Events {
  private readonly timing = new Timing();

  constructor(
    private readonly root: HTMLElement,
    private readonly content: Content,
    private readonly outbox: Outbox,
  ) {
    for (const type of TYPES) root.addEventListener(type, this, /focus|blur/.test(type));
  }

  handleEvent(event: Event): void {
    const { type, target } = event as Event & { target: HTMLElement };
    if (this.content.changing || target.closest("[dj-view]") !== this.root) return;
    this.observe(type, target);
    const attribute = this.find(target, event);
    if (attribute && !event.defaultPrevented) this.handle(event, attribute);
  }

  /** Tells the server what the person entered while it could not hear. */
  recover(): void {
    for (const field of this.content.fields.owned.keys()) this.model(field);
  }

  /** What concerns the fields, whether or not anybody handles the event. */
  private observe(type: string, target: HTMLElement): void {
    const { fields } = this.content;
    if (/input|change/.test(type)) fields.own(target);
    if (type === "reset") fields.reset(target as HTMLFormElement);
    if (type === "blur") this.timing.flush(target);
    if (type === "input" && !this.timing.delay(target, "dj-model", () => this.model(target))) this.model(target);
  }

  private model(field: Element): void {
    const name = field.getAttribute("dj-model");
    if (name) this.outbox.model(name, valueOf(field));
  }

  /** The attribute that handles the event. */
  private find(target: Element, event: Event): Attr | undefined {
    for (let element: Element | null = target; element && element !== this.root; element = element.parentElement) {
      for (const attribute of element.attributes) {
        const [name, ...keys] = attribute.name.split(".");
        if (name === `dj-${event.type}` && (!keys[0] || keys.includes(keyOf(event)))) return attribute;
      }
    }
    return undefined;
  }

  private handle(event: Event, attribute: Attr): void {
    const { type } = event;
    const element = attribute.ownerElement as HTMLElement;
    const question = element.getAttribute("dj-confirm");
    const refused = question && !confirm(question);
    if (refused || type === "submit" || (type === "click" && element.matches("a,button,[type=submit]"))) event.preventDefault();
    if (refused) return;
    const call = () => this.post(event, element, attribute.value);
    const filtered = attribute.name.includes(".");
    if (!filtered && !/submit|focus|blur/.test(type) && this.timing.delay(element, attribute.name, call)) return;
    if (filtered || !type.startsWith("key")) this.timing.flush();
    call();
  }

  private post(event: Event, element: HTMLElement, name: string): void {
    const { fields, busy } = this.content;
    const { type } = event;
    const { changes } = fields;
    const frame = this.outbox.event(name, argumentsOf(event, element));
    const buttons = type === "submit" ? [...(element as HTMLFormElement).elements] : [element];
    for (const button of buttons) {
      const text = button.getAttribute(DISABLE) ?? (button === (event as SubmitEvent).submitter && element.getAttribute(DISABLE));
      if (text) busy.add(button as Button, text);
    }
    this.outbox.post({
      frame,
      source: /click|submit/.test(type) ? undefined : (event.target as Element),
      done: (ok) => {
        for (const button of buttons) busy.remove(button as Button);
        if (ok && type === "submit") fields.handled(element as HTMLFormElement, changes);
      },
    });
  }
}

/** As a filter names it. While a character is being composed, keys have no names. */
function keyOf(event: Event): string {
  const { key, isComposing } = event as KeyboardEvent;
  return key === " " ? "space" : isComposing ? "" : key?.toLowerCase();
}
