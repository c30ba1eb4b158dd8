/**
 * What a region shows. Every change the server makes goes through `change`, which keeps what
 * belongs to the person: what they entered, where they are, and the buttons they wait for.
 */
import { Busy } from "./busy";
import { allowStyles } from "./dom";
import { Fields } from "./fields";
import { Keeper } from "./keeper";
import { Patcher } from "./patcher";
import type { Patch } from "./protocol";
import { Scope } from "./scope";

export class Content {
  readonly fields: Fields;
  readonly busy = new Busy();
  /** While this is set, events are of our own making. */
  changing = false;
  private readonly keeper: Keeper;
  private readonly patcher: Patcher;
  private scope?: Scope | undefined;

  constructor(private readonly root: Element) {
    this.fields = new Fields(root);
    this.keeper = new Keeper(root);
    this.patcher = new Patcher(root, this.fields, this.keeper);
  }

  start(): void {
    allowStyles(this.root);
    this.fields.adopt();
    this.keeper.start();
  }

  stop(): void {
    this.keeper.stop();
  }

  patch(patch: Patch): void {
    this.change(() => this.patcher.apply((this.scope ??= new Scope(this.root.firstChild, null)), patch));
  }

  /** Merges the HTML of the whole region into the page. */
  replace(html: string): void {
    this.scope = undefined;
    this.change(() => this.patcher.merge(html));
  }

  reset(id: string): void {
    const form = document.getElementById(id);
    if (form instanceof HTMLFormElement) this.fields.reset(form);
    else console.error(`djust: there is no form with the id ${id} to reset`);
  }

  private change(change: () => void): void {
    this.changing = true;
    this.busy.suspend();
    this.keeper.before();
    this.fields.before();
    try {
      change();
    } finally {
      this.fields.settle();
      this.busy.resume();
      this.keeper.after();
      this.changing = false;
    }
  }
}
