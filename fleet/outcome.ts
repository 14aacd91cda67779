import type { Answers } from './answers.ts';

/* What one run of a fault came to, and whether that is what is wanted. */

/** Figures that a run may have; durations are in seconds. NaN: it did not happen in time. */
export interface Figures {
  /** From the fault until a node answers as primary. */
  newPrimary?: number;
  /** From the new primary to the first booking on it. */
  firstBooking?: number;
  /** The longest time without a booking. */
  hole?: number;
  acknowledged?: number;
  lost?: number;
  wrong?: number;
  doubles?: number;
  /** Queries of the invariants with rows. */
  broken?: number;
  /** Servers that ended by themselves. */
  exited?: number;
  /** From the first booking until the last viewer saw a change. */
  viewersBack?: number;
  viewerHole?: number;
  reconnects?: number;
  /** From the new primary to the start of a sweep on it. */
  jobsBack?: number;
  /** Servers whose `/health/ready` says that jobs run. */
  jobsOff?: number;
  /** Median and most until a server said 503. */
  refusalMedian?: number;
  refusalMost?: number;
  /** 503 of a server after more than a second. */
  refusalsLate?: number;
  /** 503 without `Retry-After`. */
  withoutRetryAfter?: number;
  /** Requests that failed, of any kind. */
  failed?: number;
  /** Requests for lists and reports that failed. */
  readsFailed?: number;
  /** Lists and reports that were answered. */
  reads?: number;
  /** From SIGTERM to the exit, the longest. */
  exit?: number;
  /** Servers of eight that were ready, the fewest. */
  ready?: number;
  /** From the start to the last that was ready, the longest. */
  readyAfter?: number;
  /** Migrations and jobs that are not there exactly once. */
  notOnce?: number;
  /** From the pause of the replay until `/health/ready` said so; and back. */
  noticed?: number;
  recovered?: number;
  /** Reads of what was just written that did not show it. */
  stale?: number;
}

export interface Outcome {
  fault: string;
  run: number;
  date: string;
  figures: Figures;
  /** Failures that customers got. */
  answers: Answers[];
  /** Sentences about what happened. */
  notes: string[];
}

interface Target {
  figure: keyof Figures;
  /** What is measured, for people. */
  says: string;
  /** The least or the most. */
  atMost?: number;
  atLeast?: number;
  /** Only for these faults. */
  of?: readonly string[];
}

const quiet = ['upgrade', 'stop'];
const eight = ['eight-empty', 'eight-previous'];

const targets: readonly Target[] = [
  { figure: 'newPrimary', says: 'new primary', atMost: 30 },
  { figure: 'firstBooking', says: 'first booking after it', atMost: 5 },
  { figure: 'lost', says: 'acknowledged and lost', atMost: 0 },
  { figure: 'wrong', says: 'with another status', atMost: 0 },
  { figure: 'doubles', says: 'sold twice', atMost: 0 },
  { figure: 'broken', says: 'invariants broken', atMost: 0 },
  { figure: 'exited', says: 'servers exited', atMost: 0 },
  { figure: 'viewersBack', says: 'viewers back after the first booking', atMost: 2 },
  { figure: 'jobsBack', says: 'a sweep on the new primary', atMost: 90 },
  { figure: 'jobsOff', says: 'servers without jobs', atMost: 0 },
  { figure: 'refusalMedian', says: 'median until a 503 of a server', atMost: 1 },
  { figure: 'withoutRetryAfter', says: '503 without Retry-After', atMost: 0 },
  { figure: 'readsFailed', says: 'lists and reports failed', atMost: 0 },
  { figure: 'failed', says: 'requests failed', atMost: 0, of: quiet },
  // An upgrade stops servers of the previous release.
  { figure: 'exit', says: 'from SIGTERM to the exit', atMost: 10, of: ['stop', ...eight] },
  { figure: 'ready', says: 'servers ready of eight', atLeast: 8 },
  { figure: 'notOnce', says: 'migrations and jobs not there once', atMost: 0 },
  { figure: 'noticed', says: 'lag said by /health/ready', atMost: 30 },
  { figure: 'recovered', says: 'replicas read again', atMost: 30 },
  { figure: 'stale', says: 'own writes not seen', atMost: 0 },
];

export interface Verdict {
  says: string;
  value: number;
  bound: string;
  isMet: boolean;
}

/** Every target that has a figure in this run. */
export function verdictsOf({ fault, figures }: Pick<Outcome, 'fault' | 'figures'>): Verdict[] {
  return targets.flatMap(({ figure, says, atMost, atLeast, of }) => {
    const value = figures[figure];
    if (value === undefined || (of && !of.includes(fault))) {
      return [];
    }
    // NaN meets nothing.
    const isMet =
      (atMost === undefined || value <= atMost) && (atLeast === undefined || value >= atLeast);
    return [{ says, value, bound: atLeast === undefined ? `≤ ${atMost}` : `≥ ${atLeast}`, isMet }];
  });
}

/** A figure for people: seconds with one decimal, counts as they are. */
export function show(value: number | undefined): string {
  if (value === undefined) {
    return '–';
  }
  return Number.isNaN(value) ? 'never' : String(Math.round(value * 10) / 10);
}
