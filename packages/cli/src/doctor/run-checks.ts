import type { Matinee, Status } from '@matinee/sdk';
import type { Session } from '../session.ts';
import { judgeClock, patienceMs } from './check.ts';
import type { Check } from './check.ts';
import { readyChecks, statusChecks } from './status.ts';

interface Reached {
  check: Check;
  clock?: Check;
}

/** Looks at everything that can be looked at from here, first things first. */
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
    ...(status ? statusChecks(status) : await readyChecks(session)),
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
        found: `${url} does not answer (${causeOf(error)})`,
        advice: 'Start it, or name the right address with --url or MATINEE_URL.',
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
        found: `${url} answers, but not as a Matinee server does (HTTP ${response.status})`,
        advice: 'Look at the address, and at what stands between you and the server.',
      },
    };
  }
  const date = Date.parse(response.headers.get('date') ?? '');
  // The header has whole seconds, so half a second is nobody's fault.
  const clock = Number.isNaN(date) ? undefined : judgeClock(date + 500 - (started + tookMs / 2));
  return {
    check: { name, state: 'ok', found: `${url} answers in ${tookMs} ms` },
    ...(clock ? { clock } : {}),
  };
}

async function checkSignIn(
  session: Session,
  matinee: Matinee,
): Promise<{ check: Check; isAdmin: boolean }> {
  const name = 'sign-in';
  const { token, tokenFrom, profile, profileName } = session.settings;
  if (token === undefined) {
    const isElsewhere = profile?.token !== undefined;
    const check: Check = {
      name,
      state: 'skipped',
      found: isElsewhere
        ? `the profile "${profileName}" is signed in on ${profile.url}, not here`
        : 'not signed in',
      advice: 'Sign in with `matinee login`; an administrator sees more here.',
    };
    return { check, isAdmin: false };
  }
  try {
    const { email, role } = await matinee.auth.me();
    const found = `${email} (${role}), by the token of the ${tokenFrom}`;
    return { check: { name, state: 'ok', found }, isAdmin: role === 'admin' };
  } catch (error) {
    const check: Check = {
      name,
      state: 'failed',
      found: error instanceof Error ? error.message : String(error),
      advice: 'Sign in again with `matinee login`.',
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
