/**
 * Turns what happens in a region into messages. Listens on the region's root only, so elements
 * that come later need nothing.
 *
 * The nearest element at or around the target that has the attribute for the event handles it;
 * for keys, one whose filter holds the key (`dj-keydown.enter.escape="send"`).
 */
import { argumentsOf, modelValue } from "./arguments";
import type { Content } from "./content";
import { type Field, fieldsOf, group, modelGroup } from "./field";
import type { Outbox } from "./outbox";
import type { Button } from "./busy";
import { Timing } from "./timing";

const TYPES = "click submit reset input change keydown keyup focus blur".split(" ");
const DISABLE = "dj-disable-with";

export class Events {
  private readonly timing = new Timing();
  /** A `change` of it is no news. */
  private heard: Element | undefined;

  constructor(
    private readonly root: HTMLElement,
    private readonly content: Content,
    private readonly outbox: Outbox,
  ) {
    for (const type of TYPES) root.addEventListener(type, this, /focus|blur/.test(type));
  }

  handleEvent(event: Event): void {
    const { target } = event as Event & { target: HTMLElement };
    if (this.content.changing || target.closest("[dj-view]") !== this.root) return;
    this.observe(event, target);
    const attribute = this.find(target, event);
    if (attribute && !event.defaultPrevented) this.handle(event, attribute);
  }

  /** Tells a new instance what the person ever entered. */
  recover(): void {
    this.models(this.content.fields.entered);
  }

  /** What concerns the fields, whether or not anybody handles the event. */
  private observe({ type, defaultPrevented }: Event, target: HTMLElement): void {
    const { fields } = this.content;
    if (type === "reset" && !defaultPrevented) this.reset(fieldsOf(target));
    if (type === "blur") {
      fields.check(target);
      this.timing.flush(target);
    }
    const isNews = type === "input" || (type === "change" && this.heard !== target);
    if (type === "input") this.heard = target;
    else if (type === "change") this.heard = undefined;
    if (!isNews) return;
    fields.own(target);
    if (!this.timing.delay(target, "dj-model", () => this.model(target))) this.model(target);
  }

  private reset(form: Field[]): void {
    const { fields } = this.content;
    const entered = fields.entered.filter((field) => form.includes(field));
    fields.reset(form);
    for (const field of entered) fields.own(field, false);
    this.models(entered);
  }

  /** Sends the values of model fields, those of a group once. */
  private models(fields: Field[]): void {
    const sent = new Set<Field>();
    for (const field of fields) {
      const group = modelGroup(field);
      if (!sent.has(field)) this.model(field, group.filter((other) => !this.content.fields.isInFlight(other)));
      for (const other of group) sent.add(other);
    }
  }

  private model(field: Element, carried = modelGroup(field as Field)): void {
    const name = field.getAttribute("dj-model");
    if (!name || !field.isConnected || (field as Field).type === "file") return;
    const { fields } = this.content;
    const frame = this.outbox.model(name, modelValue(field));
    const done = (ok: boolean) => fields.answered(frame, ok);
    fields.carry(frame, carried);
    if (!this.outbox.send({ frame, done })) done(false);
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
