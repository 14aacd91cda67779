import type { Matinee, Status } from '@matinee/sdk';
import type { Session } from '../session.ts';
import { judgeClock, patienceMs } from './check.ts';
import type { Check } from './check.ts';
import { outboxCheck } from './outbox.ts';
import { readyChecks, statusChecks } from './status.ts';

interface Reached {
  check: Check;
  clock?: Check;
}

/** Runs all checks, in the order in which problems should be solved. */
export async function runChecks(session: Session): Promise<Check[]> {
  const reached = await reach(session);
  if (reached.check.state === 'failed') {
    return [reached.check];
  }
  const matinee = await session.matinee();
  const { check: signIn, isAdmin } = await checkSignIn(session, matinee);
  const status = isAdmin ? await matinee.admin.status().catch(() => undefined) : undefined;
  return [
    reached.check,
    ...(status ? statusChecks(status) : []),
    ...(await readyChecks(session, status !== undefined)),
    ...(isAdmin ? [await outboxCheck(matinee)] : []),
    clockOf(status) ?? reached.clock ?? { name: 'clock', state: 'skipped', found: 'unknown' },
    signIn,
  ];
}

async function reach(session: Session): Promise<Reached> {
  const { url } = session.settings;
  const name = 'server';
  const started = Date.now();
  let response: Response;
  try {
    response = await fetch(`${url}/health/live`, { signal: AbortSignal.timeout(patienceMs) });
  } catch (error) {
    return {
      check: {
        name,
        state: 'failed',
        found: `${url} does not respond (${causeOf(error)})`,
        advice: 'Start the server, or set its address with --url or MATINEE_URL.',
      },
    };
  }
  const tookMs = Date.now() - started;
  const body: unknown = await response.json().catch(() => undefined);
  if (!response.ok || (body as { status?: unknown } | undefined)?.status !== 'ok') {
    return {
      check: {
        name,
        state: 'failed',
        found: `${url} is not a Matinee server (HTTP ${response.status})`,
        advice: 'Check the address, and any proxy in front of the server.',
      },
    };
  }
  const date = Date.parse(response.headers.get('date') ?? '');
  // The header has whole seconds: on average, the time is half a second later.
  const clock = Number.isNaN(date) ? undefined : judgeClock(date + 500 - (started + tookMs / 2));
  return {
    check: { name, state: 'ok', found: `${url} responds in ${tookMs} ms` },
    ...(clock ? { clock } : {}),
  };
}

async function checkSignIn(
  session: Session,
  matinee: Matinee,
): Promise<{ check: Check; isAdmin: boolean }> {
  const name = 'sign-in';
  const { token, tokenFrom, profile } = session.settings;
  if (token === undefined) {
    const isElsewhere = profile?.token !== undefined;
    const check: Check = {
      name,
      state: 'skipped',
      found: isElsewhere ? `signed in to ${profile.url}, not to this server` : 'not signed in',
      advice: 'Run `matinee login`. Administrators see more checks.',
    };
    return { check, isAdmin: false };
  }
  try {
    const source = { flag: '--token', environment: 'MATINEE_TOKEN', profile: 'the profile' };
    const from = source[tokenFrom ?? 'profile'];
    if (token.startsWith('mk_')) {
      await matinee.sites.list({ limit: 1 });
      return { check: { name, state: 'ok', found: `an API key, from ${from}` }, isAdmin: false };
    }
    const { email, role } = await matinee.auth.me();
    const found = `${email ?? 'a guest'} (${role}), with the token from ${from}`;
    return { check: { name, state: 'ok', found }, isAdmin: role === 'admin' };
  } catch (error) {
    const check: Check = {
      name,
      state: 'failed',
      found: error instanceof Error ? error.message : String(error),
      advice: 'Run `matinee login`, or set a new MATINEE_TOKEN.',
    };
    return { check, isAdmin: false };
  }
}

function clockOf(status: Status | undefined): Check | undefined {
  return status && judgeClock(status.now.getTime() - Date.now());
}

function causeOf(error: unknown): string {
  const cause = error instanceof Error ? (error.cause ?? error) : error;
  const { code, message } = cause as { code?: unknown; message?: unknown };
  return String(code || message || cause);
}
