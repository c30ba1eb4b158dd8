/**
 * Who a form field belongs to.
 *
 * A field is its person's from their change until the server has answered the newest frame that
 * carried it: a `model`, or the event of `dj-submit`, `dj-input` or `dj-change` on the field or its
 * form. Meanwhile what the server writes is withheld: only the attributes hold it. What a field
 * shows then changes only if a *value* was withheld.
 *
 *     | owner      | edited | carried   | accepted         | refused        | given back |
 *     |------------|--------|-----------|------------------|----------------|------------|
 *     | the server | edited | -         | -                | -              | the server |
 *     | edited     | edited | in flight | -                | -              | the server |
 *     | in flight  | edited | in flight | the server's (*) | edited (*)     | the server |
 *
 * (*) If it is the newest frame that carried the field, and of an accepted one only if the field
 * holds no half of a date. Refused is also an error, or no answer. A reset gives a field back, by
 * its person or by the server. A rejoin makes all that a person ever put into a `dj-model` field
 * edited again, since the new instance knows nothing of it.
 *
 * `before` and `settle` enclose each change of the page; between them `touch` is told before the
 * server writes to a field. `tell` then says what no person did: a chosen option is gone.
 */
import { type Field, FIELDS, fieldsOf, fresh, group, isAmid, isRewritten, isUnfinished, show, type State, state, written } from "./field";
import { identity } from "./identity";

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

/** What is known of a field that a person changed. */
interface Person {
  owner: Owner;
  /** The newest that carried it, while that is unanswered. */
  frame?: object | undefined;
  /** The server wrote another value meanwhile. */
  withheld?: boolean;
  /** The person entered something since the field was last reset. */
  typed?: boolean;
  /** What it showed when it last changed hands. */
  shown?: State;
  /** Attributes that would destroy half of a date. */
  deferred?: Map<string, string | null>;
}

/** A field before a change of the page. */
interface Before {
  shown: State;
  written: State;
  identity: string;
  /** Nobody has changed it. */
  plain: boolean;
}

/** Of the whole page, because a form may have fields in several regions. Those that are gone are forgotten. */
const known = new Map<Field, Person>();

/** Setting these shows the whole field anew. */
const DESTRUCTIVE = /^(value|min|max|step|type)$/;

export class Fields {
  private readonly seen = new Map<Field, Before>();
  private lost: Field[] = [];
  private joined = false;
  private numbered = true;

  constructor(private readonly root: Element) {}

  /** Those that are their person's now. */
  get owned(): Field[] {
    return [...known].flatMap(([field, { owner }]) => (owner ? [field] : []));
  }

  /** Those that the person ever put something into, or that the server may not know of, in the page's order. */
  get entered(): Field[] {
    return this.fields.filter((field) => {
      const { owner, typed } = known.get(field) ?? {};
      return owner || typed;
    });
  }

  /** Before the answer to a join is shown; `numbered` if the page has the server's template. */
  joining(numbered: boolean): void {
    this.numbered = numbered;
    if (this.joined) {
      for (const field of this.entered) if (field.hasAttribute("dj-model")) step(field, Step.Edited);
    } else {
      this.adopt();
    }
    this.joined = true;
  }

  /** The person changed `target`, if it is a field. */
  own(target: Element, typed = true): void {
    for (const field of group(target)) {
      const person = step(field, Step.Edited);
      person.typed ||= typed;
      release(field);
      person.shown = state(field);
    }
  }

  /** Whether `target` shows something else than when it last changed hands. */
  isChanged(target: Element): boolean {
    return group(target).some((field) => known.get(field)?.shown !== state(field));
  }

  /** A frame is about to be sent with what these fields hold. */
  carry(frame: object, fields: Field[]): void {
    for (const field of fields) if (known.has(field)) step(field, Step.Carried, frame);
  }

  /** The frame was answered, or will never be. */
  answered(frame: object, ok: boolean): void {
    for (const [field, person] of known) {
      if (person.frame !== frame) continue;
      step(field, ok && !isUnfinished(field) ? Step.Accepted : Step.Refused, frame);
      if (!person.owner && person.withheld) giveBack(field);
    }
  }

  /** Shows what the server last wrote; returns what the person had entered something into. */
  reset(fields: Field[]): Field[] {
    const entered = this.entered;
    for (const field of fields) giveBack(field, true);
    return fields.filter((field) => entered.includes(field));
  }

  /** The server resets a form by its id, or a field by its id or name; false if there is none. */
  resetNamed(form: string | undefined, field = ""): boolean {
    const name = CSS.escape(field);
    const found = form ? document.getElementById(form) : this.root.querySelector(`#${name}`);
    const fields = found instanceof HTMLFormElement ? fieldsOf(found) : found ? group(found) : [...this.root.querySelectorAll<Field>(`[name="${name}"]`)].flatMap(group);
    this.reset(fields);
    return !!(found ?? fields[0]);
  }

  /** Whether an attribute must not be written yet. */
  defers(element: Element, name: string, value: string | null): boolean {
    if (!DESTRUCTIVE.test(name) || !(name === "value" ? isUnfinished(element) : isAmid(element))) return false;
    const person = personOf(element as Field);
    (person.deferred ??= new Map()).set(name, value);
    person.withheld ||= name === "value";
    return true;
  }

  /** A change of the page begins. */
  before(): void {
    this.unfinished(document.activeElement);
    for (const field of known.keys()) {
      if (!field.isConnected) known.delete(field);
      else if (this.root.contains(field)) this.see(field);
    }
  }

  /** What the person has entered into this field may be no value yet, of which nothing is heard otherwise. */
  unfinished(field: Element | null): void {
    if (isUnfinished(field)) this.own(field!, false);
  }

  /** The server is about to write to `element`, which may be a field or a part of one. */
  touch(element: Element): void {
    for (const field of group(element.closest(FIELDS))) this.see(field);
  }

  /** A change of the page has ended. */
  settle(): void {
    const { seen, numbered } = this;
    for (const [field, before] of seen) {
      const person = known.get(field);
      if (!field.isConnected) known.delete(field);
      else if (person && identity(field, numbered) !== before.identity) giveBack(field, true);
      else this.keep(field, before, person);
    }
    seen.clear();
    this.numbered = true;
  }

  /** Tells the server of selects whose chosen option is gone, as if the person had changed them. */
  tell(): void {
    for (const field of this.lost.splice(0)) {
      for (const type of ["input", "change"]) field.dispatchEvent(new Event(type, { bubbles: true }));
      // If nothing carries it, the server has it show what it shows.
      const person = known.get(field);
      if (person?.owner === Owner.Edited) person.owner = Owner.Server;
    }
  }

  private get fields(): Field[] {
    return [...this.root.querySelectorAll<Field>(FIELDS)].filter((field) => field.closest("[dj-view]") === this.root);
  }

  /** Gives the person what differs from what the server wrote: typed early, or restored by the browser. */
  private adopt(): void {
    for (const field of this.fields) {
      this.unfinished(field);
      if (state(field) !== fresh(field)) this.own(field);
    }
  }

  private see(field: Field): void {
    if (this.seen.has(field)) return;
    release(field);
    const shown = state(field);
    const plain = !known.get(field)?.typed && shown === fresh(field);
    this.seen.set(field, { shown, written: written(field), identity: identity(field, this.numbered), plain });
  }

  /** Has a field show what it has to after a change of the page. */
  private keep(field: Field, { shown, plain }: Before, person?: Person): void {
    const isWritten = group(field).some((other) => isRewritten(other, this.seen.get(other)?.written ?? false));
    if (person?.owner) {
      person.withheld ||= isWritten;
    } else if (plain || isWritten) {
      return giveBack(field);
    }
    if (show(field, shown)) return;
    if (!(field as HTMLSelectElement).multiple) giveBack(field);
    if (person) this.lost.push(field);
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
  const person = known.get(field);
  if (person) person.shown = state(field);
}

/** Writes what would have destroyed half of a date, once that is finished or given back. */
function release(field: Field, now = false): void {
  const { deferred } = known.get(field) ?? {};
  if (!deferred || (!now && isAmid(field))) return;
  for (const [name, value] of deferred) {
    if (value === null) field.removeAttribute(name);
    else field.setAttribute(name, value);
  }
  deferred.clear();
}

function step(field: Field, event: Step, frame?: object): Person {
  const person = personOf(field);
  person.owner = next(person, event, frame);
  if (person.owner !== Owner.InFlight) person.frame = undefined;
  else if (event === Step.Carried) person.frame = frame;
  return person;
}

function personOf(field: Field): Person {
  const person = known.get(field) ?? { owner: Owner.Server };
  known.set(field, person);
  return person;
}

/** The transitions of the table above. */
function next({ owner, frame: newest }: Person, event: Step, frame?: object): Owner {
  switch (event) {
    case Step.Edited:
      return Owner.Edited;
    case Step.Carried:
      return owner && Owner.InFlight;
    case Step.Accepted:
      return frame === newest ? Owner.Server : owner;
    case Step.Refused:
      return frame === newest ? Owner.Edited : owner;
    case Step.GivenBack:
      return Owner.Server;
  }
}
