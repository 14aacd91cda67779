import { v7 } from 'uuid';
import { query, queryOne, statement } from '../db/query.ts';
import type { ServiceContext } from '../service-context.ts';
import type { FactKind, Facts } from './facts.ts';

/** A fact that is about to be written. */
export interface NewFact<Kind extends FactKind> {
  kind: Kind;
  /** Of the thing it is about: with the kind it makes the key. */
  subject: string;
  payload: Facts[Kind];
}

const insertFacts = statement(
  `insert into outbox (id, kind, key, payload, created_at)
   select f.id, $1::text, $1::text || ':' || f.subject, f.payload, clock_timestamp()
   from unnest($2::uuid[], $3::text[], $4::jsonb[]) as f (id, subject, payload)
   on conflict (key) do nothing`,
);

/**
 * Writes facts of one kind into the outbox, in the transaction of their effect. `consequences.ts`
 * says what follows from them.
 *
 * @param tx a context whose transaction holds the effect
 */
export async function enqueue<Kind extends FactKind>(
  tx: ServiceContext,
  facts: readonly NewFact<Kind>[],
): Promise<void> {
  const [first] = facts;
  if (!first) {
    return;
  }
  if (!tx.em.isInTransaction()) {
    throw new Error(`The fact ${first.kind} was written outside a transaction.`);
  }
  await query(tx, insertFacts, [
    first.kind,
    facts.map(() => v7()),
    facts.map(({ subject }) => subject),
    facts.map(({ payload }) => JSON.stringify(payload)),
  ]);
  tx.facts.written = true;
}

const note = statement(
  `select coalesce(bool_or(note_fact($1, f.subject, f.payload, clock_timestamp())), false) as written
   from unnest($2::text[], $3::jsonb[]) as f (subject, payload)`,
  { written: 'bool' },
);

/**
 * Writes facts of one kind from which webhooks alone follow, if an enabled endpoint wants them; else
 * as `enqueue`.
 */
export async function noteFacts<Kind extends FactKind>(
  tx: ServiceContext,
  facts: readonly NewFact<Kind>[],
): Promise<void> {
  const [first] = facts;
  if (!first) {
    return;
  }
  const { written } = await queryOne(tx, note, [
    first.kind,
    facts.map(({ subject }) => subject),
    facts.map(({ payload }) => JSON.stringify(payload)),
  ]);
  tx.facts.written ||= written;
}
