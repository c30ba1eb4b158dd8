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
export type Field = HTMLInputElement | HTMLTextAreaElement | HTMLSelectElement;

/** What a field shows, as one string that can be compared. */
type State = string;

export class Fields {
  readonly owned = new Set<Field>();
  private readonly withheld = new Set<Field>();
  private readonly submitted = new Map<number, Set<Field>>();
  private readonly touched = new Set<Field>();
  private shown = new Map<Field, State>();

  constructor(private readonly root: Element) {}

  /** Gives the person what differs from what the server wrote: typed early, or restored by the browser. */
  adopt(): void {
    for (const field of fieldsIn(this.root)) {
      if (!/^(range|color)$/.test(field.type) && shown(field) !== written(field)) this.own(field);
    }
  }

  /** The person changed `target`, if it is a field. */
  own(target: Element): void {
    if (!isField(target)) return;
    for (const field of group(target)) {
      this.owned.add(field);
      for (const fields of this.submitted.values()) fields.delete(field);
    }
  }

  submit(ref: number, form: HTMLFormElement): void {
    this.submitted.set(ref, new Set(fieldsOf(form)));
  }

  /** The submit with this `ref` is over; if it wasn't handled, the person keeps what they typed. */
  answered(ref: number, ok: boolean): void {
    const fields = this.submitted.get(ref);
    this.submitted.delete(ref);
    if (fields && ok) this.release([...fields], (field) => this.withheld.has(field));
  }

  /** Shows what the server last wrote to all fields of a form. */
  reset(form: HTMLFormElement): void {
    this.release(fieldsOf(form), () => true);
  }

  /** The person resets a form; the browser is about to do so. */
  forget(form: HTMLFormElement): void {
    this.release(fieldsOf(form), () => false);
  }

  /** A change of the page begins. */
  before(): void {
    this.shown = new Map([...this.owned].map((field) => [field, shown(field)]));
  }

  /** The server writes to `element`, which may be a field or a part of one. */
  touch(element: Element): void {
    const field = element.closest("input,textarea,select");
    if (field && isField(field)) for (const each of group(field)) this.touched.add(each);
  }

  /** A change of the page has ended. */
  settle(): void {
    for (const field of this.owned) {
      if (field.isConnected) show(field, this.shown.get(field)!);
      else this.disown(field);
    }
    for (const field of this.touched) {
      if (!this.owned.has(field)) show(field, written(field));
      else if (group(field).every((each) => shown(each) === written(each))) this.release(group(field), () => false);
      else this.withheld.add(field);
    }
    this.touched.clear();
  }

  private release(fields: Field[], showing: (field: Field) => boolean): void {
    for (const field of fields) {
      const due = showing(field);
      this.disown(field);
      if (due) show(field, written(field));
    }
  }

  private disown(field: Field): void {
    this.owned.delete(field);
    this.withheld.delete(field);
  }
}

/** What a person can change and the server may write as well. */
const FIELDS = "input:not([type=file]),textarea,select";

export function isField(element: Element): element is Field {
  return element.matches(FIELDS);
}

export function isCheckable(field: Element): field is HTMLInputElement {
  return field.matches("[type=checkbox],[type=radio]");
}

function fieldsIn(root: ParentNode): Field[] {
  return [...root.querySelectorAll<Field>(FIELDS)];
}

function fieldsOf(form: HTMLFormElement): Field[] {
  return [...form.elements].filter(isField);
}

/** The radio buttons that change together with this one; else the field alone. */
function group(field: Field): Field[] {
  if (field.type !== "radio" || !field.name) return [field];
  const radios = (field.getRootNode() as ParentNode).querySelectorAll<HTMLInputElement>("[type=radio]");
  return [...radios].filter((radio) => radio.name === field.name && radio.form === field.form);
}

function shown(field: Field): State {
  if (isCheckable(field)) return String(field.checked);
  return "options" in field ? values([...field.options].filter((option) => option.selected)) : field.value;
}

function written(field: Field): State {
  if (isCheckable(field)) return String(field.defaultChecked);
  return "options" in field ? values(writtenOptions(field)) : field.defaultValue;
}

/** The options that a freshly parsed select would show as selected. */
function writtenOptions(select: HTMLSelectElement): HTMLOptionElement[] {
  const options = [...select.options];
  const chosen = options.filter((option) => option.defaultSelected);
  if (select.multiple) return chosen;
  const last = chosen.pop() ?? (select.size > 1 ? undefined : options.find((option) => !option.disabled));
  return last ? [last] : [];
}

function values(options: HTMLOptionElement[]): State {
  return JSON.stringify(options.map((option) => option.value));
}

function show(field: Field, state: State): void {
  if (shown(field) === state) return;
  if (isCheckable(field)) field.checked = state === "true";
  else if ("options" in field) select(field, JSON.parse(state));
  else field.value = state;
}

/** A select with one choice picks one by itself while none is selected, so they are set twice. */
function select(field: HTMLSelectElement, chosen: string[]): void {
  for (const option of field.options) if (!chosen.includes(option.value)) option.selected = false;
  for (const option of field.options) if (chosen.includes(option.value)) option.selected = true;
}
