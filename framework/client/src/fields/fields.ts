/**
 * Who a form field belongs to.
 *
 * A field is its person's from their change until the server has answered the newest frame that
 * carried it: a `model`, or the event of `dj-submit`, `dj-input` or `dj-change` on the field or its
 * form. Meanwhile what the server writes is withheld: only the attributes hold it. What a field
 * shows then changes only if a *value* was withheld.
 *
 *     | owner      | edited | carried    | accepted (*) | refused (*) | given back |
 *     |------------|--------|------------|--------------|-------------|------------|
 *     | the server | edited | the server | -            | -           | the server |
 *     | edited     | edited | in flight  | -            | -           | the server |
 *     | in flight  | edited | in flight  | the server   | edited      | the server |
 *
 * (*) Of the newest frame only. An error, no answer, and half of a date in the field count as
 * refused. A reset gives a field back, by its person or by the server. A rejoin makes all that a
 * person ever put into a `dj-model` field edited again, since the new instance knows nothing of it.
 *
 * `before` and `settle` enclose each change of the page; between them `touch` is told before the
 * server writes to a field. `tell` then says what no person did: a chosen option is gone, or a chosen
 * radio button or checkbox of a `dj-model` group.
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

/** What is known of a field that a person changed. */
interface Person {
  owner: Owner;
  /** The newest that carried it, while that is unanswered. */
  frame?: object | undefined;
  /** The server wrote another value meanwhile. */
  withheld?: boolean;
  /** The person entered something since the field was last reset. */
  typed?: boolean;
  /** Attributes that would destroy half of a date. */
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

/** Of the whole page, because a form may have fields in several regions. Those that are gone are forgotten. */
const known = new Map<Field, Person>();

export class Fields {
  private readonly seen = new Map<Field, Before>();
  private readonly lost = new Set<Field>();
  private joined = false;
  private isJoining = false;
  /** Whether what the server writes now comes from the template that the page comes from. */
  isSameTemplate = true;

  constructor(private readonly root: Element) {}

  /** Those that are their person's now. */
  get owned(): Field[] {
    return [...known.keys()].filter((field) => known.get(field)!.owner);
  }

  /** Those whose values a new instance doesn't know. */
  get entered(): Field[] {
    return [...known].flatMap(([field, { owner, typed }]) => ((owner || typed) && this.isHere(field) && field.hasAttribute("dj-model") ? [field] : []));
  }

  /** Before the answer to a join is shown. */
  joining(isSameTemplate: boolean): void {
    this.isSameTemplate = isSameTemplate;
    // Those in flight now are carried by an event that waits, and will be sent.
    if (this.joined) for (const field of this.entered.filter((field) => !this.isInFlight(field))) step(field, Step.Edited);
    else this.adopt();
    this.joined = true;
    this.isJoining = true;
  }

  /** The person changed `target`, if it is a field. */
  own(target: Element, typed = true): void {
    for (const field of group(target)) step(field, Step.Edited).typed ||= typed;
  }

  isInFlight(field: Field): boolean {
    return known.get(field)?.owner === Owner.InFlight;
  }

  /** A frame is about to be sent with what these fields hold. */
  carry(frame: object, fields: Field[]): void {
    for (const field of fields) if (known.has(field)) step(field, Step.Carried, frame);
  }

  /** The frame was answered, or will never be. */
  answered(frame: object, ok: boolean): void {
    for (const [field, person] of known) {
      if (person.frame !== frame) continue;
      step(field, ok && !isUnfinished(field) ? Step.Accepted : Step.Refused);
      if (!person.owner && person.withheld) giveBack(field);
    }
  }

  /** Shows what the server last wrote; what was typed is forgotten. */
  reset(fields: Field[]): void {
    for (const field of fields) giveBack(field, true);
  }

  /** The server resets a form or what is edited in place by its id, or a field by its id or name; false if there is none. */
  resetNamed(form: string | undefined, field = ""): boolean {
    const found = call(document, "getElementById", form ?? field);
    const isForm = found instanceof HTMLFormElement;
    const fields = isForm ? fieldsOf(found) : group(found);
    if (!isForm && !fields[0]) fields.push(...[...this.root.querySelectorAll(`[name="${CSS.escape(field)}"]`)].flatMap(group));
    this.reset(fields);
    if (found) endEdit(found);
    return !!(found || fields[0]);
  }

  /** Whether an attribute must not be written yet: the browser would show the whole field anew. */
  defers(element: Element, name: string, value: string | null): boolean {
    const defers = /^(min|max|step|type)$/.test(name) ? isAmid(element) : name === "value" && isUnfinished(element);
    if (!defers) return false;
    const person = personOf(element as Field);
    person.deferred.set(name, value);
    person.withheld ||= name === "value";
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

  /** Nothing is heard of a field in which a person enters what is no value yet. */
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
      const person = known.get(field);
      const { isConnected } = field;
      if (isConnected && (!person || this.identity(field) === before.identity)) {
        this.keep(field, before, person);
      } else {
        if (before.shown === true && person?.typed && field.matches("[dj-model][value]")) this.lose(field, before.form);
        if (isConnected) giveBack(field, true);
        else known.delete(field);
      }
    }
    this.seen.clear();
    // A new instance doesn't know what was chosen: it is told of that, not of its end.
    if (this.isJoining) this.lost.clear();
    this.isJoining = false;
    this.isSameTemplate = true;
  }

  /** Tells the server of fields whose chosen option or value is gone, as if the person had changed them. */
  tell(): void {
    const lost = [...this.lost];
    this.lost.clear();
    for (const field of lost) {
      for (const type of ["input", "change"]) field.dispatchEvent(new Event(type, { bubbles: true }));
      // If nothing carries it, the server has it show what it shows.
      if (personOf(field).owner === Owner.Edited) step(field, Step.GivenBack);
    }
  }

  /** Gives the person what differs from what the server wrote: typed early, or restored by the browser. */
  private adopt(): void {
    for (const field of this.root.querySelectorAll<Field>(FIELDS)) {
      this.check(field);
      if (state(field) !== fresh(field)) this.own(field);
    }
  }

  private isHere(field: Field): boolean {
    return field.closest("[dj-view]") === this.root;
  }

  /** Equal while the field is that of one record. */
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

  /** A chosen one of a `dj-model` group is gone: the others say something else. */
  private lose(field: Field, form: HTMLFormElement | null): void {
    const [other] = modelGroup(field, form, this.root);
    if (other) this.lost.add(other);
  }

  /** Has a field show what it has to after a change of the page. */
  private keep(field: Field, { shown, plain }: Before, person?: Person): void {
    const isWritten = group(field).some((other) => isRewritten(other, this.seen.get(other)?.written ?? false));
    if (person?.owner) person.withheld ||= isWritten;
    else if (plain || isWritten) return giveBack(field);
    if (show(field, shown)) return;
    if (!(field as HTMLSelectElement).multiple) giveBack(field);
    if (person) this.lost.add(field);
  }
}

/** The field is the server's again, and shows what that wrote. */
function giveBack(field: Field, forgotten = false): void {
  if (known.has(field)) {
    const person = step(field, Step.GivenBack);
    person.withheld = false;
    if (forgotten) person.typed = false;
    // Nothing else removes half of a date.
    if (isUnfinished(field)) field.value = "";
    release(field, true);
  }
  show(field, fresh(field));
}

/** Writes what would have destroyed half of a date, once that is finished or given back. */
function release(field: Field, now = !isAmid(field)): void {
  const deferred = known.get(field)?.deferred;
  if (!now || !deferred) return;
  for (const [name, value] of deferred) {
    if (value === null) field.removeAttribute(name);
    else field.setAttribute(name, value);
  }
  deferred.clear();
}

function step(field: Field, event: Step, frame?: object): Person {
  const person = personOf(field);
  person.owner = NEXT[person.owner]![event]!;
  if (event === Step.Carried || person.owner !== Owner.InFlight) person.frame = person.owner ? frame : undefined;
  return person;
}

function personOf(field: Field): Person {
  const person: Person = known.get(field) ?? { owner: Owner.Server, deferred: new Map() };
  known.set(field, person);
  return person;
}
