/**
 * The delays between tries.
 */
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import { Backoff } from "../../src/transport/backoff";

beforeEach(() => {
  vi.useFakeTimers();
  vi.spyOn(Math, "random").mockReturnValue(1);
});
afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

/** How long the next try is waited for. */
function wait(backoff: Backoff, tried: () => boolean): number {
  const from = Date.now();
  backoff.later();
  while (!tried()) vi.advanceTimersByTime(1);
  return Date.now() - from;
}

function counted(): [Backoff, () => boolean] {
  let tries = 0;
  let seen = 0;
  const backoff = new Backoff(() => tries++);
  return [backoff, () => tries > seen && ((seen = tries), true)];
}

it("doubles from a quarter of a second up to fifteen", () => {
  const [backoff, tried] = counted();
  expect(Array.from({ length: 9 }, () => wait(backoff, tried))).toEqual([250, 500, 1000, 2000, 4000, 8000, 15000, 15000, 15000]);
});

it("is at least half of that", () => {
  vi.mocked(Math.random).mockReturnValue(0);
  const [backoff, tried] = counted();
  expect([wait(backoff, tried), wait(backoff, tried)]).toEqual([125, 250]);
});

it("begins again after a success that lasted, not after one that didn't", () => {
  const [backoff, tried] = counted();
  for (let i = 0; i < 4; i++) wait(backoff, tried);
  backoff.succeeded();
  vi.advanceTimersByTime(1_000);
  expect(wait(backoff, tried)).toBe(4000);
  backoff.succeeded();
  vi.advanceTimersByTime(5_000);
  expect(wait(backoff, tried)).toBe(250);
});

it("tries at once when asked, but only if it waits", () => {
  const [backoff, tried] = counted();
  backoff.retry();
  expect(tried()).toBe(false);
  backoff.later();
  backoff.retry();
  expect(tried()).toBe(true);
  vi.advanceTimersByTime(60_000);
  expect(tried()).toBe(false);
});
