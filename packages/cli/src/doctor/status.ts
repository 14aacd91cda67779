import type { Status } from '@matinee/sdk';
import manifest from '../../package.json' with { type: 'json' };
import { count } from '../output/text.ts';
import { duration } from '../output/time.ts';
import type { Session } from '../session.ts';
import { isNewer } from '../update/versions.ts';
import { advice, patienceMs } from './check.ts';
import type { Check } from './check.ts';

/** The sweep of expired seat locks runs every minute. */
const longestSilenceMs = 180_000;

/** Uploads and the files of the database need space. */
const fewestFreeBytes = 1_000_000_000;

/** The checks for administrators. */
export function statusChecks(status: Status): Check[] {
  const { version, database, jobs, disk, uptimeSeconds, now } = status;
  // A server of before has none.
  const warnings = (status.warnings as string[] | undefined) ?? [];
  const sweptMs = jobs.lastSweepAt ? now.getTime() - jobs.lastSweepAt.getTime() : undefined;
  // A server that has just started has not swept yet.
  const isSilent = (sweptMs ?? uptimeSeconds * 1_000) > longestSilenceMs;
  const pending = database.migrationsPending;
  return [
    versionCheck(version, uptimeSeconds),
    {
      name: 'database',
      state: 'ok',
      found: `PostgreSQL ${database.version}, responds in ${Math.round(database.latencyMs)} ms`,
    },
    {
      name: 'migrations',
      ...(pending > 0
        ? {
            state: 'failed' as const,
            found: `${count(pending, 'migration')} pending`,
            advice: advice.migrations,
          }
        : { state: 'ok' as const, found: 'none pending' }),
    },
    {
      name: 'jobs',
      state: isSilent ? 'warning' : 'ok',
      found:
        sweptMs === undefined
          ? 'expired seat locks have not been swept yet'
          : `expired seat locks were swept ${Math.round(sweptMs / 1_000)} s ago`,
      ...(isSilent ? { advice: advice.jobs } : {}),
    },
    {
      name: 'disk',
      state: disk.freeBytes < fewestFreeBytes ? 'warning' : 'ok',
      found: `${(disk.freeBytes / 1e9).toFixed(1)} GB free`,
      ...(disk.freeBytes < fewestFreeBytes ? { advice: advice.disk } : {}),
    },
    ...warnings.map((found): Check => ({ name: 'settings', state: 'warning', found })),
  ];
}

function versionCheck(version: string, uptimeSeconds: number): Check {
  const uptime = duration(uptimeSeconds);
  const found = `server ${version}, up for ${uptime}; this command ${manifest.version}`;
  const isSame = version.split('.')[0] === manifest.version.split('.')[0];
  if (isSame && !isNewer(version, manifest.version)) {
    return { name: 'version', state: 'ok', found };
  }
  return {
    name: 'version',
    state: 'warning',
    found,
    advice: isSame
      ? 'The server is newer. Update the command, which may lack some of its features.'
      : 'Use the command and the server from the same release.',
  };
}

type Part = keyof typeof advice;

/** Administrators have figures of the other parts. */
const partsWithoutFigures: readonly Part[] = ['replicas', 'redis'];

/** Sales go on without them. */
const dispensable: readonly Part[] = ['replicas', 'redis'];

/**
 * The checks for all users. The health page has the state of each part, and no figures.
 *
 * @param isAdmin whether `statusChecks` has the rest
 */
export async function readyChecks(session: Session, isAdmin: boolean): Promise<Check[]> {
  const url = `${session.settings.url}/health/ready`;
  const body: unknown = await fetch(url, { signal: AbortSignal.timeout(patienceMs) })
    .then((response) => response.json())
    .catch(() => undefined);
  const states = (body as { checks?: Record<string, unknown> } | undefined)?.checks ?? {};
  const names = isAdmin ? partsWithoutFigures : (Object.keys(advice) as Part[]);
  // Redis is reported where a server has one.
  const shown = names.filter((name) => name !== 'redis' || states[name] !== undefined);
  return shown.map((name) => readyCheck(name, states[name]));
}

function readyCheck(name: Part, state: unknown): Check {
  if (state === undefined) {
    return { name, state: 'skipped', found: 'not reported by the health page' };
  }
  const off = name === 'replicas' ? 'none' : 'off on this server';
  const found = state === 'off' ? off : String(state);
  if (state === 'ok' || state === 'off') {
    return { name, state: 'ok', found };
  }
  const isWarning = dispensable.includes(name);
  return { name, state: isWarning ? 'warning' : 'failed', found, advice: advice[name] };
}
