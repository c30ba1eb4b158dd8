/**
 * What makes a field the same field: the keys of the items around it, its form, its name, and of a
 * checkbox or radio button its value.
 *
 * What a person entered never goes to another field: not to that of another row, form, step or
 * record. `dj-field` tells fields of equal name in different branches of the template apart; it is
 * of no use once the page has another template than the server.
 */
import { type Field, isBox } from "./field";

/** Equal for fields that are the same one; by position only where fields of a page have equal ones. */
export function identity(field: Field, numbered = true): string {
  const { form, name, id } = field;
  const keys: Array<string | null> = [];
  for (let element: Element | null = field; element; element = property(element, "parentElement")) keys.push(attribute(element, "dj-key"));
  return JSON.stringify([
    keys.filter((key) => key !== null),
    form && attribute(form, "id"),
    name || id,
    numbered && attribute(field, "dj-field"),
    isBox(field) && attribute(field, "value"),
  ]);
}

function attribute(element: Element, name: string): string | null {
  return Element.prototype.getAttribute.call(element, name);
}

/** A property of an element, also of a form that has a field of this name. */
export function property<Name extends keyof Element>(element: Element, name: Name): Element[Name] {
  return Reflect.get(Element.prototype, name, element);
}
