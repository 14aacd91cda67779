import { createHmac } from 'node:crypto';
import { parsePhoneNumberFromString } from 'libphonenumber-js/min';
import type { App } from '../app.ts';
import { User as UserEntity } from '../db/entities/index.ts';
import { query, queryOne, statement } from '../db/query.ts';
import { NotFoundError, ValidationError } from '../errors.ts';
import { databaseOf } from '../service-context.ts';
import type { ServiceContext, UserContext } from '../service-context.ts';
import { askForPhoneProof } from './account-facts.ts';
import type { RequestPhoneVerification, User, VerifyPhone } from './schema.ts';
import { recordOwn, toUser } from './service.ts';

/** Wrong codes that one message bears. */
const mostTries = 5;

/** How long a code works. */
const life = `interval '10 minutes'`;

/** A number that its owner is about to prove, and since when: the code is made of them. */
export interface PendingPhone {
  phone: string;
  since: Date;
}

/** The number of a row that waits for a code, if one does. */
export function pendingPhoneOf(
  row: { phone: string | null; since: Date | null } | undefined,
): PendingPhone | undefined {
  return row?.phone && row.since ? { phone: row.phone, since: row.since } : undefined;
}

/** The six digits that are sent to a number: not stored, and others for each request. */
export function phoneCodeOf(
  { app }: Pick<ServiceContext, 'app'>,
  { userId, phone, since }: PendingPhone & { userId: string },
): string {
  const text = `${userId} ${phone} ${since.getTime()}`;
  const digest = createHmac('sha256', app.phoneCodeKey).update(text).digest();
  return String(digest.readUInt32BE(0) % 1_000_000).padStart(6, '0');
}

/**
 * A telephone number in international form.
 *
 * @throws ValidationError for what is none
 */
function readPhone(typed: string): string {
  const parsed = parsePhoneNumberFromString(typed);
  if (!parsed?.isValid()) {
    const message = 'must be a telephone number with its country, such as +4915112345678';
    throw new ValidationError([{ path: ['phone'], message }]);
  }
  return parsed.number;
}

/**
 * Counts a message to a number before one is sent. Not in a transaction: it would hold its connection while
 * this waits for another.
 *
 * @returns the number in international form
 * @throws NotFoundError where no text messages are sent
 * @throws ValidationError for what is no telephone number
 * @throws RateLimitedError after too many to the number, or of the account
 */
export async function countPhoneProof(
  ctx: UserContext,
  { phone: typed }: RequestPhoneVerification,
): Promise<string> {
  if (!ctx.app.sendsTexts) {
    throw new NotFoundError('No text messages are sent here.');
  }
  const phone = readPhone(typed);
  await ctx.app.rateLimits.countText(phone, ctx);
  return phone;
}

const begin = statement(
  `insert into notification_settings (user_id, pending_phone, pending_since, pending_tries)
   values ($1, $2, date_trunc('milliseconds', clock_timestamp()), 0)
   on conflict (user_id) do update set pending_phone = excluded.pending_phone,
     pending_since = excluded.pending_since, pending_tries = 0`,
);

/** Sends the caller a code to a number. Runs in a transaction; the message has been counted. */
export async function requestPhoneVerification(
  tx: UserContext,
  phone: string,
): Promise<{ sent: true }> {
  await query(tx, begin, [tx.caller.id, phone]);
  await askForPhoneProof(tx, tx.caller.id);
  return { sent: true };
}

const tryCode = statement(
  `update notification_settings set pending_tries = pending_tries + 1
   where user_id = $1 and pending_tries < ${mostTries}
     and pending_since > clock_timestamp() - ${life}
   returning pending_phone as phone, pending_since as since`,
  { phone: 'text?', since: 'instant?' },
);

const prove = statement(
  `update notification_settings set phone = pending_phone, pending_phone = null, pending_since = null,
     updated_at = now()
   where user_id = $1 and pending_since = $2`,
);

/**
 * Compares a code with the one that was sent: five tries, within ten minutes. A try counts although it is
 * refused, so no transaction may be open.
 *
 * @throws ValidationError for a wrong code, and when none is waited for
 */
export async function assertPhoneCode(
  ctx: UserContext,
  { code }: VerifyPhone,
): Promise<PendingPhone> {
  const { id: userId } = ctx.caller;
  const pending = pendingPhoneOf((await query(ctx, tryCode, [userId]))[0]);
  if (!pending || phoneCodeOf(ctx, { userId, ...pending }) !== code.replaceAll(/\s/g, '')) {
    throw new ValidationError([{ path: ['code'], message: 'is wrong, or no longer valid' }]);
  }
  return pending;
}

/** Proves the number whose code was right. Runs in a transaction. */
export async function verifyPhone(tx: UserContext, { since }: PendingPhone): Promise<User> {
  const { id: userId } = tx.caller;
  await query(tx, prove, [userId, since]);
  await recordOwn(tx, 'auth.verifyPhone', userId);
  return toUser(await tx.em.findOneOrFail(UserEntity, { id: userId }));
}

const stop = statement(
  `with stopped as (
     update notification_settings set sms = false, updated_at = now()
     where phone = $1 and sms returning user_id)
   select count(*)::int as stopped from stopped`,
  { stopped: 'int' },
);

/** Ends text messages to a number, whose owner has answered STOP. @returns how many accounts wanted them */
export async function stopTexts(app: App, phone: string): Promise<number> {
  return (await queryOne(databaseOf(app), stop, [phone])).stopped;
}
