import { execFile } from 'node:child_process';
import { access } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';

/* Programs of other people that a fleet consists of, as Debian 12 has them. */

const run = promisify(execFile);

/** PostgreSQL's own folder: Debian does not put it on the path. */
export const postgresBin = process.env.PG_BIN ?? '/usr/lib/postgresql/15/bin';

export interface Program {
  name: string;
  /** The Debian package that has it. */
  package: string;
  /** The command that prints its version, and fails when it is missing. */
  version: readonly [string, ...string[]];
}

const programs: readonly Program[] = [
  {
    name: 'postgres',
    package: 'postgresql-15',
    version: [join(postgresBin, 'postgres'), '--version'],
  },
  { name: 'patroni', package: 'patroni', version: ['patroni', '--version'] },
  { name: 'patronictl', package: 'patroni', version: ['patronictl', 'version'] },
  {
    name: 'python3-etcd',
    package: 'python3-etcd',
    version: ['/usr/bin/python3', '-c', 'import etcd; print("python3-etcd")'],
  },
  { name: 'etcd', package: 'etcd-server', version: ['etcd', '--version'] },
  { name: 'haproxy', package: 'haproxy', version: ['haproxy', '-v'] },
  { name: 'pgbouncer', package: 'pgbouncer', version: ['pgbouncer', '--version'] },
  { name: 'setpriv', package: 'util-linux', version: ['setpriv', '--version'] },
];

export interface Found {
  program: Program;
  /** The first line of what it says about itself; undefined when it is missing. */
  version: string | undefined;
}

/** Debian keeps HAProxy and PgBouncer in a folder that only root has on its path. */
export const path = [process.env.PATH, '/usr/sbin', '/sbin'].join(delimiter);

export function findPrograms(): Promise<Found[]> {
  return Promise.all(
    programs.map(async (program) => ({ program, version: await versionOf(program) })),
  );
}

async function versionOf({ version: [command, ...args] }: Program): Promise<string | undefined> {
  try {
    if (command.startsWith('/')) {
      await access(command);
    }
    const env = { ...process.env, PATH: path };
    const { stdout, stderr } = await run(command, args, { env, timeout: 20_000 });
    return (stdout || stderr).trim().split('\n', 1)[0] ?? '';
  } catch {
    return undefined;
  }
}

/** One line for each program; the last one installs what is missing. */
export function describePrograms(found: readonly Found[]): string[] {
  const lines = found.map(
    ({ program, version }) => `${program.name.padEnd(14)}${version ?? 'missing'}`,
  );
  const missing = found.filter(({ version }) => version === undefined);
  const packages = [...new Set(missing.map(({ program }) => program.package))];
  return packages.length === 0
    ? lines
    : [...lines, '', `apt-get install --no-install-recommends ${packages.join(' ')}`];
}

/** Where Patroni keeps who is primary: etcd's API of version 2 or 3. */
export type Store = 'etcd' | 'etcd3';

/**
 * Patroni before 3.0.3 writes its key over that of a new primary after a pause, when it uses version
 * 3 of etcd's API: bookings that were acknowledged by the new primary are gone then.
 *
 * @param patroni what `patroni --version` prints
 * @throws Error for such a pair
 */
export function assertSafe(store: Store, patroni: string): void {
  const [, major = 0, minor = 0, patch = 0] = (/(\d+)\.(\d+)\.(\d+)/.exec(patroni) ?? []).map(
    Number,
  );
  const isFixed = major > 3 || (major === 3 && (minor > 0 || patch >= 3));
  if (store === 'etcd3' && !isFixed) {
    throw new Error(
      `${patroni} with etcd3 overwrites the key of a new primary and loses acknowledged bookings ` +
        '(patroni/patroni#2689). Use --store etcd, or Patroni 3.0.3 or newer.',
    );
  }
}
