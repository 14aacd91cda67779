// @ts-check
// `npm run dev`: runs the server from the sources and restarts it after each change.
// Node's own --watch is not used: on Linux it misses changes to a file that an editor or a tool has
// replaced by renaming another one over it. Here each folder is watched by itself.
import { once } from 'node:events';
import { readdirSync, watch } from 'node:fs';
import { join, relative } from 'node:path';
import { endAs, runProgram } from './launch.mjs';
import { root, setup } from './setup.mjs';

const program = ['--conditions=@matinee/source', join('apps', 'server', 'src', 'main.ts')];

/** Tests and the temporary files of editors. */
const ignored = /^\.|~$|\.test\.ts$/;
// Saving a file causes several events, and switching a branch changes many files.
const settleMillis = 100;

await endAs(async () => {
  await setup({ needsBuild: false });
  for (;;) {
    const change = nextChange();
    const { code, isInterrupted } = await runProgram(
      [...program, ...process.argv.slice(2)],
      change,
    );
    if (isInterrupted) {
      // The folders that are being watched would keep this process alive.
      process.exit(code);
    }
    if (!change.aborted) {
      console.error('The server has ended. It starts again after the next change.');
      await once(change, 'abort');
    }
    console.error(`Restarting: ${change.reason} has changed.`);
  }
});

/** @returns {AbortSignal} aborted after the next change; its reason is the changed path */
function nextChange() {
  const change = new AbortController();
  /** @type {NodeJS.Timeout | undefined} */
  let timer;
  let changed = '';
  /** @param {string} path */
  const onChange = (path) => {
    // A tool that replaces a file writes a temporary one first: the last name is the file's own.
    changed = path;
    timer ??= setTimeout(() => {
      for (const watcher of watchers) {
        watcher.close();
      }
      change.abort(changed);
    }, settleMillis);
  };
  const watchers = sourceFolders().flatMap((folder) => watchTree(folder, onChange));
  return change.signal;
}

function sourceFolders() {
  const packages = readdirSync(join(root, 'packages')).map((name) => join('packages', name));
  return [...packages, join('apps', 'server')].map((folder) => join(root, folder, 'src'));
}

/**
 * @param {string} folder
 * @param {(path: string) => void} onChange
 * @returns {import('node:fs').FSWatcher[]} one for the folder and one for each folder below it
 */
function watchTree(folder, onChange) {
  try {
    const watcher = watch(folder, (_event, name) => {
      if (name !== null && !ignored.test(name)) {
        onChange(relative(root, join(folder, name)));
      }
    });
    const folders = readdirSync(folder, { withFileTypes: true }).filter((entry) =>
      entry.isDirectory(),
    );
    return [watcher, ...folders.flatMap(({ name }) => watchTree(join(folder, name), onChange))];
  } catch (error) {
    // The folder has been moved or removed.
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') {
      return [];
    }
    throw error;
  }
}
