import { LockMode } from '@mikro-orm/core';
import type { App } from '../app.ts';
import { writeEntry } from '../audit/write.ts';
import { User } from '../db/entities/index.ts';
import { databaseNow, inTransaction, query, statement } from '../db/query.ts';
import type { Database } from '../db/query.ts';
import { ValidationError } from '../errors.ts';
import { issuesOf } from '../issues.ts';
import { demoEmails } from './demo-accounts.ts';
import { lengthOf, Register } from './schema.ts';
import { noSecondFactor } from './second-factor.ts';
import { assertNotOwn, isCommonInside } from './weak-passwords.ts';

const queueHere = statement('select pg_advisory_xact_lock($1)::text as locked', {
  locked: 'text?',
});
const anyActiveAdmin = statement(
  `select id from users where role = 'admin' and disabled_at is null limit 1`,
  { id: 'uuid' },
);
const userByEmail = statement('select id from users where lower(email) = lower($1)', {
  id: 'uuid',
});
const endSessions = statement('delete from sessions where user_id = $1');

/**
 * Makes the first administrator. With `force` one more, and from an account that exists as well: it
 * is promoted and enabled, gets this password, and its sessions end. A second factor is removed: the last
 * administrator may have lost it.
 *
 * @returns the e-mail as it is stored
 * @throws Error without `force`, when there is an active administrator or the e-mail is taken
 * @throws ValidationError
 */
export async function createFirstAdmin(
  app: App,
  { force, ...input }: { email: string; password: string; force: boolean },
): Promise<string> {
  const { email, password } = assertAccount(app, input);
  const passwordHash = await app.passwords.hash(password);
  const db = { em: app.orm.em.fork(), pool: app.pool };
  return inTransaction(db, async (tx) => {
    // Of two at the same time, the second looks when the first has committed.
    await query(tx, queueHere, [firstAdminLock]);
    if (!force && (await query(tx, anyActiveAdmin)).length > 0) {
      throw new Error(
        'An active administrator already exists and can promote others; --force makes another one.',
      );
    }
    const user = await findByEmailForUpdate(tx, email);
    if (!user) {
      const made = tx.em.create(User, { email, passwordHash, role: 'admin' });
      await tx.em.flush();
      await recordMade(tx, made.id);
      return email;
    }
    if (!force) {
      throw new Error(
        'An account with this e-mail address exists; --force makes it an administrator.',
      );
    }
    const updatedAt = await databaseNow(tx);
    tx.em.assign(user, { passwordHash, role: 'admin', disabledAt: null, updatedAt });
    tx.em.assign(user, noSecondFactor);
    await query(tx, endSessions, [user.id]);
    await recordMade(tx, user.id);
    return user.email;
  });
}

/** Whoever runs the command has the machine, and no account. */
function recordMade(tx: Database, subject: string): Promise<void> {
  const entry = { action: 'create-admin', actorId: null, subject, data: {} };
  return writeEntry(tx, entry, { remoteAddress: 'the server' });
}

/** Any constant other than those of migrations and seeding. */
const firstAdminLock = 7_306_483;

function assertAccount(app: App, input: { email: string; password: string }): Register {
  const { success, data, error } = Register.safeParse(input);
  if (!success) {
    throw new ValidationError(issuesOf(error));
  }
  assertNotOwn(data.password, data, 'password');
  // A production start is refused while a demo account is active.
  if (app.config.environment === 'production' && demoEmails.includes(data.email.toLowerCase())) {
    const message = 'is the address of a demo account, which production refuses';
    throw new ValidationError([{ path: ['email'], message }]);
  }
  if (app.config.environment === 'production' && lengthOf(data.password) < ofAnAdmin) {
    const message = `must have at least ${ofAnAdmin} characters in production`;
    throw new ValidationError([{ path: ['password'], message }]);
  }
  if (app.config.environment === 'production' && isCommonInside(data.password)) {
    throw new ValidationError([{ path: ['password'], message: 'is too common' }]);
  }
  return data;
}

/** Characters of an administrator's password in production, made by the command. */
const ofAnAdmin = 15;

async function findByEmailForUpdate(tx: Database, email: string): Promise<User | undefined> {
  const [found] = await query(tx, userByEmail, [email]);
  const lock = { lockMode: LockMode.PESSIMISTIC_WRITE };
  return found && tx.em.findOneOrFail(User, { id: found.id }, lock);
}
