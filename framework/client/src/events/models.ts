/**
 * Observes what the user enters into fields, whether or not a handler exists, and sends the values
 * of `dj-model` fields: at once or when `dj-debounce` says, and after each join.
 */
import { type Field, fieldsOf, modelGroup } from "../fields/field";
import type { Fields } from "../fields/fields";
import { beginEdit } from "../mirror/mirror";
import type { Outbox } from "../transport/outbox";
import { modelValue } from "./arguments";
import type { Delays } from "./delays";

/** Fields, and the value of each. */
export type Entered = Array<[Field, unknown]>;

export class Models {
  /** The next `change` of these is ignored, since an `input` preceded it. */
  private readonly heard = new WeakSet<Element>();

  constructor(
    private readonly fields: Fields,
    private readonly outbox: Outbox,
    private readonly delays: Delays,
  ) {}

  observe({ type, defaultPrevented }: Event, target: HTMLElement): void {
    if (type === "reset" && !defaultPrevented) this.reset(fieldsOf(target));
    if (type === "blur") this.fields.check(target);
    if (type === "input") {
      this.heard.add(target);
      beginEdit(target);
    } else if (type !== "change" || this.heard.delete(target)) return;
    this.fields.own(target);
    const send = () => target.isConnected && this.send(target, modelValue(target));
    if (!this.delays.delay(target, "dj-model", send)) send();
  }

  /** What the user ever entered. */
  get entered(): Entered {
    return this.fields.entered.map((field) => [field, modelValue(field)]);
  }

  /**
   * Sends a new instance what was entered, also what its first page can't show yet: a field or an
   * option that depends on others.
   */
  recover(entered: Entered): void {
    this.sendAll(entered.map(([field, value]) => [field, "options" in field || !field.isConnected ? value : modelValue(field)]));
  }

  private reset(form: Field[]): void {
    const entered = this.fields.entered.filter((field) => form.includes(field));
    this.fields.reset(form);
    for (const field of entered) this.fields.own(field, false);
    this.sendAll(entered.map((field) => [field, modelValue(field)]));
  }

  /** Sends each group once. */
  private sendAll(entered: Entered): void {
    const sent = new Set<Field>();
    for (const [field, value] of entered) {
      const group = field.isConnected ? modelGroup(field) : [];
      // A field that is in flight now is carried by an event that waits and will be sent.
      if (!sent.has(field)) this.send(field, value, group.filter((other) => !this.fields.isInFlight(other)));
      for (const other of group) sent.add(other);
    }
  }

  private send(field: Element, value: unknown, carried = modelGroup(field as Field)): void {
    const name = field.getAttribute("dj-model");
    if (!name || (field as Field).type === "file") return;
    const frame = this.outbox.model(name, value);
    const done = (ok: boolean) => this.fields.answered(frame, ok);
    this.fields.carry(frame, carried);
    if (!this.outbox.send({ frame, done })) done(false);
  }
}
