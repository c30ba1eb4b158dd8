/**
 * The arguments of an event, as its element and the form around it give them.
 */
import { get } from "../dom/node";
import { type Field, modelGroup } from "../fields/field";
import type { Arguments } from "../protocol";

/** All kinds of fields at once. */
interface FieldLike extends Element {
  type: string;
  checked: boolean;
  value: string;
  selectedOptions: Iterable<HTMLOptionElement>;
}

export function argumentsOf(event: Event, element: HTMLElement): Arguments {
  const { type, key, submitter, newState } = event as KeyboardEvent & SubmitEvent & ToggleEvent;
  const target = event.target as HTMLInputElement & HTMLDialogElement;
  let own;
  if (/click|cancel/.test(type)) own = {};
  else if (type === "toggle") own = { open: newState === "open" };
  else if (type === "close") own = { value: target.returnValue };
  else if (element instanceof HTMLFormElement) own = formArguments(element, submitter);
  else own = { key, value: valueOf(target), name: (/input|change/.test(type) && target.name) || undefined };
  return { ...own, ...valuesOf(element) };
}

/** What a field holds; undefined for elements that aren't fields. */
export function valueOf(field: Element): unknown {
  const { type, checked, value, selectedOptions } = field as FieldLike;
  if (type === "select-multiple") return [...selectedOptions].map((option) => option.value);
  return type === "checkbox" ? checked : value;
}

/**
 * What a `dj-model` field sends: of radio buttons the checked one's value, of checkboxes that have a
 * value or are several the checked ones' values, of a lone checkbox whether it is checked.
 */
export function modelValue(field: Element): unknown {
  const boxes = modelGroup(field as Field) as HTMLInputElement[];
  const values = boxes.filter(({ checked }) => checked).map(({ value }) => value);
  const { type } = field as Field;
  if (type === "radio") return values[0] ?? "";
  return type === "checkbox" && (boxes[1] || field.hasAttribute("value")) ? values : valueOf(field);
}

/** `dj-value-some-name="x"` as `{some_name: "x"}`. */
function valuesOf(element: Element): Arguments {
  const values: Arguments = {};
  for (const { name, value } of get(element, "attributes")) {
    if (name.startsWith("dj-value-")) values[name.slice(9).replace(/-/g, "_")] = value;
  }
  return values;
}

/** All fields of a form, files left out, and the button that submits it. */
function formArguments(form: HTMLFormElement, submitter?: HTMLElement | null): Arguments {
  // Without a prototype, since the names are those of the page's fields.
  const args = Object.create(null) as Arguments;
  for (const [name, value] of new FormData(form, submitter)) {
    const other = args[name];
    if (typeof value === "string") args[name] = other === undefined ? value : ([] as unknown[]).concat(other, value);
  }
  return args;
}
