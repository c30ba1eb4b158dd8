/**
 * The arguments of an event, from its element and the form around it.
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

/** The value of a field; undefined for other elements. */
export function valueOf(field: Element): unknown {
  const { type, checked, value, selectedOptions } = field as FieldLike;
  if (type === "select-multiple") return [...selectedOptions].map((option) => option.value);
  return type === "checkbox" ? checked : value;
}

/**
 * The value that a `dj-model` field sends: for radio buttons the value of the checked one; for
 * several checkboxes, or one with a `value`, the list of checked values; for a single checkbox
 * whether it is checked.
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

/** The values of a form, without files, and of the button that submits it. */
function formArguments(form: HTMLFormElement, submitter?: HTMLElement | null): Arguments {
  // Without a prototype, since a field may have any name.
  const args = Object.create(null) as Arguments;
  for (const [name, value] of new FormData(form, submitter)) {
    const other = args[name];
    if (typeof value === "string") args[name] = other === undefined ? value : ([] as unknown[]).concat(other, value);
  }
  return args;
}
