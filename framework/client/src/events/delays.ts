/**
 * Delays calls as `dj-debounce` and `dj-throttle` of an element ask, one per element and attribute.
 *
 * - `dj-debounce="300"`: after 300 ms without a new call, or when the focus leaves; `"blur"`: only
 *   when the focus leaves.
 * - `dj-throttle="500"`: the first call at once, then the newest, if any, every 500 ms.
 *
 * The newest call replaces the one that waits. `flush` makes all waiting calls at once, so that
 * typed text reaches the server before the click that follows.
 */
import { call } from "../dom/node";

interface Delay {
  element: Element;
  attribute: string;
  /** The element that the newest call is about: for a form, one of its fields. */
  subject: Element;
  debounces: boolean;
  /** The waiting call; undefined while only a throttle's interval runs. */
  action?: (() => void) | undefined;
  timer?: ReturnType<typeof setTimeout>;
}

export class Delays {
  private readonly delays = new Set<Delay>();

  /**
   * Calls `action` now or later; false, without a call, if the element asks for no delay. The call
   * is about `subject`. Without `debounces`, only `dj-throttle` counts.
   */
  delay(element: Element, attribute: string, action: () => void, subject = element, debounces = true): boolean {
    const debounce = debounces && read(element, "debounce");
    const throttle = read(element, "throttle");
    if (!debounce && !throttle) return false;
    let delay: Delay | undefined = [...this.delays].find((other) => other.element === element && other.attribute === attribute);
    const first = !delay;
    if (!delay) this.delays.add((delay = { element, attribute, subject, debounces }));
    delay.subject = subject;
    if (first && throttle) action();
    else delay.action = action;
    if (debounce) clearTimeout(delay.timer);
    if (debounce !== "blur" && (debounce || first)) {
      delay.timer = setTimeout(() => this.end(delay!), +(debounce || throttle!));
    }
    return true;
  }

  /** Makes the calls that wait: all, or only those of or about one element. */
  flush(element?: Element): void {
    for (const delay of [...this.delays]) {
      if (delay.action && (!element || element === delay.element || element === delay.subject)) this.end(delay);
    }
  }

  /** The delay is over; a throttled call starts the next one. */
  private end(delay: Delay): void {
    const { element, attribute, action, timer, subject, debounces } = delay;
    clearTimeout(timer);
    this.delays.delete(delay);
    if (!action) return;
    if (!read(element, "throttle")) action();
    else this.delay(element, attribute, action, subject, debounces);
  }
}

function read(element: Element, name: string): string | null {
  return call(element, "getAttribute", `dj-${name}`);
}
