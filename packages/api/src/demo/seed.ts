import { randomUUID } from 'node:crypto';
import type { EntityManager } from '@mikro-orm/postgresql';
import { Seeder } from '@mikro-orm/seeder';
import type { App } from '../app.ts';
import { demoPassword } from '../auth/demo-accounts.ts';
import { query, queryOne, statement } from '../db/query.ts';
import type { Database } from '../db/query.ts';
import { writeDemo } from './write.ts';

/**
 * Fills an empty database with a small cinema to try things out on: theaters, movies, two weeks of
 * showtimes around today, customers and their reservations. Servers that start simultaneously seed
 * once, and a database with anything in it is left alone.
 *
 * @throws in production
 */
export async function seedDemo(app: App): Promise<'seeded' | 'present'> {
  if (app.config.environment === 'production') {
    throw new Error('Demo data is never created in production.');
  }
  if (!(await isEmpty({ em: app.orm.em.fork(), pool: app.pool }))) {
    return 'present';
  }
  // Hashed before the advisory lock is taken: it takes a while.
  const passwords = [demoPassword, demoPassword, randomUUID()];
  const [admin = '', user = '', others = ''] = await Promise.all(
    passwords.map((password) => app.passwords.hash(password)),
  );
  const { currency, seatLock } = app.config;
  let outcome: 'seeded' | 'present' = 'present';
  // `orm.seeder` makes its seeders without arguments, so this one finds them in its closure.
  class DemoSeeder extends Seeder {
    override async run(seederEm: unknown): Promise<void> {
      await (seederEm as EntityManager).transactional(async (em) => {
        const tx = { em, pool: app.pool };
        await queueUp(tx);
        if (await isEmpty(tx)) {
          await writeDemo(tx, { currency, maxSeats: seatLock.maxSeats }, { admin, user, others });
          outcome = 'seeded';
        }
      });
    }
  }
  await app.orm.seeder.seed(DemoSeeder);
  return outcome;
}

/** Any constant other than that of the migrations. */
const seedLock = 7_306_482;

const waitForEver = statement('set local lock_timeout = 0');
const queueHere = statement('select pg_advisory_xact_lock($1)::text as locked', {
  locked: 'text?',
});
const lockTables = statement('lock table movies, theaters, users in share row exclusive mode');
const nothingThere = statement(
  `select not exists (select from users) and not exists (select from movies)
     and not exists (select from theaters) as empty`,
  { empty: 'bool' },
);

/**
 * A second server waits until the first has seeded, longer than a request waits for a lock. Another
 * process that fills the database, such as a restore, is waited for at the tables: in the order of
 * their names, as a restore locks them, so that they never deadlock.
 */
async function queueUp(tx: Database): Promise<void> {
  await query(tx, waitForEver);
  await query(tx, queueHere, [seedLock]);
  await query(tx, lockTables);
}

/** Everything else in the model needs one of these. */
async function isEmpty(db: Database): Promise<boolean> {
  return (await queryOne(db, nothingThere)).empty;
}
