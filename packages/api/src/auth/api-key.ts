import type { App } from '../app.ts';
import type { ResponseNotes } from '../context.ts';
import { AuthenticationError, ForbiddenError } from '../errors.ts';
import type { Access } from '../meta.ts';
import { digestOfKey, looksLikeKey } from './key-text.ts';
import type { RightsHolder } from './rights.ts';
import { authenticate } from './session.ts';
import type { Caller } from './session.ts';

/**
 * An API key that calls: a caller of its own, without a session. Its id is also that of a row in `users`
 * that no one signs in to, so that whatever names an actor can name the key.
 */
export interface ApiKeyCaller extends RightsHolder {
  readonly id: string;
  readonly isApiKey: true;
}

/** Who calls: a signed-in user, or an API key. */
export type Actor = Caller | ApiKeyCaller;

export function isApiKey(actor: Actor): actor is ApiKeyCaller {
  return 'isApiKey' in actor;
}

/** The API key of an `Authorization` header, right or wrong; undefined when it has none. */
export function keyIn(authorization: string): string | undefined {
  const token = /^Bearer +([^\s]+) *$/i.exec(authorization)?.[1];
  return token !== undefined && looksLikeKey(token) ? token : undefined;
}

/** A call, as far as it says who makes it. */
export interface SentCall {
  /** The header. */
  authorization: string;
  notes: ResponseNotes;
  /** The procedure. */
  path: string;
}

/**
 * Reads who an `Authorization` header stands for, and notes it for the log.
 *
 * @throws AuthenticationError `TOKEN_EXPIRED` for what has expired, `TOKEN_INVALID` for any other
 * @throws ForbiddenError for staff without a second factor, where the installation wants one
 */
export async function identify(app: App, { authorization, notes, path }: SentCall): Promise<Actor> {
  const key = keyIn(authorization);
  if (key !== undefined) {
    return identifyKey(app, key, notes);
  }
  const caller = await authenticate(app, authorization);
  notes.userId = caller.id;
  const isStaff = caller.role === 'admin' || caller.role === 'staff';
  const lacksFactor = app.config.secondFactorOfStaff && isStaff && !caller.hasSecondFactor;
  if (lacksFactor && !path.startsWith('auth.')) {
    throw new ForbiddenError(
      'Set up a second factor first: staff may do nothing here without one.',
    );
  }
  return caller;
}

/**
 * Whether an `Authorization` header stands for a caller who may call something now: for hosts, which would
 * have to read a long body before the ladder asks. The ladder decides, and says why it refuses.
 */
export async function mayCall(
  app: App,
  { authorization, access }: { authorization: string; access: Access },
): Promise<boolean> {
  const key = keyIn(authorization);
  if (key !== undefined) {
    const digest = digestOfKey(key);
    const found = digest && (await app.apiKeys.find(digest));
    return found !== undefined && !found.isRevoked && !found.hasExpired && access !== 'admin';
  }
  try {
    return hasRoleFor(access, await authenticate(app, authorization));
  } catch (error) {
    if (error instanceof AuthenticationError) {
      return false;
    }
    throw error;
  }
}

function hasRoleFor(access: Access, { role }: Caller): boolean {
  switch (access) {
    case 'admin':
      return role === 'admin';
    case 'staff':
      return role === 'admin' || role === 'staff';
    case 'account':
      return role !== 'guest';
    default:
      return true;
  }
}

/** The same for what only users may do. @throws ForbiddenError for an API key */
export async function identifyUser(app: App, call: SentCall): Promise<Caller> {
  const actor = await identify(app, call);
  if (isApiKey(actor)) {
    throw new ForbiddenError();
  }
  return actor;
}

async function identifyKey(app: App, key: string, notes: ResponseNotes): Promise<ApiKeyCaller> {
  const digest = digestOfKey(key);
  const found = digest && (await app.apiKeys.find(digest));
  if (!found) {
    throw new AuthenticationError('TOKEN_INVALID');
  }
  // Whoever has sent it has the key: a refusal names it.
  notes.apiKeyId = found.id;
  if (found.isRevoked) {
    throw new AuthenticationError('TOKEN_INVALID');
  }
  if (found.hasExpired) {
    throw new AuthenticationError('TOKEN_EXPIRED');
  }
  app.apiKeys.noteUse(found);
  const { id, siteId, scopes: rights } = found;
  return { id, role: 'staff', grants: [{ siteId, rights }], isApiKey: true };
}
