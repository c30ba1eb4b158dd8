/**
 * Who owns a form field: the user or the server.
 *
 * A field is the user's from their change until the server has answered the newest frame that
 * carried it: a `model`, or the event of `dj-submit`, `dj-input` or `dj-change` on the field or its
 * form. Meanwhile what the server writes is withheld: only the attributes have it. When the field
 * is the server's again, it changes only if a *value* was withheld.
 *
 *     | owner      | edited | carried    | accepted (*) | refused (*) | given back |
 *     |------------|--------|------------|--------------|-------------|------------|
 *     | the server | edited | the server | -            | -           | the server |
 *     | edited     | edited | in flight  | -            | -           | the server |
 *     | in flight  | edited | in flight  | the server   | edited      | the server |
 *
 * (*) Of the newest frame only. An error, a missing answer, and an incomplete entry count as
 * refused. A reset, by the user or the server, gives a field back. A rejoin makes everything that
 * the user ever entered into a `dj-model` field edited again, since the new instance doesn't know
 * it.
 *
 * Each change of the page runs between `before` and `settle`, and calls `touch` before it writes to
 * a field. `tell` then reports what no user did: a chosen option is gone, or a chosen radio button
 * or checkbox of a `dj-model` group.
 */
import { active, call } from "../dom/node";
import { identityOf } from "../mirror/identity";
import { endEdit, mirrorOf } from "../mirror/mirror";
import { type Field, FIELDS, fieldsOf, fresh, group, isAmid, isRewritten, isUnfinished, modelGroup, show, type State, state } from "./field";

const enum Owner {
  Server,
  Edited,
  InFlight,
}

const enum Step {
  Edited,
  Carried,
  Accepted,
  Refused,
  GivenBack,
}

/** The table above: for each owner, who follows after each step. */
const NEXT = [
  [Owner.Edited, Owner.Server, Owner.Server, Owner.Server, Owner.Server],
  [Owner.Edited, Owner.InFlight, Owner.Edited, Owner.Edited, Owner.Server],
  [Owner.Edited, Owner.InFlight, Owner.Server, Owner.Edited, Owner.Server],
];

/** What is known of a field that the user changed. */
interface Ownership {
  owner: Owner;
  /** The newest frame that carried it, until it is answered. */
  frame?: object | undefined;
  /** The server has written another value meanwhile. */
  withheld?: boolean;
  /** The user has entered something since the last reset. */
  typed?: boolean;
  /** Attributes whose change would destroy an incomplete entry. */
  deferred: Map<string, string | null>;
}

/** A field before a change of the page. */
interface Before {
  shown: State;
  written: State;
  identity: string;
  /** Nobody has changed it. */
  plain: boolean;
  form: HTMLFormElement | null;
}

/** One map for the whole page, since a form may have fields in several regions. */
const known = new Map<Field, Ownership>();

export class Fields {
  private readonly seen = new Map<Field, Before>();
  private readonly lost = new Set<Field>();
  private joined = false;
  private isJoining = false;
  /** Whether the HTML that is applied comes from the template that rendered the page. */
  isSameTemplate = true;

  constructor(private readonly root: Element) {}

  /** The fields that are the user's now. */
  get owned(): Field[] {
    return [...known.keys()].filter((field) => known.get(field)!.owner);
  }

  /** The fields whose values a new instance doesn't know. */
  get entered(): Field[] {
    return [...known].flatMap(([field, { owner, typed }]) => ((owner || typed) && this.isHere(field) && field.hasAttribute("dj-model") ? [field] : []));
  }

  /** The answer to a join is about to be applied. */
  joining(isSameTemplate: boolean): void {
    this.isSameTemplate = isSameTemplate;
    // A field that is in flight now is carried by an event that waits and will be sent.
    if (this.joined) for (const field of this.entered.filter((field) => !this.isInFlight(field))) step(field, Step.Edited);
    else this.adopt();
    this.joined = true;
    this.isJoining = true;
  }

  /** The user changed `target`, if it is a field. */
  own(target: Element, typed = true): void {
    for (const field of group(target)) step(field, Step.Edited).typed ||= typed;
  }

  isInFlight(field: Field): boolean {
    return known.get(field)?.owner === Owner.InFlight;
  }

  /** A frame with the values of these fields is about to be sent. */
  carry(frame: object, fields: Field[]): void {
    for (const field of fields) if (known.has(field)) step(field, Step.Carried, frame);
  }

  /** The frame was answered, or never will be. */
  answered(frame: object, ok: boolean): void {
    for (const [field, ownership] of known) {
      if (ownership.frame !== frame) continue;
      step(field, ok && !isUnfinished(field) ? Step.Accepted : Step.Refused);
      if (!ownership.owner && ownership.withheld) giveBack(field);
    }
  }

  /** Shows what the server last wrote, and forgets what was typed. */
  reset(fields: Field[]): void {
    for (const field of fields) giveBack(field, true);
  }

  /**
   * The server resets a form or an editable element by its id, or a field by its id or name; false
   * if there is none.
   */
  resetNamed(form: string | undefined, field = ""): boolean {
    const found = call(document, "getElementById", form ?? field);
    const isForm = found instanceof HTMLFormElement;
    const fields = isForm ? fieldsOf(found) : group(found);
    if (!isForm && !fields[0]) fields.push(...[...this.root.querySelectorAll(`[name="${CSS.escape(field)}"]`)].flatMap(group));
    this.reset(fields);
    if (found) endEdit(found);
    return !!(found || fields[0]);
  }

  /** Whether an attribute has to wait, because the browser would clear an incomplete entry. */
  defers(element: Element, name: string, value: string | null): boolean {
    const defers = /^(min|max|step|type)$/.test(name) ? isAmid(element) : name === "value" && isUnfinished(element);
    if (!defers) return false;
    const ownership = ownershipOf(element as Field);
    ownership.deferred.set(name, value);
    ownership.withheld ||= name === "value";
    return true;
  }

  /** A change of the page begins. */
  before(): void {
    this.check(active());
    for (const field of known.keys()) {
      if (!field.isConnected) known.delete(field);
      else if (this.isHere(field)) this.see(field);
    }
  }

  /** An incomplete entry fires no events, so the field is looked at. */
  check(field: Element | null): void {
    if (isUnfinished(field)) this.own(field!, false);
    else if (field) release(field as Field);
  }

  /** The server is about to write to `element`, which may be a field or a part of one. */
  touch(element: Element): void {
    for (const field of group(call(element, "closest", FIELDS))) this.see(field);
  }

  /** A change of the page has ended. */
  settle(): void {
    for (const [field, before] of this.seen) {
      const ownership = known.get(field);
      const { isConnected } = field;
      if (isConnected && (!ownership || this.identity(field) === before.identity)) {
        this.keep(field, before, ownership);
      } else {
        if (before.shown === true && ownership?.typed && field.matches("[dj-model][value]")) this.lose(field, before.form);
        if (isConnected) giveBack(field, true);
        else known.delete(field);
      }
    }
    this.seen.clear();
    // A new instance is told the value, so it needn't hear that the old one lost it.
    if (this.isJoining) this.lost.clear();
    this.isJoining = false;
    this.isSameTemplate = true;
  }

  /** Reports fields whose chosen option or value is gone, as if the user had changed them. */
  tell(): void {
    const lost = [...this.lost];
    this.lost.clear();
    for (const field of lost) {
      for (const type of ["input", "change"]) field.dispatchEvent(new Event(type, { bubbles: true }));
      // If no frame carries the field, it is the server's, with the value that it shows.
      if (ownershipOf(field).owner === Owner.Edited) step(field, Step.GivenBack);
    }
  }

  /**
   * Makes fields the user's that differ from the server: typed early, or restored by the browser.
   */
  private adopt(): void {
    for (const field of this.root.querySelectorAll<Field>(FIELDS)) {
      this.check(field);
      if (state(field) !== fresh(field)) this.own(field);
    }
  }

  private isHere(field: Field): boolean {
    return field.closest("[dj-view]") === this.root;
  }

  /** Equal as long as the field belongs to one record. */
  private identity(field: Field): string {
    const mirror = mirrorOf(field);
    return mirror ? identityOf(mirror, this.isSameTemplate) : "";
  }

  private see(field: Field): void {
    if (this.seen.has(field)) return;
    const shown = state(field);
    const plain = !known.get(field)?.typed && shown === fresh(field);
    this.seen.set(field, { shown, written: state(field, true), identity: this.identity(field), plain, form: field.form });
  }

  /** A chosen field of a `dj-model` group is gone, so the value of the others has changed. */
  private lose(field: Field, form: HTMLFormElement | null): void {
    const [other] = modelGroup(field, form, this.root);
    if (other) this.lost.add(other);
  }

  /** Makes a field show what it should after a change of the page. */
  private keep(field: Field, { shown, plain }: Before, ownership?: Ownership): void {
    const isWritten = group(field).some((other) => isRewritten(other, this.seen.get(other)?.written ?? false));
    if (ownership?.owner) ownership.withheld ||= isWritten;
    else if (plain || isWritten) return giveBack(field);
    if (show(field, shown)) return;
    if (!(field as HTMLSelectElement).multiple) giveBack(field);
    if (ownership) this.lost.add(field);
  }
}

/** Makes the field the server's again, and shows what the server wrote. */
function giveBack(field: Field, forgotten = false): void {
  if (known.has(field)) {
    const ownership = step(field, Step.GivenBack);
    ownership.withheld = false;
    if (forgotten) ownership.typed = false;
    // Nothing else removes an incomplete entry.
    if (isUnfinished(field)) field.value = "";
    release(field, true);
  }
  show(field, fresh(field));
}

/** Writes the deferred attributes, once the entry is complete or given back. */
function release(field: Field, now = !isAmid(field)): void {
  const deferred = known.get(field)?.deferred;
  if (!now || !deferred) return;
  for (const [name, value] of deferred) {
    if (value === null) field.removeAttribute(name);
    else field.setAttribute(name, value);
  }
  deferred.clear();
}

function step(field: Field, event: Step, frame?: object): Ownership {
  const ownership = ownershipOf(field);
  ownership.owner = NEXT[ownership.owner]![event]!;
  if (event === Step.Carried || ownership.owner !== Owner.InFlight) ownership.frame = ownership.owner ? frame : undefined;
  return ownership;
}

function ownershipOf(field: Field): Ownership {
  const ownership: Ownership = known.get(field) ?? { owner: Owner.Server, deferred: new Map() };
  known.set(field, ownership);
  return ownership;
}
