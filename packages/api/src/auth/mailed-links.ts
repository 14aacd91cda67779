import type { App } from '../app.ts';
import type { User } from '../db/entities/index.ts';
import { StateError } from '../errors.ts';

type LinkContext = {
  readonly app: Pick<App, 'clock' | 'config' | 'passwordResets' | 'emailProofs'>;
};

/** How long the links of mails about accounts work, in milliseconds. */
const linkLives = { passwordReset: 30 * 60_000, emailProof: 24 * 60 * 60_000 } as const;

/** Where a link in a mail leads: a page of this server, which sends the token on. */
export function linkTo(
  { app }: { readonly app: Pick<App, 'config'> },
  page: 'reset-password' | 'verify-email' | 'booking' | 'unsubscribe',
  token: string,
): string {
  return `${baseUrl(app.config.publicUrl)}/m/${page}#token=${token}`;
}

/** Whether mails are sent, and their links lead here. */
export function canMailLinks({ sendsMail, config }: Pick<App, 'sendsMail' | 'config'>): boolean {
  return sendsMail && config.publicUrl !== undefined;
}

/** Without a slash at the end; empty where no address is configured: links are relative then. */
export function baseUrl(publicUrl: string | undefined): string {
  return (publicUrl ?? '').replace(/\/+$/, '');
}

/** A link that sets a new password for an account, for half an hour. */
export function resetLinkOf(
  ctx: LinkContext,
  { id, passwordHash: about }: Pick<User, 'id' | 'passwordHash'>,
): string {
  const expiresAt = new Date(ctx.app.clock().getTime() + linkLives.passwordReset);
  return linkTo(ctx, 'reset-password', ctx.app.passwordResets.sign({ id, expiresAt, about }));
}

/** A link that proves the address of an account, for a day. */
export function proofLinkOf(
  ctx: LinkContext,
  { id, email: about }: Pick<User, 'id' | 'email'>,
): string {
  const expiresAt = new Date(ctx.app.clock().getTime() + linkLives.emailProof);
  return linkTo(ctx, 'verify-email', ctx.app.emailProofs.sign({ id, expiresAt, about }));
}

/** A token without an end: a mail can be the one that is stopped years later. */
const never = new Date(8_640_000_000_000_000);

/** The ways to end the reminders of a customer: a page, and where a mail program sends its one request. */
export function unsubscriptionOf(
  ctx: { readonly app: Pick<App, 'config' | 'unsubscriptions'> },
  reservationId: string,
): { page: string; oneClick: string } {
  const token = ctx.app.unsubscriptions.sign({ id: reservationId, expiresAt: never });
  const page = linkTo(ctx, 'unsubscribe', token);
  return { page, oneClick: page.replace('#', '?') };
}

/** Reads a mailed token that has not expired. @throws StateError `LINK_INVALID` */
export function readLink<Read extends { expiresAt: Date }>(
  { app }: { readonly app: Pick<App, 'clock'> },
  tokens: { read: (token: string) => Read | undefined },
  token: string,
): Read {
  const read = tokens.read(token);
  if (read === undefined) {
    throw linkInvalid('unknown');
  }
  if (read.expiresAt <= app.clock()) {
    throw linkInvalid('expired');
  }
  return read;
}

export function linkInvalid(reason: 'unknown' | 'used' | 'expired') {
  return new StateError('LINK_INVALID', { reason });
}
