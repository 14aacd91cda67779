import { Client } from 'pg';
import type { QueryConfig, QueryResult } from 'pg';
import { vi } from 'vitest';

/** The owner of a database: the servers' role may not change functions and tables. */
export interface Owner {
  query(sql: string, values?: unknown[]): Promise<QueryResult>;
}

/** Takes one guard out of a database, and fails when it is not found where it should be. */
export type Sabotage = (owner: Owner) => Promise<void>;

/**
 * Rewrites a database function, the newest of its name, with a piece of its text replaced. The guards live in functions and
 * constraints: no switch is needed in the product, and none is there.
 */
export function rewrite(name: string, from: string | RegExp, to: string): Sabotage {
  return async (owner) => {
    const { rows } = await owner.query(
      `select pg_get_functiondef(oid) as source from pg_proc where proname = $1
       order by oid desc limit 1`,
      [name],
    );
    const { source = '' } = (rows[0] ?? {}) as { source?: string };
    const sabotaged = source.replace(from, to);
    if (sabotaged === source) {
      throw new Error(`The guard is not where it was expected in ${name}`);
    }
    await owner.query(sabotaged);
  };
}

/** Drops a constraint. */
export function drop(table: string, constraint: string): Sabotage {
  return async (owner) => {
    await owner.query(`alter table ${table} drop constraint ${constraint}`);
  };
}

/**
 * Takes `for update` out of what the servers, which run in this process, send about a table: of row
 * locks that stand in the product's own statements. Ends with `vi.restoreAllMocks`.
 */
export function withoutRowLock(table: string): Sabotage {
  return withoutText(new RegExp(`(?<=from "${table}".*) for update(?=$|\\))`, 's'));
}

/** Takes a piece of text out of every statement that the servers, which run in this process, send. */
export function withoutText(piece: RegExp): Sabotage {
  return async () => {
    const { query } = Client.prototype as unknown as { query: (...args: unknown[]) => unknown };
    vi.spyOn(Client.prototype, 'query').mockImplementation(function send(
      this: Client,
      ...[asked, ...others]: unknown[]
    ) {
      return query.call(
        this,
        withText(asked, (text) => text.replace(piece, '')),
        ...others,
      );
    } as never);
  };
}

function withText(asked: unknown, change: (text: string) => string): unknown {
  if (typeof asked === 'string') {
    return change(asked);
  }
  const { text } = asked as Partial<QueryConfig>;
  return typeof text === 'string' ? Object.assign(asked as object, { text: change(text) }) : asked;
}

/** Several at once, where one guard stands behind another. */
export function both(...sabotages: Sabotage[]): Sabotage {
  return async (owner) => {
    for (const sabotage of sabotages) {
      await sabotage(owner);
    }
  };
}

/**
 * An attack in several rounds, until one finds something. Requests that do not meet find nothing, and a
 * batch that waits too long for a row lock is sent again one by one, past what was taken out of it.
 */
export async function inRounds<Attacked>(
  attack: (attacked: Attacked) => Promise<string[]>,
  attacked: Attacked,
): Promise<string[]> {
  for (let round = 0; round < 10; round += 1) {
    const problems = await attack(attacked);
    if (problems.length > 0) {
      return problems;
    }
  }
  return [];
}
