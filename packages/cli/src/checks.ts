import type { Matinee, Status } from '@matinee/sdk';
import manifest from '../package.json' with { type: 'json' };
import { count } from './output/text.ts';
import type { Session } from './session.ts';

/** One thing that was looked at. */
export interface Check {
  name: string;
  state: 'ok' | 'warning' | 'failed' | 'skipped';
  found: string;
  /** What to do about it. */
  advice?: string;
}

/** How long the server may take to say that it lives. */
const patienceMs = 5_000;

/** What a person still calls "the same time", and what a countdown survives. */
const clockToleranceMs = 5_000;

/** The scheduler frees abandoned locks every minute. */
const longestSilenceMs = 180_000;

/** Uploads and the database's own files need room. */
const fewestFreeBytes = 1_000_000_000;

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
    clockCheck(status) ?? reached.clock ?? { name: 'clock', state: 'skipped', found: 'unknown' },
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

/** What an administrator is told. */
function statusChecks(status: Status): Check[] {
  const { version, database, jobs, disk, uptimeSeconds, now } = status;
  const hours = Math.floor(uptimeSeconds / 3_600);
  const sweptMs = jobs.lastSweepAt ? now.getTime() - jobs.lastSweepAt.getTime() : undefined;
  // A server that has just started has swept nothing yet.
  const isSilent = (sweptMs ?? uptimeSeconds * 1_000) > longestSilenceMs;
  const pending = database.migrationsPending;
  return [
    versionCheck(version, hours),
    {
      name: 'database',
      state: 'ok',
      found: `PostgreSQL ${database.version}, answers in ${Math.round(database.latencyMs)} ms`,
    },
    {
      name: 'migrations',
      ...(pending > 0
        ? {
            state: 'failed' as const,
            found: `${count(pending, 'migration')} pending`,
            advice: 'Restart the server: it migrates when it starts.',
          }
        : { state: 'ok' as const, found: 'none pending' }),
    },
    {
      name: 'jobs',
      state: isSilent ? 'warning' : 'ok',
      found:
        sweptMs === undefined
          ? 'no sweep of abandoned locks yet'
          : `abandoned locks were swept ${Math.round(sweptMs / 1_000)} s ago`,
      ...(isSilent ? { advice: 'One server at least needs JOBS=on; its log says more.' } : {}),
    },
    {
      name: 'disk',
      state: disk.freeBytes < fewestFreeBytes ? 'warning' : 'ok',
      found: `${(disk.freeBytes / 1e9).toFixed(1)} GB free`,
      ...(disk.freeBytes < fewestFreeBytes ? { advice: 'Make room where DATA_DIR lies.' } : {}),
    },
  ];
}

function versionCheck(version: string, hours: number): Check {
  const found = `server ${version}, up for ${hours} h; this command ${manifest.version}`;
  const isSame = version.split('.')[0] === manifest.version.split('.')[0];
  return isSame
    ? { name: 'version', state: 'ok', found }
    : { name: 'version', state: 'warning', found, advice: 'Use the command of the same release.' };
}

/** What everybody is told: the health page names the parts, no figures. */
async function readyChecks(session: Session): Promise<Check[]> {
  const url = `${session.settings.url}/health/ready`;
  const body: unknown = await fetch(url, { signal: AbortSignal.timeout(patienceMs) })
    .then((response) => response.json())
    .catch(() => undefined);
  const told = (body as { checks?: Record<string, unknown> } | undefined)?.checks ?? {};
  return ['database', 'migrations', 'jobs', 'disk'].map((name) => readyCheck(name, told[name]));
}

const advice: Record<string, string> = {
  database: 'Look whether PostgreSQL runs, and at DATABASE_URL.',
  migrations: 'Restart the server: it migrates when it starts.',
  jobs: 'One server at least needs JOBS=on; its log says more.',
  disk: 'Make room where DATA_DIR lies.',
};

function readyCheck(name: string, told: unknown): Check {
  const word = typeof told === 'string' ? told : (told as { status?: unknown } | undefined)?.status;
  if (word === undefined) {
    return { name, state: 'skipped', found: 'the health page does not say' };
  }
  const isFine = ['ok', 'off', 'disabled'].includes(String(word));
  return isFine
    ? { name, state: 'ok', found: String(word) }
    : { name, state: 'failed', found: String(word), advice: advice[name] ?? '' };
}

function clockCheck(status: Status | undefined): Check | undefined {
  return status && judgeClock(status.now.getTime() - Date.now());
}

function judgeClock(differenceMs: number): Check {
  const seconds = Math.abs(differenceMs / 1_000).toFixed(1);
  const found = `this machine is ${seconds} s ${differenceMs > 0 ? 'behind' : 'ahead of'} the server`;
  return Math.abs(differenceMs) > clockToleranceMs
    ? { name: 'clock', state: 'warning', found, advice: 'Set the clock, best by NTP.' }
    : { name: 'clock', state: 'ok', found };
}

function causeOf(error: unknown): string {
  const cause = error instanceof Error ? (error.cause ?? error) : error;
  const { code, message } = cause as { code?: unknown; message?: unknown };
  return String(code || message || cause);
}
