/**
 * Waits before the next try of something that failed: 0.25 s, doubled up to 15 s, each time
 * multiplied by a random factor between 0.5 and 1, for ever.
 *
 * The doubling starts anew once a try has succeeded and lasted, so that what fails right after
 * each success doesn't run hot.
 */
const FIRST = 250;
const LONGEST = 15_000;
/** A success that lasted this long (ms) is a real one. */
const STABLE = 5_000;

export class Backoff {
  private timer?: ReturnType<typeof setTimeout> | undefined;
  private failures = 0;
  private success = NaN;

  constructor(private readonly attempt: () => void) {}

  /** Tries after the next delay. */
  later(): void {
    this.stop();
    if (Date.now() - this.success >= STABLE) this.failures = 0;
    this.success = NaN;
    const delay = Math.min(LONGEST, FIRST * 2 ** this.failures++);
    this.timer = setTimeout(() => this.retry(), delay * (0.5 + Math.random() / 2));
  }

  /** Tries at once if it is waiting. */
  retry(): void {
    if (!this.timer) return;
    this.stop();
    this.attempt();
  }

  succeeded(): void {
    this.success = Date.now();
  }

  stop(): void {
    clearTimeout(this.timer);
    this.timer = undefined;
  }
}
