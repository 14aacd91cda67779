import { pendingPhoneOf, phoneCodeOf } from '../auth/phone.ts';
import { query, statement } from '../db/query.ts';
import { languageOf } from '../language/language.ts';
import type { Fact } from '../outbox/facts.ts';
import type { ServiceContext } from '../service-context.ts';

const pendingOf = statement(
  `select s.pending_phone as phone, s.pending_since as since, u.locale
   from notification_settings s join users u on u.id = s.user_id
   where s.user_id = $1 and s.pending_since > clock_timestamp() - interval '10 minutes'`,
  { phone: 'text?', since: 'instant?', locale: 'text?' },
);

/** Sends the code for the number that a user is about to prove, if it still works. */
export async function sendPhoneCode(
  ctx: ServiceContext,
  { payload: { userId } }: Fact<'phone_proof.requested'>,
): Promise<string | undefined> {
  const [row] = await query(ctx, pendingOf, [userId]);
  const pending = pendingPhoneOf(row);
  if (!row || !pending) {
    return 'no number waits for a code any more';
  }
  const { phone: to, since } = pending;
  const { words } = languageOf(row.locale);
  const code = phoneCodeOf(ctx, { userId, phone: to, since });
  return ctx.app.texter.send({ to, body: words.phoneCode(code) });
}
