import type { Bound, Statement } from './query.ts';
import { statement } from './query.ts';
import type { Columns, RowOf } from './row.ts';

/** The values of each condition that applies; those left out, or undefined, do not. */
export type Filters<Name extends string> = { [Key in Name]?: readonly unknown[] | undefined };

/** A statement whose `WHERE` depends on what the caller asks for. */
export interface Selection<Row, Name extends string> {
  /**
   * The statement with the conditions that apply.
   *
   * @param values of the parameters that are always there
   */
  where(values: readonly unknown[], filters: Filters<Name>): Bound<Row>;
}

/** What a selection is made of. */
interface Parts<C extends Columns, Name extends string> {
  columns: C;
  /** Takes the conditions, joined by `and`; its own parameters are `$1` … `$fixed`. */
  text: (conditions: string) => string;
  /** How many parameters `text` has of its own. */
  fixed: number;
  /** By name; in each of them its values are `$1`, `$2` …. */
  conditions: Readonly<Record<Name, string>>;
}

/**
 * Declares a statement with optional conditions. Every combination is a prepared statement of its
 * own, made when it is first used; the one with all conditions is made at once, for the test that
 * prepares every statement.
 */
export function selection<const C extends Columns, Name extends string>(
  parts: Parts<C, Name>,
): Selection<RowOf<C>, Name> {
  const made = new Map<string, Statement<RowOf<C>>>();
  const names = Object.keys(parts.conditions) as Name[];
  const statementWith = (applied: Name[]): Statement<RowOf<C>> => {
    const key = applied.join();
    let known = made.get(key);
    if (!known) {
      known = statement(parts.text(joined(parts, applied)), parts.columns);
      made.set(key, known);
    }
    return known;
  };
  statementWith(names);
  return {
    where: (values, filters) => {
      const applied = names.filter((name) => filters[name] !== undefined);
      const added = applied.flatMap((name) => filters[name] ?? []);
      return [statementWith(applied), [...values, ...added]];
    },
  };
}

/** The one value of a condition; undefined when the caller did not ask for it. */
export function given<Value>(value: Value | undefined): [Value] | undefined {
  return value === undefined ? undefined : [value];
}

/** The conditions with their parameters numbered through. */
function joined<Name extends string>(
  { conditions, fixed }: Pick<Parts<Columns, Name>, 'conditions' | 'fixed'>,
  applied: Name[],
): string {
  let offset = fixed;
  const numbered = applied.map((name) => {
    let most = 0;
    const text = conditions[name].replaceAll(/\$(\d+)/g, (_match, digits: string) => {
      most = Math.max(most, Number(digits));
      return `$${offset + Number(digits)}`;
    });
    offset += most;
    return `(${text})`;
  });
  return numbered.length === 0 ? 'true' : numbered.join(' and ');
}
