import { randomUUID } from 'node:crypto';
import type { EntityManager } from '@mikro-orm/postgresql';
import { Seeder } from '@mikro-orm/seeder';
import type { App } from '../app.ts';
import { query, queryOne } from './query.ts';
import type { Database } from './query.ts';
import { demoAdmin, demoPassword, demoUser } from './seed/content.ts';
import { writeDemo } from './seed/write.ts';

/** The accounts that everybody knows the password of. */
export const demoEmails: readonly string[] = [demoAdmin, demoUser];

/**
 * Fills an empty database with a small cinema to try things out on: theaters, movies, two weeks of
 * showtimes around today, customers and what they bought. Servers that start at once seed once, and
 * a database with anything in it is left alone.
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

/** E-mails of the demo accounts that somebody could sign in with; none may be in production. */
export async function demoAccountsActive(app: App): Promise<string[]> {
  const rows = await query<{ email: string }>(
    { em: app.orm.em.fork(), pool: app.pool },
    'select email from users where lower(email) = any($1) and disabled_at is null order by email',
    [demoEmails],
  );
  return rows.map(({ email }) => email);
}

/** Any constant will do, as long as it is another one than that of the migrations. */
const seedLock = 7_306_482;

/**
 * A second server waits until the first has seeded, longer than a request waits for a lock. Whoever
 * else fills the database, a restore for one, is waited for at the tables: in the order of their
 * names, as a restore locks them, so that neither waits for the other.
 */
async function queueUp(tx: Database): Promise<void> {
  await query(tx, `set local lock_timeout = 0`);
  await query(tx, 'select pg_advisory_xact_lock($1)', [seedLock]);
  await query(tx, 'lock table movies, theaters, users in share row exclusive mode');
}

/** Everything else in the model hangs on one of these. */
async function isEmpty(db: Database): Promise<boolean> {
  const { empty } = await queryOne<{ empty: boolean }>(
    db,
    `select not exists (select from users) and not exists (select from movies)
       and not exists (select from theaters) as empty`,
  );
  return empty;
}
