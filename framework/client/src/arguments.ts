/**
 * The arguments of an event, as its element and the form around it give them.
 */
import type { Arguments } from "./protocol";

/** An object without inherited names, since the names are those of the page's fields. */
function none(): Arguments {
  return Object.create(null) as Arguments;
}

/** `dj-value-some-name="x"` as `{some_name: "x"}`. */
export function valuesOf(element: Element): Arguments {
  const values = none();
  for (const { name, value } of element.attributes) {
    if (name.startsWith("dj-value-")) values[name.slice(9).replace(/-/g, "_")] = value;
  }
  return values;
}

/** What a field holds; undefined for elements that aren't fields. */
export function valueOf(field: Element): unknown {
  const { type, checked, value, selectedOptions } = field as HTMLInputElement & HTMLSelectElement;
  if (type === "select-multiple") return [...selectedOptions].map((option) => option.value);
  return field.matches("[type=checkbox]") ? checked : value;
}

/** `{value, name}` of a field. */
export function fieldArguments(field: Element): Arguments {
  const args = none();
  args.value = valueOf(field);
  const name = field.getAttribute("name");
  if (name) args.name = name;
  return args;
}

/** All fields of a form, files left out, and the button that submits it. */
export function formArguments(form: HTMLFormElement, submitter?: HTMLElement | null): Arguments {
  const args = none();
  const entries = [...new FormData(form)];
  const name = submitter?.getAttribute("name");
  if (name) entries.push([name, (submitter as HTMLButtonElement).value]);
  for (const [name, value] of entries) {
    if (typeof value !== "string") continue;
    const other = args[name];
    args[name] = other === undefined ? value : Array.isArray(other) ? [...other, value] : [other, value];
  }
  return args;
}
