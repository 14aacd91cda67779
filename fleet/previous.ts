import { execFile } from 'node:child_process';
import { access, mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { root } from './fleet.ts';

/* The release before this one, which servers are upgraded from. */

const run = promisify(execFile);

/** Its commit: a clone may be without tags. Change both with each release. */
export const previous = { version: '0.1.0', commit: '8fcaba15ca2dc2a4340a5d9fdf18fb5ca9c579e7' };

/**
 * The folder of the previous release, installed and built. It is kept: the first time takes minutes.
 *
 * @param folder of the fleet
 * @throws Error when the clone does not have the commit, or the build fails
 */
export async function buildPrevious(folder: string): Promise<string> {
  const checkout = join(folder, 'cache', previous.commit);
  const stamp = join(checkout, '.built');
  const isThere = await access(stamp).then(
    () => true,
    () => false,
  );
  if (isThere) {
    return checkout;
  }
  await rm(checkout, { recursive: true, force: true });
  const archive = `${checkout}.tar`;
  await mkdir(checkout, { recursive: true });
  await run('git', ['archive', '--output', archive, previous.commit], { cwd: root }).catch(
    (error: unknown) => {
      const why =
        'This clone is without the previous release; git fetch --unshallow --tags gets it.';
      throw new Error(why, { cause: error });
    },
  );
  await run('tar', ['-xf', archive, '-C', checkout]);
  await rm(archive);
  // Its own setup, which its commands run first.
  const code = `import { setup } from './scripts/setup.mjs'; await setup();`;
  await run(process.execPath, ['--input-type=module', '--eval', code], {
    cwd: checkout,
    timeout: 900_000,
    maxBuffer: 2 ** 26,
  });
  await writeFile(stamp, '');
  return checkout;
}
