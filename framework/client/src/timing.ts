/**
 * Delays calls as `dj-debounce` and `dj-throttle` ask, one per element and attribute.
 *
 * - `dj-debounce="300"`: when nothing new came for 300 ms, or the focus leaves; `"blur"`: only then.
 * - `dj-throttle="500"`: the first at once, then the newest, if any, each 500 ms.
 *
 * The newest call replaces the one that waits. `flush` makes all that wait at once, so that what
 * was typed reaches the server before the click that follows.
 */
interface Delay {
  element: Element;
  attribute: string;
  /** Missing while only a throttle's time runs. */
  call?: (() => void) | undefined;
  timer?: ReturnType<typeof setTimeout>;
}

export class Timing {
  private readonly delays = new Set<Delay>();

  /** Calls now or later; false if the element asks for no delay, then nothing is called. */
  delay(element: Element, attribute: string, call: () => void): boolean {
    const debounce = element.getAttribute("dj-debounce");
    const throttle = element.getAttribute("dj-throttle");
    if (!debounce && !throttle) return false;
    let delay = [...this.delays].find((other) => other.element === element && other.attribute === attribute);
    const first = !delay;
    if (!delay) this.delays.add((delay = { element, attribute }));
    if (first && throttle) call();
    else delay.call = call;
    if (debounce) clearTimeout(delay.timer);
    if (debounce !== "blur" && (debounce || first)) {
      delay.timer = setTimeout(() => this.end(delay!), +(debounce || throttle!));
    }
    return true;
  }

  /** Makes the calls that wait; only those of one element, if it is given. */
  flush(element?: Element): void {
    for (const delay of [...this.delays]) {
      if (delay.call && (!element || element === delay.element)) this.end(delay);
    }
  }

  /** The time is over; after a throttled call the next begins. */
  private end(delay: Delay): void {
    const { element, attribute, call, timer } = delay;
    clearTimeout(timer);
    this.delays.delete(delay);
    if (!call) return;
    if (!element.getAttribute("dj-throttle")) call();
    else this.delay(element, attribute, call);
  }
}
