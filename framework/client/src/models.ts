/**
 * Hears what a person enters into fields, whether or not anybody handles the event, and tells the
 * server what the `dj-model` fields hold: at once or when `dj-debounce` says, and at each join.
 */
import { modelValue } from "./arguments";
import { type Field, fieldsOf, modelGroup } from "./field";
import type { Fields } from "./fields";
import type { Outbox } from "./outbox";
import type { Timing } from "./timing";

export class Models {
  /** A `change` of it is no news. */
  private heard: Element | undefined;

  constructor(
    private readonly fields: Fields,
    private readonly outbox: Outbox,
    private readonly timing: Timing,
  ) {}

  observe({ type, defaultPrevented }: Event, target: HTMLElement): void {
    if (type === "reset" && !defaultPrevented) this.reset(fieldsOf(target));
    if (type === "blur") this.fields.check(target);
    const isChange = type === "change";
    if (type === "input" || (isChange && this.heard !== target)) {
      this.fields.own(target);
      if (!this.timing.delay(target, "dj-model", () => this.send(target))) this.send(target);
    }
    if (isChange || type === "input") this.heard = isChange ? undefined : target;
  }

  /** Tells a new instance what the person ever entered. */
  recover(): void {
    this.sendAll(this.fields.entered);
  }

  private reset(form: Field[]): void {
    const entered = this.fields.entered.filter((field) => form.includes(field));
    this.fields.reset(form);
    for (const field of entered) this.fields.own(field, false);
    this.sendAll(entered);
  }

  /** Those of a group once. */
  private sendAll(fields: Field[]): void {
    const sent = new Set<Field>();
    for (const field of fields) {
      const group = modelGroup(field);
      // What is in flight now is carried by an event that waits, and will be sent.
      if (!sent.has(field)) this.send(field, group.filter((other) => !this.fields.isInFlight(other)));
      for (const other of group) sent.add(other);
    }
  }

  private send(field: Element, carried = modelGroup(field as Field)): void {
    const name = field.getAttribute("dj-model");
    if (!name || !field.isConnected || (field as Field).type === "file") return;
    const frame = this.outbox.model(name, modelValue(field));
    const done = (ok: boolean) => this.fields.answered(frame, ok);
    this.fields.carry(frame, carried);
    if (!this.outbox.send({ frame, done })) done(false);
  }
}
