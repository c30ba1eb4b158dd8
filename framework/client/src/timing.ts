/**
 * Delays calls as `dj-debounce` and `dj-throttle` ask, one per element and attribute.
 *
 * - `dj-debounce="300"`: when nothing new came for 300 ms; `dj-debounce="blur"`: when the focus leaves.
 * - `dj-throttle="500"`: the first at once, then the newest, if any, each 500 ms.
 *
 * The newest call replaces the one that waits. `flush` makes all that wait at once, so that what
 * was typed reaches the server before the click that follows.
 */
type Timer = ReturnType<typeof setTimeout>;

interface Delay {
  element: Element;
  attribute: string;
  /** Nothing waits, but a throttle's time is not over yet. */
  call?: (() => void) | undefined;
  timer?: Timer | undefined;
}

export class Timing {
  private delays: Delay[] = [];

  /** Calls now or later; false if the element asks for no delay, then nothing is called. */
  delay(element: Element, attribute: string, call: () => void): boolean {
    const debounce = element.getAttribute("dj-debounce");
    const throttle = element.getAttribute("dj-throttle");
    if (!debounce && !throttle) return false;
    let delay = this.delays.find((other) => other.element === element && other.attribute === attribute);
    if (delay) delay.call = call;
    else this.delays.push((delay = { element, attribute, call }));
    if (debounce === "blur") return true;
    if (debounce) this.debounce(delay, +debounce);
    else if (!delay.timer) this.throttle(delay, +throttle!);
    return true;
  }

  /** The focus leaves an element. */
  blur(element: Element): void {
    this.flush((delay) => delay.element === element && delay.element.getAttribute("dj-debounce") === "blur");
  }

  /** Makes the calls that wait. */
  flush(which: (delay: Delay) => boolean = () => true): void {
    for (const delay of this.delays.filter(which)) this.call(delay);
  }

  stop(): void {
    for (const { timer } of this.delays) clearTimeout(timer);
    this.delays = [];
  }

  private debounce(delay: Delay, time: number): void {
    clearTimeout(delay.timer);
    delay.timer = setTimeout(() => this.call(delay), time);
  }

  private throttle(delay: Delay, time: number): void {
    const { call } = delay;
    if (!call) return this.end(delay);
    delay.call = undefined;
    delay.timer = setTimeout(() => this.throttle(delay, time), time);
    call();
  }

  private call(delay: Delay): void {
    const { call } = delay;
    delay.call = undefined;
    if (!delay.element.getAttribute("dj-throttle")) this.end(delay);
    call?.();
  }

  private end(delay: Delay): void {
    clearTimeout(delay.timer);
    this.delays = this.delays.filter((other) => other !== delay);
  }
}
