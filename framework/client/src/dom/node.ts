/**
 * Reads properties of nodes that a form's fields can't hide, and describes elements in messages.
 *
 * A form has its fields as properties, by their names, and a document its forms: a field called
 * `attributes` hides the form's own attributes. So the other modules never read or call a property
 * of the document, or of a node that may be a form, by its name: they use `get` and `call`.
 */

/** A property of a node, whatever its fields are called. */
export function get<N extends Node, K extends keyof N>(node: N, key: K): N[K] {
  return Reflect.get(Reflect.getPrototypeOf(node)!, key, node) as N[K];
}

/** Calls a method of a node, whatever its fields are called. */
export function call<N extends Node, K extends keyof N>(node: N, key: K, ...args: unknown[]): N[K] extends (...args: never[]) => infer R ? R : never {
  return (get(node, key) as (...args: unknown[]) => never).apply(node, args);
}

/** The element that has the focus; usually the body if none has it. */
export function active(): Element | null {
  return get(document, "activeElement");
}

/**
 * An element without its content, for messages: only attributes that name it, never a token or a
 * field's value.
 */
export function describe(element: Element): string {
  const tag = get(element, "localName");
  const names = [...get(element, "attributes")].filter(({ name }) => /^(dj|dj-view|id|class|name|title|type)$/.test(name));
  return `<${[tag, ...names.map(({ name, value }) => `${name}="${value}"`)].join(" ")}></${tag}>`;
}

/** Throws an error that says what is missing, and in which element. */
export function fail(missing: string, element: Node): never {
  throw new Error(`no ${missing} in ${describe(element as Element)}`);
}

