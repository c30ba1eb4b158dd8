/**
 * Exponential backoff: waits 0.25 s before the next try, doubled up to 15 s, each time multiplied
 * by a random factor between 0.5 and 1, without an end.
 *
 * The delay starts from 0.25 s again after a success that lasted, so that what fails right after
 * each success isn't tried in a hot loop.
 */
const FIRST = 250;
const LONGEST = 15_000;
/** A success counts once it has lasted this long (ms). */
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

  /** Tries at once if a try is waiting. */
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
