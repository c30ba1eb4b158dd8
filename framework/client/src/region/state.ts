/**
 * The states of a region, and what leads from one to the next. `Region` owns the state and enters
 * the next one; `next` is the only way to it.
 *
 *     | state    | trigger                                                     | next     |
 *     |----------|-------------------------------------------------------------|----------|
 *     | Away     | Opened: the connection is open                              | Joining  |
 *     | Joining  | Joined: the server answers `joined`                         | Joined   |
 *     | Joining  | BadToken: the server refuses the token                      | Renewing |
 *     | Joining  | Unavailable: it refuses the mount with a 5xx                | Ended    |
 *     | Joining  | Refused: it refuses the mount for another reason            | Gone     |
 *     | Joining  | Ended: the former instance's end may come this late         | Left     |
 *     | Joining  | Failed: no answer in time                                   | Left     |
 *     | Joined   | Joined: the server has made a new instance                  | Joined   |
 *     | Joined   | Ended: the server ends the instance                         | Ended    |
 *     | Joined   | Failed: a patch can't be applied, or one is missing         | Left     |
 *     | Ended    | Joined: the server has made a new instance without a join   | Joined   |
 *     | Ended    | Retry: the backoff is over                                  | Joining  |
 *     | Left     | Retry: the backoff is over                                  | Joining  |
 *     | Renewing | Renewed: a token, 5xx, 429, or no page in time              | Ended    |
 *     | Renewing | NotFound: another 4xx, a redirect, a page without this view | Gone     |
 *     | any      | Revoked: the server revokes the view                        | Gone     |
 *     | not Gone | Closed: the connection is closed                            | Away     |
 *
 * A trigger that has no row for a state is about an instance that is gone, and changes nothing.
 */
export const enum State {
  /** Without a connection. */
  Away,
  /** `join` was sent. */
  Joining,
  Joined,
  /** Without an instance, and joined again after the backoff. */
  Ended,
  /** `leave` was sent; joined again after the backoff. */
  Left,
  /** The page is fetched for a new token. */
  Renewing,
  /** The page is reloaded. */
  Gone,
}

export const enum Trigger {
  Opened,
  Joined,
  BadToken,
  Unavailable,
  Refused,
  Ended,
  Failed,
  Retry,
  Renewed,
  NotFound,
  Revoked,
  Closed,
}

/** The table above: for each state, which one follows after a trigger. */
const NEXT: ReadonlyArray<Partial<Record<Trigger, State>>> = [
  /* Away */ {
    [Trigger.Opened]: State.Joining,
    [Trigger.Revoked]: State.Gone,
    [Trigger.Closed]: State.Away,
  },
  /* Joining */ {
    [Trigger.Joined]: State.Joined,
    [Trigger.BadToken]: State.Renewing,
    [Trigger.Unavailable]: State.Ended,
    [Trigger.Refused]: State.Gone,
    [Trigger.Ended]: State.Left,
    [Trigger.Failed]: State.Left,
    [Trigger.Revoked]: State.Gone,
    [Trigger.Closed]: State.Away,
  },
  /* Joined */ {
    [Trigger.Joined]: State.Joined,
    [Trigger.Ended]: State.Ended,
    [Trigger.Failed]: State.Left,
    [Trigger.Revoked]: State.Gone,
    [Trigger.Closed]: State.Away,
  },
  /* Ended */ {
    [Trigger.Joined]: State.Joined,
    [Trigger.Retry]: State.Joining,
    [Trigger.Revoked]: State.Gone,
    [Trigger.Closed]: State.Away,
  },
  /* Left */ {
    [Trigger.Retry]: State.Joining,
    [Trigger.Revoked]: State.Gone,
    [Trigger.Closed]: State.Away,
  },
  /* Renewing */ {
    [Trigger.Renewed]: State.Ended,
    [Trigger.NotFound]: State.Gone,
    [Trigger.Revoked]: State.Gone,
    [Trigger.Closed]: State.Away,
  },
  /* Gone */ { [Trigger.Revoked]: State.Gone },
];

/** The state that a trigger leads to; undefined if it means nothing in this one. */
export function next(state: State, trigger: Trigger): State | undefined {
  return NEXT[state]![trigger];
}
