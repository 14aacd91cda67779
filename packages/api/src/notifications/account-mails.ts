import { canMailLinks, proofLinkOf, resetLinkOf } from '../auth/mailed-links.ts';
import { findRefusal } from '../auth/refused-addresses.ts';
import { query, statement } from '../db/query.ts';
import { languageOf } from '../language/language.ts';
import type { Language } from '../language/language.ts';
import type { Fact } from '../outbox/facts.ts';
import type { ServiceContext } from '../service-context.ts';
import { mailFor } from './mail-for.ts';
import type { Letter } from './mail-for.ts';
import { sendMail } from './send.ts';

const accountBy = statement(
  `select id, email, password_hash as "passwordHash", first_name as "firstName", locale,
     email_verified_at as "emailVerifiedAt"
   from users
   where (lower(email) = lower($1) or id = $2) and role <> 'guest' and disabled_at is null`,
  {
    id: 'uuid',
    email: 'text',
    passwordHash: 'text',
    firstName: 'text?',
    locale: 'text?',
    emailVerifiedAt: 'instant?',
  },
);

/** Whom a mail is for. */
interface Account {
  email: string;
  firstName: string | null;
  locale: string | null;
}

/** A link that comes later than this is no answer any more, in milliseconds. */
const patienceMs = 60 * 60_000;

/** What a delivery is marked with whose mail would have a link that leads nowhere. */
const noPublicUrl = 'PUBLIC_URL is not set';

/** Mails a link that sets a new password, if there is such an account. */
export async function sendPasswordReset(
  ctx: ServiceContext,
  fact: Fact<'password_reset.requested'>,
): Promise<string | undefined> {
  if (ctx.app.clock().getTime() - fact.createdAt.getTime() > patienceMs) {
    return 'it was asked for too long ago';
  }
  if (!canMailLinks(ctx.app)) {
    return noPublicUrl;
  }
  const [email, id] =
    'email' in fact.payload ? [fact.payload.email, null] : [null, fact.payload.userId];
  const [account] = await query(ctx, accountBy, [email, id]);
  if (!account) {
    return 'there is no such account';
  }
  return send(ctx, { fact, account }, ({ words }) => ({
    ...words.passwordReset,
    facts: [],
    links: [{ words: words.links.resetPassword, url: resetLinkOf(ctx, account) }],
  }));
}

/** Mails a link that proves the address of an account. */
export async function sendEmailProof(
  ctx: ServiceContext,
  fact: Fact<'email_proof.requested'>,
): Promise<string | undefined> {
  const [account] = await query(ctx, accountBy, [null, fact.payload.userId]);
  if (!account) {
    return 'there is no such account';
  }
  if (account.emailVerifiedAt && (await findRefusal(ctx, account.email)) === undefined) {
    return 'the address is proven';
  }
  if (!canMailLinks(ctx.app)) {
    return noPublicUrl;
  }
  return send(ctx, { fact, account }, ({ words }) => ({
    ...words.emailProof,
    facts: [],
    links: [{ words: words.links.verifyEmail, url: proofLinkOf(ctx, account) }],
  }));
}

/** Tells the owner of an account that its password was changed. */
export async function sendPasswordChanged(
  ctx: ServiceContext,
  fact: Fact<'password.changed'>,
): Promise<string | undefined> {
  const [account] = await query(ctx, accountBy, [null, fact.payload.userId]);
  if (!account) {
    return 'there is no such account';
  }
  return send(ctx, { fact, account }, ({ words, time }) => ({
    ...words.passwordChanged,
    facts: [[words.facts.when, time(fact.createdAt, 'UTC')]],
  }));
}

/** Tells the owner of an account that signing in needs a code now, or none any more. */
export async function sendSecondFactorChanged(
  ctx: ServiceContext,
  fact: Fact<'second_factor.changed'>,
): Promise<string | undefined> {
  const [account] = await query(ctx, accountBy, [null, fact.payload.userId]);
  if (!account) {
    return 'there is no such account';
  }
  const { change } = fact.payload;
  return send(ctx, { fact, account }, ({ words, time }) => ({
    ...(change === 'added' ? words.secondFactorAdded : words.secondFactorRemoved),
    facts: [[words.facts.when, time(fact.createdAt, 'UTC')]],
  }));
}

/** @param write the letter in the language of the account */
function send(
  ctx: ServiceContext,
  to: { fact: Fact; account: Account },
  write: (language: Language) => Letter,
): Promise<string | undefined> {
  const { email, firstName, locale } = to.account;
  const language = languageOf(locale);
  const { words } = language;
  return sendMail(ctx, mailFor(to.fact, { email, firstName, words }, write(language)));
}
