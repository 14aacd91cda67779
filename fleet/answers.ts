import type { Attempt } from './crowd.ts';

/* What customers were answered while something was down. */

/** Answers of one kind. Times are in milliseconds. */
export interface Answers {
  status: number;
  code: string;
  retryAfter: boolean;
  by: Attempt['by'];
  count: number;
  medianMs: number;
  maxMs: number;
}

/** No success, and no refusal that a customer has to expect. */
export function hasFailed({ status }: Pick<Attempt, 'status'>): boolean {
  return status === 0 || status >= 500;
}

/** The failures among the attempts, by kind, the most frequent first. */
export function countFailures(attempts: readonly Attempt[]): Answers[] {
  const kinds = new Map<string, Attempt[]>();
  for (const attempt of attempts.filter(hasFailed)) {
    const { status, code, retryAfter, by } = attempt;
    const kind = JSON.stringify([status, code, retryAfter, by]);
    kinds.set(kind, [...(kinds.get(kind) ?? []), attempt]);
  }
  return [...kinds.values()].flatMap(answersOf).toSorted((one, other) => other.count - one.count);
}

function answersOf(attempts: readonly Attempt[]): Answers[] {
  const [first] = attempts;
  if (!first) {
    return [];
  }
  const { status, code, retryAfter, by } = first;
  const times = attempts.map(({ ms }) => ms).toSorted((a, b) => a - b);
  const medianMs = Math.round(times[Math.floor(times.length / 2)] ?? Number.NaN);
  const maxMs = Math.round(times.at(-1) ?? Number.NaN);
  return [{ status, code, retryAfter, by, count: times.length, medianMs, maxMs }];
}

/** The longest time between two instants that follow one another, within a span; in seconds. */
export function longestHole(instants: readonly number[], from: number, to: number): number {
  const inside = instants.filter((instant) => instant >= from && instant <= to);
  const marks = [from, ...inside.toSorted((a, b) => a - b), to];
  const holes = marks.slice(1).map((mark, index) => mark - (marks[index] ?? mark));
  return Math.max(...holes) / 1_000;
}
