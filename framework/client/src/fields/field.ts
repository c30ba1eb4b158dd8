/**
 * One form field: what it shows, what the server wrote, and which fields change together with it.
 *
 * The attributes (`value`, `checked`, `selected`, a textarea's text) always hold what the server
 * last wrote. The browser shows of them what the field's type allows: `2024-01-01 10:00` in a date
 * field is not a change by the user. So a copy of the field is reset, and its value read, to learn
 * what the server's value looks like.
 *
 * An option is identified by its `value`, else its `dj-key`, else its text. An option with a new
 * text is identified by its position if the number of options is the same.
 */
import { active, call } from "../dom/node";

export type Field = HTMLInputElement | HTMLTextAreaElement | HTMLSelectElement;

/**
 * Checked or not, a text, or JSON: the keys of all options and the positions of the chosen ones.
 */
export type State = boolean | string;

/** The fields that both the user and the server may change. */
export const FIELDS = "input:not([type=file]),textarea,select";

/** The fields of a form; for null, those outside of all forms. */
export function fieldsOf(form: Element | null, selector = FIELDS, root: Document | Element = document): Field[] {
  return ([...call(root, "querySelectorAll", selector)] as Field[]).filter((field) => field.form === form);
}

/** The field, with the radio buttons that change together with it; empty for other elements. */
export function group(field: Element | null): Field[] {
  if (!field?.matches(FIELDS)) return [];
  const { type, name, form } = field as Field;
  return type === "radio" && name ? fieldsOf(form, `[type=radio][name="${CSS.escape(name)}"]`) : [field as Field];
}

/**
 * The fields whose values are sent as one: radio buttons or checkboxes with the same `dj-model` in
 * one form or region.
 */
export function modelGroup(field: Field, form = field.form, root = field.closest("[dj-view]")!): Field[] {
  const name = field.getAttribute("dj-model");
  return name && isBox(field) ? fieldsOf(form, `[type=${field.type}][dj-model="${CSS.escape(name)}"]`, root) : group(field);
}

/** Whether the field has an incomplete entry: half of a date, or only a number's sign. */
export function isUnfinished(field: Element | null): boolean | undefined {
  return (field as Field | null)?.validity?.badInput;
}

/** Whether the user may be in the middle of a date: the year 20 may become 2024. */
export function isAmid(field: Element): boolean | undefined {
  return isUnfinished(field) || (field === active() && /date|time|month|week/.test((field as Field).type));
}

export function isBox({ type }: Field): boolean {
  return /checkbox|radio/.test(type);
}

/** What a field shows, or, with `written`, what the server wrote. */
export function state(field: Field, written = false): State {
  if (!("options" in field)) {
    const { checked, defaultChecked, value, defaultValue } = field as HTMLInputElement;
    return isBox(field) ? (written ? defaultChecked : checked) : written ? defaultValue : value;
  }
  const options = [...field.options];
  return JSON.stringify([keysOf(options), options.flatMap(({ selected, defaultSelected }, i) => ((written ? defaultSelected : selected) ? [i] : []))]);
}

/** What the field would show if nobody had changed it. */
export function fresh(field: Field): State {
  const now = state(field);
  // Where the server chose no option, the browser may choose the first.
  if (now === state(field, true) && (field as HTMLSelectElement).selectedIndex !== -1) return now;
  if (field.type === "radio") return group(field).filter((other) => state(other, true)).pop() === field;
  const form = call(document, "createElement", "form") as HTMLFormElement;
  const copy = field.cloneNode(true) as Field;
  form.append(copy);
  call(form, "reset");
  return state(copy);
}

/** Whether the server has written another value than `before`; other options alone don't count. */
export function isRewritten(field: Field, before: State): boolean {
  const now = state(field, true);
  if (!("options" in field)) return now !== before;
  return "" + positions(field, before).filter((i) => i >= 0) !== "" + JSON.parse(now as string)[1];
}

/** Makes the field show a state; false if it can't because a chosen option is gone. */
export function show(field: Field, shown: State): boolean {
  if (state(field) === shown) return true;
  if ("options" in field) return choose(field, shown);
  if (typeof shown === "boolean") (field as HTMLInputElement).checked = shown;
  else field.value = shown;
  return true;
}

function choose(select: HTMLSelectElement, shown: State): boolean {
  const options = [...select.options];
  const wanted = positions(select, shown);
  const isFound = !wanted.includes(-1);
  const isRight = (option: HTMLOptionElement, i: number) => option.selected === wanted.includes(i);
  if (isFound || select.multiple) options.forEach((option, i) => isRight(option, i) || (option.selected = !option.selected));
  // Where no option is chosen, the browser chooses the first.
  return isFound && options.every(isRight);
}

/** The positions of the chosen options now; -1 for those that are gone. */
function positions({ options }: HTMLSelectElement, shown: State): number[] {
  const [before, chosen] = JSON.parse(shown as string) as [string[], number[]];
  const keys = keysOf([...options]);
  return chosen.map((i) => {
    const found = keys.indexOf(before[i]!);
    // An option with a new text, in the place of one without a value.
    return found < 0 && before[i]![0] === "t" && before.length === keys.length && !before.includes(keys[i]!) ? i : found;
  });
}

/** Unique keys of the options; a key made of a text begins with "t". */
function keysOf(options: HTMLOptionElement[]): string[] {
  const seen: Record<string, number> = {};
  return options.map((option) => {
    const own = ["value", "dj-key"].find((name) => option.hasAttribute(name));
    const key = own ? own + option.getAttribute(own) : `t${option.text}`;
    return key + (seen[key] = (seen[key] ?? 0) + 1);
  });
}
