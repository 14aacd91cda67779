/**
 * Sorts a text as people do, in no language in particular: É stands between E and F, and upper case
 * after lower case. Two different texts are never equal in it.
 */
export const asPeopleSort = 'collate "und-x-icu"';

/**
 * SQL for the ways in which a text can stand in `lower(…)` of a column: PostgreSQL writes every Σ as σ,
 * people write the last one of a word as ς. An index on `lower(…)` finds each.
 */
export function inAnyCase(text: string): string {
  const lower = `lower(${text})`;
  const inside = `translate(${lower}, 'ς', 'σ')`;
  return `any(array[${lower}, ${inside}, regexp_replace(${inside}, 'σ\\M', 'ς', 'g')])`;
}

/** SQL for a text without case, in one of these ways. */
export function withoutCase(text: string): string {
  return `translate(lower(${text}), 'ς', 'σ')`;
}
