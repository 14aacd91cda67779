import { distance } from 'fastest-levenshtein';

/** Letters that a slip of the keyboard gets wrong at most; of short names a third. */
const mostWrong = 3;

/** A name that is compared, and what it costs to mean it in another way than by its letters. */
export interface Candidate<Meant> {
  name: string;
  meant: Meant;
  cost?: number;
}

/**
 * What a mistyped name most probably means; undefined when nothing is near. Names of another length
 * are not compared, so a long name costs nothing.
 */
export function nearest<Meant>(
  given: string,
  candidates: Iterable<Candidate<Meant>>,
): Meant | undefined {
  const most = Math.min(mostWrong, Math.floor(given.length / 3));
  let found: { meant: Meant; wrong: number } | undefined;
  for (const { name, meant, cost = 0 } of candidates) {
    if (Math.abs(name.length - given.length) <= most) {
      const wrong = distance(given, name) + cost;
      if (wrong <= most && wrong < (found?.wrong ?? Infinity)) {
        found = { meant, wrong };
      }
    }
  }
  return found?.meant;
}
