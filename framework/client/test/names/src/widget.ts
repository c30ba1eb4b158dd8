import type { Frame } from "./protocol";

/** An interface of a platform that TypeScript doesn't know: nothing here defines its members. */
interface Policy {
  createPolicy(): void;
}

interface Options {
  depth: number;
  title: string;
}

export class Widget {
  private count = 0;
  private view = 0;
  private open = false;
  private first: Options;
  private loose: unknown;
  private quoted = 1;

  constructor(private readonly element: HTMLDetailsElement & { readonly parent: Policy }) {
    const { depth }: Options = { depth: 1, title: element.title };
    this.first = { depth, title: "x" };
    this.loose = { count: depth, detail: 1 };
  }

  update({ view }: Frame): unknown {
    this.count += view;
    this.view = view;
    this.element.parent.createPolicy();
    this.open = this.element.open;
    return [this.first.title, this.loose, this.open, this["quoted"]];
  }
}
