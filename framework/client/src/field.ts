/**
 * One form field: what it shows, what the server wrote, and which fields go along with it.
 *
 * The attributes (`value`, `checked`, `selected`, a textarea's text) always hold what the server
 * last wrote. The browser makes of them what the field's type allows, so what the server has a field
 * show is read from a fresh copy of the field: `2024-01-01 10:00` in a date field is no change by a
 * person.
 *
 * An option is known by its `value`, else its `dj-key`, else its text; one with a new text, while there
 * are as many options as before, by its position.
 */
export type Field = HTMLInputElement | HTMLTextAreaElement | HTMLSelectElement;

/** Whether it is checked, which options are selected, or its text. */
export type State = boolean | string;

/** What a person can change and the server may write as well. */
export const FIELDS = "input:not([type=file]),textarea,select";

/** What decides, of an input's attributes, what it shows. The value is last, since it is read by the others' rules. */
const MEANING = ["type", "multiple", "min", "max", "step", "value"];

/** The field, with the radio buttons that change together with it; nothing if it is no field. */
export function group(field: Element | null): Field[] {
  if (!field?.matches(FIELDS)) return [];
  const { type, name, form } = field as Field;
  if (type !== "radio" || !name) return [field as Field];
  return alike(document, field as Field, `[type=radio][name="${CSS.escape(name)}"]`, form);
}

/** The fields whose values are sent as one: radio buttons, and checkboxes with the same `dj-model` in one form or region. */
export function modelGroup(field: Field): Field[] {
  const name = field.getAttribute("dj-model")!;
  return field.type === "checkbox"
    ? alike(field.closest("[dj-view]")!, field, `[type=checkbox][dj-model="${CSS.escape(name)}"]`, field.form)
    : group(field);
}

function alike(root: ParentNode, field: Field, selector: string, form: HTMLFormElement | null): Field[] {
  const found = [...root.querySelectorAll<Field>(selector)].filter((other) => other.form === form);
  return found.includes(field) ? found : [field];
}

export function fieldsOf(form: Element): Field[] {
  return [...document.querySelectorAll<Field>(FIELDS)].filter((field) => field.form === form);
}

/** Whether the person has entered something that is no value yet: half of a date, or a number's sign. */
export function isUnfinished(field: Element | null): boolean {
  return !!(field as Field | null)?.validity?.badInput;
}

/** Whether the person may be amid a date: of the year 20 a moment later more digits may come. */
export function isAmid(field: Element): boolean {
  return isUnfinished(field) || (field === document.activeElement && /date|time|month|week/.test((field as Field).type));
}

/** What a field shows. */
export function state(field: Field): State {
  if ("selectedOptions" in field) return choice(field, (option) => option.selected);
  return isBox(field) ? (field as HTMLInputElement).checked : field.value;
}

/** What the server wrote, as it wrote it. */
export function written(field: Field): State {
  if ("selectedOptions" in field) return choice(field, (option) => option.defaultSelected);
  return isBox(field) ? (field as HTMLInputElement).defaultChecked : field.defaultValue;
}

/** Whether the server has written another value than `before`; other options are none. */
export function isRewritten(field: Field, before: State): boolean {
  if (!("selectedOptions" in field)) return written(field) !== before;
  const now = [...field.options].flatMap((option, i) => (option.defaultSelected ? [i] : []));
  return positions(field, before as string).filter((i) => i >= 0).join() !== now.join();
}

/** What the field would show if nobody had changed it. */
export function fresh(field: Field): State {
  // A copy of a select has only what the attributes say.
  if ("selectedOptions" in field) return state(field.cloneNode(true) as Field);
  if (isBox(field)) return group(field).filter((other) => written(other)).pop() === field;
  const copy = document.createElement(field.localName) as Field;
  for (const name of MEANING) if (field.hasAttribute(name)) copy.setAttribute(name, field.getAttribute(name)!);
  (copy as HTMLInputElement).defaultValue = (field as HTMLInputElement).defaultValue;
  return copy.value;
}

/** Has the field show a state; false if it can't, since an option that was chosen is gone. */
export function show(field: Field, shown: State): boolean {
  if (state(field) === shown) return true;
  if (typeof shown === "boolean") (field as HTMLInputElement).checked = shown;
  else if ("selectedOptions" in field) return choose(field, shown);
  else field.value = shown;
  return true;
}

function isBox({ type }: Field): boolean {
  return /checkbox|radio/.test(type);
}

/** The keys of all options, and the positions of those that are chosen. */
function choice({ options }: HTMLSelectElement, is: (option: HTMLOptionElement) => boolean): string {
  return JSON.stringify([keysOf(options), [...options].flatMap((option, i) => (is(option) ? [i] : []))]);
}

function choose(select: HTMLSelectElement, shown: string): boolean {
  const wanted = positions(select, shown);
  const found = !wanted.includes(-1);
  if (found || select.multiple) {
    [...select.options].forEach((option, i) => {
      if (option.selected !== wanted.includes(i)) option.selected = !option.selected;
    });
  }
  return found;
}

/** Where the options of a choice are now; -1 for those that are gone. */
function positions({ options }: HTMLSelectElement, choice: string): number[] {
  const [before, chosen] = JSON.parse(choice) as [string[], number[]];
  const keys = keysOf(options);
  return chosen.map((i) => {
    const found = keys.indexOf(before[i]!);
    // One with a new text, where one without a value was.
    const isRenamed = found < 0 && before[i]![0] === "t" && before.length === keys.length && !before.includes(keys[i]!);
    return isRenamed ? i : found;
  });
}

/** What tells the options apart, made unique; texts begin with a "t". */
function keysOf(options: HTMLOptionsCollection): string[] {
  const seen: Record<string, number> = {};
  return [...options].map((option) => {
    const value = option.getAttribute("value");
    const own = option.getAttribute("dj-key");
    const key = value !== null ? `v${value}` : own !== null ? `k${own}` : `t${option.text}`;
    return `${key}\n${(seen[key] = (seen[key] ?? 0) + 1)}`;
  });
}
