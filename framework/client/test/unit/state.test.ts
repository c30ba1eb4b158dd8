/**
 * The region's state machine is what its documentation says.
 */
import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { next, State, Trigger } from "../../src/region/state";

const STATES = { Away: State.Away, Joining: State.Joining, Joined: State.Joined, Ended: State.Ended, Left: State.Left, Renewing: State.Renewing, Gone: State.Gone };
const TRIGGERS = {
  ...{ Opened: Trigger.Opened, Joined: Trigger.Joined, BadToken: Trigger.BadToken, Unavailable: Trigger.Unavailable },
  ...{ Refused: Trigger.Refused, Ended: Trigger.Ended, Failed: Trigger.Failed, Retry: Trigger.Retry },
  ...{ Renewed: Trigger.Renewed, NotFound: Trigger.NotFound, Revoked: Trigger.Revoked, Closed: Trigger.Closed },
};

it("the table in the docs has a row for each transition, and no other", () => {
  const documented = new Set<string>();
  for (const [, from, trigger, to] of readFileSync("src/region/state.ts", "utf8").matchAll(/^ \* {5}\| ([\w ]+?) +\| (\w+): .*?\| (\w+) +\|$/gm)) {
    const froms = from === "any" ? Object.keys(STATES) : from === "not Gone" ? Object.keys(STATES).filter((state) => state !== "Gone") : [from!];
    for (const state of froms) documented.add(`${state} ${trigger} ${to}`);
  }
  const real = new Set<string>();
  for (const [from, state] of Object.entries(STATES)) {
    for (const [trigger, value] of Object.entries(TRIGGERS)) {
      const to = next(state, value);
      if (to !== undefined) real.add(`${from} ${trigger} ${Object.entries(STATES).find(([, other]) => other === to)![0]}`);
    }
  }
  expect([...real].sort()).toEqual([...documented].sort());
  expect(real.size).toBe(28);
});
