import type { Person } from '@matinee/api/testing';
import { Client } from 'pg';
import { expect } from 'vitest';
import { problemsOf, send, untilWaiting } from './fleet.ts';
import type { Answer, Fleet } from './fleet.ts';

/* What attacks need besides requests: row locks that are held, and looks into the database. */

export function pairOf([first, second]: Person[]): [Person, Person] {
  if (!first || !second) {
    throw new Error('An attack of two people got fewer');
  }
  return [first, second];
}

/** Runs `work` while a client of its own holds the showtime's claims FOR UPDATE. */
export function withRowLock<Result>(
  fleet: Fleet,
  showtimeId: string,
  work: (holder: Client) => Promise<Result>,
): Promise<Result> {
  return inTransaction(fleet, async (holder) => {
    await holder.query('select 1 from seat_claims where showtime_id = $1 for update', [showtimeId]);
    return work(holder);
  });
}

/** Runs `work` in a transaction of a client of its own; `work` ends it. */
export async function inTransaction<Result>(
  fleet: Fleet,
  work: (client: Client) => Promise<Result>,
): Promise<Result> {
  const client = new Client({ connectionString: fleet.servers[0].databaseUrl });
  await client.connect();
  try {
    await client.query('begin');
    return await work(client);
  } finally {
    await client.end();
  }
}

/** An advisory lock that the product does not know: only sabotaged functions wait at it. */
export const gate = 20_261_128;

/** Sends requests together. Those that wait at the gate go on when all others wait or are answered. */
export function sendTogether(
  fleet: Fleet,
  requests: readonly (() => Promise<Answer>)[],
): Promise<Answer[]> {
  return inTransaction(fleet, async (keeper) => {
    await keeper.query('select pg_advisory_xact_lock($1)', [gate]);
    let answered = 0;
    const sent = requests.map((ask) => ask().finally(() => (answered += 1)));
    await untilWaiting(fleet.pool, sent.length, () => answered);
    await keeper.query('commit');
    return Promise.all(sent);
  });
}

/** Users who got 201 have both seats, and users who were refused have none. */
export async function partialLocks(
  fleet: Fleet,
  showtimeId: string,
  answers: Answer[],
): Promise<string[]> {
  const { rows } = await fleet.pool.query<{ seats: number }>(
    'select count(*)::int as seats from seat_claims where showtime_id = $1 group by user_id',
    [showtimeId],
  );
  const winners = answers.filter(({ status }) => status === 201).length;
  return problemsOf({
    'everybody has all or none': rows.every(({ seats }) => seats === 2),
    'as many holders as successes': rows.length === winners,
  });
}

export function cancelShow(fleet: Fleet, admin: Person, showtimeId: string): Promise<Answer> {
  const body = { reason: 'No electricity' };
  return send(fleet, admin, { path: `/showtimes/${showtimeId}/cancel`, body });
}

/** Waits until every lock of a showtime has expired. */
export async function untilExpired(fleet: Fleet, showtimeId: string): Promise<void> {
  const live = async () => {
    const { rows } = await fleet.pool.query<{ live: number }>(
      `select count(*)::int as live from seat_claims
       where showtime_id = $1 and expires_at > clock_timestamp()`,
      [showtimeId],
    );
    return rows[0]?.live;
  };
  await expect.poll(live, { interval: 10, timeout: 5_000 }).toBe(0);
}

export async function countClaims(fleet: Fleet, showtimeId: string): Promise<number> {
  const { rows } = await fleet.pool.query<{ held: number }>(
    'select count(*)::int as held from seat_claims where showtime_id = $1',
    [showtimeId],
  );
  return rows[0]?.held ?? 0;
}

export async function deadlocks(fleet: Fleet): Promise<number> {
  await fleet.pool.query('select pg_stat_force_next_flush()');
  const { rows } = await fleet.pool.query<{ deadlocks: string }>(
    'select deadlocks from pg_stat_database where datname = current_database()',
  );
  return Number(rows[0]?.deadlocks ?? 0);
}
