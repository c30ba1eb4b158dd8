/**
 * Turns what happens in a region into messages. Listens on the region's root only, so elements
 * that come later need nothing.
 *
 * The nearest element at or around the target that has the attribute for the event handles it;
 * for keys, one whose filter holds the key (`dj-keydown.enter.escape="send"`).
 */
import { argumentsOf } from "./arguments";
import type { Content } from "./content";
import { type Field, fieldsOf, group } from "./field";
import type { Outbox } from "./outbox";
import type { Button } from "./busy";
import { Models } from "./models";
import { Timing } from "./timing";

const TYPES = "click submit reset input change keydown keyup focus blur".split(" ");
const DISABLE = "dj-disable-with";

export class Events {
  private readonly timing = new Timing();
  private readonly models: Models;

  constructor(
    private readonly root: HTMLElement,
    private readonly content: Content,
    private readonly outbox: Outbox,
  ) {
    this.models = new Models(content.fields, outbox, this.timing);
    for (const type of TYPES) root.addEventListener(type, this, /focus|blur/.test(type));
  }

  handleEvent(event: Event): void {
    const { target } = event as Event & { target: HTMLElement };
    if (this.content.changing || target.closest("[dj-view]") !== this.root) return;
    this.models.observe(event, target);
    if (event.type === "blur") this.timing.flush(target);
    const attribute = this.find(target, event);
    if (attribute && !event.defaultPrevented) this.handle(event, attribute);
  }

  /** Tells a new instance what the person ever entered. */
  recover(): void {
    this.models.recover();
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
    const frame = this.outbox.event(name, argumentsOf(event, element));
    if (/submit|input|change/.test(type)) fields.carry(frame, carried(type, element, event.target as Element));
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
        fields.answered(frame, ok);
      },
    });
  }
}

/** The fields whose values the event of `element` tells. */
function carried(type: string, element: Element, target: Element): Field[] {
  if (!(element instanceof HTMLFormElement)) return group(target);
  return fieldsOf(element).filter((field) => type === "submit" || (field.name && !field.matches(":disabled")));
}

/** As a filter names it. While a character is being composed, keys have no names. */
function keyOf(event: Event): string {
  const { key, isComposing } = event as KeyboardEvent;
  return key === " " ? "space" : isComposing ? "" : key?.toLowerCase();
}
