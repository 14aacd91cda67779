import { query, statement } from '../db/query.ts';
import { textOf } from '../db/row.ts';
import { languageOf } from '../language/language.ts';
import type { Fact } from '../outbox/facts.ts';
import type { ServiceContext } from '../service-context.ts';
import { mailFor } from './mail-for.ts';

const disabledFor = statement(
  `select e.url, e.disabled_at as "disabledAt", e.disabled_reason as reason, u.email,
     u.first_name as "firstName", u.locale
   from webhook_endpoints e cross join users u
   where e.id = $1 and u.id = $2 and u.role = 'admin' and u.disabled_at is null`,
  {
    url: 'text?',
    disabledAt: 'instant?',
    reason: textOf<'administrator' | 'gone' | 'failing' | null>({ nullable: true }),
    email: 'text?',
    firstName: 'text?',
    locale: 'text?',
  },
);

/** Mails an administrator that a webhook endpoint receives nothing more, and why. */
export async function sendWebhookDisabled(
  ctx: ServiceContext,
  fact: Fact<'webhook.disabled'>,
): Promise<string | undefined> {
  const { endpointId, userId } = fact.payload;
  const [disabled] = await query(ctx, disabledFor, [endpointId, userId]);
  if (!disabled?.email) {
    return 'the endpoint was deleted, or the account is no administrator’s any more';
  }
  const { url, disabledAt, reason, email, firstName, locale } = disabled;
  if (!disabledAt || reason === null || reason === 'administrator') {
    return 'the endpoint was enabled or changed before the mail was sent';
  }
  const { words, time } = languageOf(locale);
  const letter = {
    ...words.webhookDisabled(reason),
    facts: [
      [words.facts.address, url ?? ''],
      [words.facts.when, time(disabledAt, 'UTC')],
    ] as const,
  };
  return ctx.app.mailer.send(mailFor(fact, { email, firstName, words }, letter));
}
