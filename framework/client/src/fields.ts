/**
 * Who a form field belongs to.
 *
 * The attributes (`value`, `checked`, `selected`, a textarea's text) always hold what the server
 * last wrote. What the field shows is the server's too, until the person changes it: from then on
 * it is theirs, and what the server writes is withheld, until
 *
 * - the server writes just what the field shows;
 * - its form was submitted and answered without an error, and it was not changed meanwhile: then
 *   what was withheld is shown;
 * - its form is reset, by the server or by the person.
 *
 * Radio buttons of one group change hands together. `before` and `settle` enclose each change of
 * the page; between them `touch` tells which fields the server writes.
 */
import { get } from "./dom";

export type Field = HTMLInputElement | HTMLTextAreaElement | HTMLSelectElement;

/** Whether it is checked, which options are selected, or its text. */
type State = boolean | string;

/** What a person can change and the server may write as well. */
const FIELDS = "input:not([type=file]),textarea,select";

export class Fields {
  /** With the number of the change that made each the person's. */
  readonly owned = new Map<Field, number>();
  /** How often the person changed a field. */
  changes = 0;
  private readonly withheld = new Set<Field>();
  private shown = new Map<Field, State>();
  private readonly touched = new Set<Field>();

  constructor(private readonly root: Element) {}

  /** Gives the person what differs from what the server wrote: typed early, or restored by the browser. */
  adopt(): void {
    for (const field of this.root.querySelectorAll<Field>(FIELDS)) {
      if (!/range|color/.test(field.type) && state(field) !== state(field, true)) this.own(field);
    }
  }

  /** The person changed `target`, if it is a field. */
  own(target: Element): void {
    this.changes++;
    for (const field of group(target)) this.owned.set(field, this.changes);
  }

  /** The server has handled what a form held after this many changes. */
  handled(form: HTMLFormElement, changes: number): void {
    for (const field of fieldsOf(form)) {
      if (this.owned.get(field)! > changes) continue;
      if (this.withheld.has(field)) this.giveBack(field);
      this.owned.delete(field);
    }
  }

  /** Shows what the server last wrote to all fields of a form. */
  reset(form: HTMLFormElement): void {
    for (const field of fieldsOf(form)) this.giveBack(field);
  }

  /** A change of the page begins. */
  before(): void {
    this.shown = new Map([...this.owned.keys()].map((field) => [field, state(field)]));
  }

  /** The server writes to `element`, which may be a field or a part of one. */
  touch(element: Element): void {
    for (const field of group(element.closest(FIELDS))) this.touched.add(field);
  }

  /** A change of the page has ended. */
  settle(): void {
    for (const [field, shown] of this.shown) {
      if (field.isConnected) show(field, shown);
      else this.owned.delete(field);
    }
    for (const field of this.touched) {
      const differs = group(field).some((each) => state(each) !== state(each, true));
      if (differs && this.owned.has(field)) this.withheld.add(field);
      else this.giveBack(field);
    }
    this.touched.clear();
  }

  /** The field is the server's again. */
  private giveBack(field: Field): void {
    this.owned.delete(field);
    this.withheld.delete(field);
    show(field, state(field, true));
  }
}

function fieldsOf(form: HTMLFormElement): Field[] {
  return [...get(form, "elements")].flatMap(group);
}

/** The field, with the radio buttons that change together with it; nothing if it is no field. */
function group(field: Element | null): Field[] {
  if (!field?.matches(FIELDS)) return [];
  const { type, name, form } = field as Field;
  if (type !== "radio") return [field as Field];
  return [...document.querySelectorAll<Field>("[type=radio]")].filter((radio) => radio.name === name && radio.form === form);
}

/** What a field shows, or what the server has it show. */
function state(field: Field, written = false): State {
  if ("selectedOptions" in field) {
    // A clone has only what the attributes say.
    const { options } = written ? (field.cloneNode(true) as HTMLSelectElement) : field;
    return keysOf(options).filter((_, i) => options[i]!.selected).join("\0");
  }
  const { type, checked, defaultChecked, value, defaultValue } = field as HTMLInputElement;
  if (/checkbox|radio/.test(type)) return written ? defaultChecked : checked;
  return written ? defaultValue : value;
}

function show(field: Field, shown: State): void {
  if (state(field) === shown) return;
  if (typeof shown === "boolean") (field as HTMLInputElement).checked = shown;
  else if ("selectedOptions" in field) {
    keysOf(field.options).forEach((key, i) => (field.options[i]!.selected = shown.split("\0").includes(key)));
  } else field.value = shown;
}

/** The value of each option, made unique. */
function keysOf(options: HTMLOptionsCollection): string[] {
  const seen: Record<string, number> = {};
  return [...options].map(({ value }) => `${value}\n${(seen[value] = (seen[value] ?? 0) + 1)}`);
}
