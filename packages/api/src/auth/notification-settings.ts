import { inTransaction, query, queryOne, statement } from '../db/query.ts';
import { ValidationError } from '../errors.ts';
import type { ServiceContext, UserContext } from '../service-context.ts';
import { linkInvalid, readLink } from './mailed-links.ts';
import type { NotificationSettings, Unsubscribe, UpdateNotifications } from './schema.ts';

const settingsRow = {
  reminders: 'bool',
  news: 'bool',
  sms: 'bool',
  recommendations: 'bool',
  phone: 'text?',
} as const;

/** Users who have chosen nothing are reminded, unless their address has unsubscribed as that of a guest. */
const read = statement(
  `select coalesce(s.reminders, u.role = 'guest' or not exists (
       select from unsubscribed_addresses a where a.address = lower(u.email))) as reminders,
     coalesce(s.news, false) as news, coalesce(s.sms, false) as sms,
     coalesce(s.recommendations, true) as recommendations, s.phone
   from users u left join notification_settings s on s.user_id = u.id where u.id = $1`,
  settingsRow,
);

/** What the caller wants to be sent. */
export function getNotifications(ctx: UserContext): Promise<NotificationSettings> {
  return queryOne(ctx, read, [ctx.caller.id]);
}

const change = statement(
  `insert into notification_settings as s (user_id, reminders, news, sms, recommendations)
   values ($1, coalesce($2, $6::boolean), coalesce($3, false), coalesce($4, false), coalesce($5, true))
   on conflict (user_id) do update set reminders = coalesce($2, s.reminders),
     news = coalesce($3, s.news), sms = coalesce($4, s.sms),
     recommendations = coalesce($5, s.recommendations), updated_at = now()
   returning reminders, news, sms, recommendations, phone`,
  settingsRow,
);

/**
 * Changes what the caller wants to be sent; what is left out stays.
 *
 * @throws ValidationError for SMS without a proven telephone number
 */
export async function updateNotifications(
  ctx: UserContext,
  { reminders, news, sms, recommendations }: UpdateNotifications,
): Promise<NotificationSettings> {
  const present = await getNotifications(ctx);
  if (sms === true && present.phone === null) {
    throw new ValidationError([{ path: ['sms'], message: 'needs a proven telephone number' }]);
  }
  const values = [reminders, news, sms, recommendations].map((each) => each ?? null);
  return queryOne(ctx, change, [ctx.caller.id, ...values, present.reminders]);
}

const customerOf = statement(
  `select r.user_id as "userId",
     coalesce(r.contact_email, case when u.role <> 'guest' then u.email end) as address,
     exists (select from sites where walk_up_user_id = u.id) as "isWalkUp"
   from reservations r join users u on u.id = r.user_id where r.id = $1`,
  { userId: 'uuid', address: 'text?', isWalkUp: 'bool' },
);

const endAll = statement(
  `insert into notification_settings as s (user_id, reminders, news) values ($1, false, false)
   on conflict (user_id) do update set reminders = false, news = false, updated_at = now()
     where s.reminders or s.news`,
);

const endForAddress = statement(
  `insert into unsubscribed_addresses (address, unsubscribed_at)
   values (lower($1), clock_timestamp()) on conflict (address) do nothing`,
);

/**
 * Ends the reminders and news of the customer of a reservation, by the token in a mail about it: for the
 * account or the guest, and for the address. May be repeated. All walk-ups of a site are one guest, whose
 * settings stay.
 *
 * @throws StateError `LINK_INVALID`
 */
export async function unsubscribe(
  ctx: ServiceContext,
  { token }: Unsubscribe,
): Promise<{ unsubscribed: true }> {
  const link = readLink(ctx, ctx.app.unsubscriptions, token);
  await inTransaction(ctx, async (tx) => {
    const [customer] = await query(tx, customerOf, [link.id]);
    if (!customer) {
      throw linkInvalid('unknown');
    }
    if (!customer.isWalkUp) {
      await query(tx, endAll, [customer.userId]);
    }
    if (customer.address !== null) {
      await query(tx, endForAddress, [customer.address]);
    }
  });
  return { unsubscribed: true };
}
