import { proofLinkOf, resetLinkOf } from '../auth/mailed-links.ts';
import { query, statement } from '../db/query.ts';
import type { Fact } from '../outbox/facts.ts';
import type { ServiceContext } from '../service-context.ts';
import { mailFor } from './mail-for.ts';
import type { Letter } from './mail-for.ts';
import { formatTime } from './words.ts';

const accountBy = statement(
  `select id, email, password_hash as "passwordHash", first_name as "firstName",
     email_verified_at as "emailVerifiedAt"
   from users
   where (lower(email) = lower($1) or id = $2) and role <> 'guest' and disabled_at is null`,
  {
    id: 'uuid',
    email: 'text',
    passwordHash: 'text',
    firstName: 'text?',
    emailVerifiedAt: 'instant?',
  },
);

/** Whom a mail is for. */
interface Account {
  email: string;
  firstName: string | null;
}

/** A link that comes later than this is no answer any more, in milliseconds. */
const patienceMs = 60 * 60_000;

/** Mails a link that sets a new password, if there is such an account. */
export async function sendPasswordReset(
  ctx: ServiceContext,
  fact: Fact<'password_reset.requested'>,
): Promise<string | undefined> {
  if (ctx.app.clock().getTime() - fact.createdAt.getTime() > patienceMs) {
    return 'it was asked for too long ago';
  }
  const [email, id] =
    'email' in fact.payload ? [fact.payload.email, null] : [null, fact.payload.userId];
  const [account] = await query(ctx, accountBy, [email, id]);
  if (!account) {
    return 'there is no such account';
  }
  return send(
    ctx,
    { fact, account },
    {
      subject: 'Set a new password',
      opening: 'You asked for a new password. The link works once, for 30 minutes.',
      facts: [],
      links: [{ words: 'Set a new password', url: resetLinkOf(ctx, account) }],
      closing: 'If it was not you, do nothing: your password stays as it is.',
    },
  );
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
  if (account.emailVerifiedAt) {
    return 'the address is proven';
  }
  return send(
    ctx,
    { fact, account },
    {
      subject: 'Confirm your e-mail address',
      opening:
        'An account was made with this address. If it is yours, confirm the address within a day.',
      facts: [],
      links: [{ words: 'Confirm the address', url: proofLinkOf(ctx, account) }],
      closing:
        'What you have booked as a guest with this address is then in your account. If it is not yours, do nothing.',
    },
  );
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
  return send(
    ctx,
    { fact, account },
    {
      subject: 'Your password was changed',
      opening: 'Your password was changed, and all devices were signed out.',
      facts: [['When', formatTime(fact.createdAt, 'UTC')]],
      closing: 'If it was not you, set a new one: “Forgot your password?” at the sign-in.',
    },
  );
}

function send(
  { app }: ServiceContext,
  to: { fact: Fact; account: Account },
  letter: Letter,
): Promise<string | undefined> {
  const { email, firstName } = to.account;
  return app.mailer.send(mailFor(to.fact, { email, firstName }, letter));
}
